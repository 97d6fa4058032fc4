// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_delegate.h"

#include "widgets/common/icons.h"
#include "widgets/common/run_look.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/runs/runs_model.h"

#include <QLineEdit>
#include <QMouseEvent>
#include <QToolTip>

namespace lacuna {
namespace {

constexpr int rowHeight = 24;
constexpr int edge = 10;
constexpr int inward = 16;  // a run under its method's line
constexpr int arrowWidth = 12;

/// How far a row's mark stands from the left edge; arrows have room only where there are some.
int markLeft(const QModelIndex& index) {
    const auto* model = index.model();
    bool heads = false;
    for (int row = 0; row < model->rowCount() && !heads; ++row)
        heads = model->hasChildren(model->index(row, 0));
    return edge + (heads ? arrowWidth : 0) + (index.parent().isValid() ? inward : 0);
}

int nameLeft(const QModelIndex& index) {
    return markLeft(index) + 22;
}

}  // namespace

RunsDelegate::RunsDelegate(const Workspace& workspace, QObject* parent)
    : QStyledItemDelegate(parent), m_workspace(workspace) {}

QRect RunsDelegate::chipRect(const QRect& row) {
    return {row.right() - edge - 21, row.center().y() - 8, 22, 17};
}

QRect RunsDelegate::arrowRect(const QRect& row) {
    return {row.left(), row.top(), edge + arrowWidth, row.height()};
}

QSize RunsDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {160, std::max(rowHeight, QFontMetrics(bodyFont()).height() + 8)};
}

void RunsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto& theme = Theme::instance().palette();
    const auto shownState = index.data(RunsModel::ShownRole).value<Qt::CheckState>();
    const bool shown = shownState != Qt::Unchecked, head = index.model()->hasChildren(index);
    const bool selected = option.state & QStyle::State_Selected;
    const QRect row = option.rect;
    painter->save();
    const auto ground = selected                                 ? theme.selected
                        : option.state & QStyle::State_MouseOver ? mixed(theme.panel, theme.ink, 0.045)
                                                                 : theme.panel;
    painter->fillRect(row, ground);
    const auto faded = [&](const QColor& colour) { return shown ? colour : mixed(ground, colour, 0.45); };

    const auto method = index.data(RunsModel::MethodRole).toString();
    const int run = index.data(RunsModel::RunRole).toInt();
    const int left = nameLeft(index);
    if (head)
        paintArrow(*painter, arrowRect(row).adjusted(edge - 4, 0, -4, 0),
                   option.state & QStyle::State_Open ? Qt::DownArrow : Qt::RightArrow, theme.soft);
    auto look = run < 0 ? methodLook(method, 0) : runLook(m_workspace, run);
    look.colour = faded(look.colour);
    drawRunMark(*painter, QPointF(markLeft(index) + 7, row.center().y() + 0.5), 10, look);

    const QRect chip = chipRect(row);
    painter->setFont(captionFont());
    paintBox(*painter, chip, shownState == Qt::Checked ? mixed(ground, theme.ink, theme.dark ? 0.12 : 0.07) : QColor(),
             shownState == Qt::Checked ? QColor() : mixed(ground, theme.ink, 0.15), 8.5);
    if (index.parent().isValid() || index.row() >= 9) {  // no number: what a click does
        icon("show", faded(theme.soft)).paint(painter, QRect(chip.center() - QPoint(6, 6), QSize(13, 13)));
    } else {
        painter->setPen(faded(theme.soft));
        drawTabular(*painter, chip, Qt::AlignCenter, QString::number(index.row() + 1));
    }

    double right = chip.left() - 8;
    const auto status = shown ? index.data(RunsModel::StatusRole).toString() : tr("hidden");
    const double statusWidth = std::min(tabularWidth(QFontMetricsF(painter->font()), status), row.width() * 0.6);
    painter->setPen(index.data(RunsModel::FailedRole).toBool() ? theme.error : faded(theme.soft));
    drawTabular(*painter, QRectF(right - statusWidth, row.top(), statusWidth, row.height()),
                Qt::AlignRight | Qt::AlignVCenter, status);
    right -= statusWidth + 8;
    if (index.data(RunsModel::PinnedRole).toBool() && !index.parent().isValid()) {
        icon("pin", theme.soft).paint(painter, QRect(int(right) - 12, row.center().y() - 6, 13, 13));
        right -= 18;
    }

    // Under its method's line a run is called by its own name; so is one alone whose name is not just the method's.
    const bool under = index.parent().isValid();
    const auto own = index.data(Qt::EditRole).toString();
    const auto name = under ? own : index.data().toString();
    auto detail = index.data(RunsModel::DetailRole).toString();
    if (under && own.endsWith(detail))
        detail.clear();
    else if (!under && detail.isEmpty() && !own.startsWith(method, Qt::CaseInsensitive))
        detail = own;
    auto font = bodyFont();
    font.setWeight(under ? QFont::Normal : QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(faded(theme.ink));
    painter->drawText(QRectF(left, row.top(), right - left, row.height()), Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(name, Qt::ElideRight, int(right - left)));
    const double after = left + painter->fontMetrics().horizontalAdvance(name) + 6;
    painter->setFont(captionFont());
    painter->setPen(faded(theme.soft));
    if (right - after > 16)
        painter->drawText(QRectF(after, row.top() + 1, right - after, row.height()), Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(detail, Qt::ElideRight, int(right - after)));

    if (const double progress = index.data(RunsModel::ProgressRole).toDouble(); progress >= 0) {
        const QRectF line(left, row.bottom() - 1, chip.left() - 8 - left, 2);
        painter->fillRect(line, mixed(ground, theme.accent, 0.2));
        painter->fillRect(QRectF(line.topLeft(), QSizeF(line.width() * std::min(1.0, progress), 2)), theme.accent);
    }
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange)
        paintBox(*painter, QRectF(row).adjusted(2, 1, -2, -1), {}, theme.accent, 3);
    painter->restore();
}

