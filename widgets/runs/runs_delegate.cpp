// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_delegate.h"

#include "widgets/common/icons.h"
#include "widgets/common/method_mark.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/runs/runs_model.h"

#include <QLineEdit>
#include <QMouseEvent>

namespace lacuna {
namespace {

constexpr int rowHeight = 24;
constexpr int edge = 10;
constexpr int nameLeft = 32;

}  // namespace

QRect RunsDelegate::chipRect(const QRect& row) {
    return {row.right() - edge - 21, row.center().y() - 8, 22, 17};
}

QSize RunsDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {160, std::max(rowHeight, QFontMetrics(bodyFont()).height() + 8)};
}

void RunsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto& theme = Theme::instance().palette();
    const bool shown = index.data(RunsModel::ShownRole).toBool();
    const bool selected = option.state & QStyle::State_Selected;
    const QRect row = option.rect;
    painter->save();
    const auto ground = selected                                 ? theme.selected
                        : option.state & QStyle::State_MouseOver ? mixed(theme.panel, theme.ink, 0.045)
                                                                 : theme.panel;
    painter->fillRect(row, ground);
    const auto faded = [&](const QColor& colour) { return shown ? colour : mixed(ground, colour, 0.45); };

    const auto method = index.data(RunsModel::MethodRole).toString();
    drawMethodMark(*painter, QPointF(edge + 7, row.center().y() + 0.5), 10, methodMark(method),
                   faded(methodColour(method)));

    const QRect chip = chipRect(row);
    if (index.row() < 9) {
        painter->setFont(captionFont());
        paintBox(*painter, chip, shown ? mixed(ground, theme.ink, theme.dark ? 0.12 : 0.07) : QColor(),
                 shown ? QColor() : mixed(ground, theme.ink, 0.15), 8.5);
        painter->setPen(faded(theme.soft));
        drawTabular(*painter, chip, Qt::AlignCenter, QString::number(index.row() + 1));
    }

    double right = chip.left() - 8;
    painter->setFont(captionFont());
    const auto status = shown ? index.data(RunsModel::StatusRole).toString() : tr("hidden");
    const double statusWidth = std::min(tabularWidth(QFontMetricsF(painter->font()), status), row.width() * 0.6);
    painter->setPen(index.data(RunsModel::FailedRole).toBool() ? theme.error : faded(theme.soft));
    drawTabular(*painter, QRectF(right - statusWidth, row.top(), statusWidth, row.height()),
                Qt::AlignRight | Qt::AlignVCenter, status);
    right -= statusWidth + 8;
    if (index.data(RunsModel::PinnedRole).toBool()) {
        icon("pin", theme.soft).paint(painter, QRect(int(right) - 12, row.center().y() - 6, 13, 13));
        right -= 18;
    }

    auto font = bodyFont();
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(faded(theme.ink));
    const auto name = index.data().toString();
    painter->drawText(QRectF(nameLeft, row.top(), right - nameLeft, row.height()), Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(name, Qt::ElideRight, int(right - nameLeft)));
    const double after = nameLeft + painter->fontMetrics().horizontalAdvance(name) + 6;
    painter->setFont(captionFont());
    painter->setPen(faded(theme.soft));
    if (right - after > 16)
        painter->drawText(QRectF(after, row.top() + 1, right - after, row.height()), Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(RunsModel::DetailRole).toString(),
                                                            Qt::ElideRight, int(right - after)));

    if (const double progress = index.data(RunsModel::ProgressRole).toDouble(); progress >= 0) {
        const QRectF line(nameLeft, row.bottom() - 1, chip.left() - 8 - nameLeft, 2);
        painter->fillRect(line, mixed(ground, theme.accent, 0.2));
        painter->fillRect(QRectF(line.topLeft(), QSizeF(line.width() * std::min(1.0, progress), 2)), theme.accent);
    }
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange)
        paintBox(*painter, QRectF(row).adjusted(2, 1, -2, -1), {}, theme.accent, 3);
    painter->restore();
}

QWidget* RunsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("New name of the run"));
    return editor;
}

void RunsDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const {
    editor->setGeometry(option.rect.adjusted(nameLeft - 8, -1, -4, 1));
}

bool RunsDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                               const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonRelease || event->type() == QEvent::MouseButtonPress ||
        event->type() == QEvent::MouseButtonDblClick) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton && chipRect(option.rect).adjusted(-4, -4, 4, 4).contains(mouse->pos())) {
            if (event->type() == QEvent::MouseButtonRelease)
                model->setData(index, !index.data(RunsModel::ShownRole).toBool(), RunsModel::ShownRole);
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}  // namespace lacuna