QWidget* RunsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("New name of the run"));
    connect(editor, &QLineEdit::textEdited, editor, [] { QToolTip::hideText(); });
    m_edited = index;
    return editor;
}

bool RunsDelegate::eventFilter(QObject* editor, QEvent* event) {
    const auto* line = qobject_cast<QLineEdit*>(editor);
    const int key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent*>(event)->key() : 0;
    if (line && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab)) {
        const auto* model = qobject_cast<const RunsModel*>(m_edited.model());
        const auto problem = model ? model->nameProblem(m_edited, line->text()) : QString();
        if (!problem.isEmpty()) {
            QToolTip::showText(line->mapToGlobal(QPoint(0, line->height() - 12)),
                               QStringLiteral("<p>%1</p>").arg(problem.toHtmlEscaped()), const_cast<QLineEdit*>(line),
                               {}, 10000);
            return true;
        }
    }
    return QStyledItemDelegate::eventFilter(editor, event);
}

void RunsDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                        const QModelIndex& index) const {
    editor->setGeometry(option.rect.adjusted(nameLeft(index) - 8, -1, -4, 1));
}

bool RunsDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                               const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonRelease || event->type() == QEvent::MouseButtonPress ||
        event->type() == QEvent::MouseButtonDblClick) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton && chipRect(option.rect).adjusted(-4, -4, 4, 4).contains(mouse->pos())) {
            if (event->type() == QEvent::MouseButtonRelease)
                model->setData(index,
                               index.data(RunsModel::ShownRole).value<Qt::CheckState>() == Qt::Unchecked
                                   ? Qt::Checked
                                   : Qt::Unchecked,
                               RunsModel::ShownRole);
            return true;
        }
        if (mouse->button() == Qt::LeftButton && model->hasChildren(index) &&
            arrowRect(option.rect).contains(mouse->pos())) {
            if (event->type() != QEvent::MouseButtonRelease)
                emit foldAsked(index);
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}  // namespace lacuna
