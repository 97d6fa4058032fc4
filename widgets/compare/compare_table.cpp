// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_table.h"

#include "widgets/common/run_look.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/compare/compare_model.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>

#include <utility>

namespace lacuna {
namespace {

constexpr int lineHeight = 30, headHeight = 38, narrowHeadHeight = 52, sidePad = 8;

class CompareDelegate : public QStyledItemDelegate {
public:
    CompareDelegate(const CompareModel& model, QObject* parent)
        : QStyledItemDelegate(parent), m_model(model), m_workspace(model.workspace()) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        paintRunCell(*painter, option.rect, option.state & QStyle::State_Selected);
        const int run = m_model.runOf(index.row());
        if (index.column() == 0)
            paintRunName(*painter, option.rect, runLook(m_workspace, run), index.data().toString());
        else
            paintNumber(*painter, option, index, run);
        if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
            painter->setPen(QPen(theme.accent, 1));
            painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
        }
        painter->restore();
    }

private:
    void paintNumber(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index, int run) const {
        const auto& theme = Theme::instance().palette();
        const auto cell = m_model.cell(index);
        const QRectF inside = QRectF(option.rect).adjusted(sidePad, 0, -sidePad, 0);
        const auto words = inside.adjusted(0, 3, 0, -9);
        auto font = bodyFont();
        if (cell.best)
            font.setWeight(QFont::Bold);
        painter.setFont(font);
        painter.setPen(cell.value ? theme.ink : theme.soft);
        const auto number = index.data().toString();
        drawTabular(painter, words, Qt::AlignRight | Qt::AlignVCenter, number);
        if (cell.published) {
            const double taken = tabularWidth(QFontMetricsF(font), number);
            painter.setFont(captionFont());
            painter.setPen(theme.soft);
            const auto& column = m_model.table().columns[static_cast<std::size_t>(index.column()) - 1];
            drawTabular(painter, words.adjusted(0, 0, -taken - 6, 0), Qt::AlignRight | Qt::AlignVCenter,
                        compareNumber(cell.published, column));
        }
        if (cell.bar < 0)
            return;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const QRectF ground(inside.left(), option.rect.bottom() - 7, inside.width(), 3);
        painter.setBrush(theme.chip);
        painter.drawRoundedRect(ground, 1.5, 1.5);
        painter.setBrush(runLook(m_workspace, run).colour);
        if (cell.bar > 0)
            painter.drawRoundedRect(QRectF(ground.left(), ground.top(), ground.width() * cell.bar, 3), 1.5, 1.5);
        if (cell.error > 0 && cell.value && *cell.value > 0) {  // how sure: a whisker over the bar's end
            const double half = cell.error * cell.bar / *cell.value * ground.width();
            const double at = ground.left() + ground.width() * cell.bar;
            painter.setBrush(theme.ink);
            painter.drawRect(QRectF(QPointF(std::max(ground.left(), at - half), ground.center().y() - 0.5),
                                    QPointF(std::min(ground.right(), at + half), ground.center().y() + 0.5)));
        }
    }

    const CompareModel& m_model;
    const Workspace& m_workspace;
};

/// Titles in up to two lines, and which way is better.
class CompareHeader : public QHeaderView {
public:
    explicit CompareHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
        setSectionsClickable(true);
        setSectionsMovable(true);
        setSortIndicatorShown(true);
        setSortIndicatorClearable(true);
        setSortIndicator(-1, Qt::DescendingOrder);
        setSectionResizeMode(QHeaderView::Fixed);
        setFixedHeight(headHeight);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        painter->fillRect(rect, theme.panel);
        painter->setPen(theme.line);
        painter->drawLine(rect.bottomLeft(), rect.bottomRight());
        auto font = captionFont();
        const bool sorted = sortIndicatorSection() == section;
        if (sorted)
            font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(sorted ? theme.ink : theme.soft);
        const int better = model()->headerData(section, orientation(), Qt::UserRole).toInt();
        const QString arrow = section == 0 ? QString() : better > 0 ? "\u00a0↑" : better < 0 ? "\u00a0↓" : QString();
        painter->drawText(section == 0 ? rect.adjusted(4, 2, -2, -4) : rect.adjusted(sidePad, 2, -sidePad, -4),
                          Qt::AlignBottom | Qt::TextWordWrap | (section == 0 ? Qt::AlignLeft : Qt::AlignRight),
                          model()->headerData(section, orientation()).toString() + arrow);
        painter->restore();
    }
};

}  // namespace

CompareTableView::CompareTableView(CompareModel& model, QWidget* parent)
    : RunTableView(model, lineHeight, parent), m_model(model) {
    setItemDelegate(new CompareDelegate(model, this));
    setHorizontalHeader(new CompareHeader(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setAccessibleName(tr("Runs against measures"));
    setSortingEnabled(true);
    connect(horizontalHeader(), &QHeaderView::sectionMoved, this, [this] {  // it is still being dragged
        if (!std::exchange(m_orders, true))
            QTimer::singleShot(0, this, &CompareTableView::takeOrder);
    });
}

int CompareTableView::runOf(int row) const {
    return m_model.runOf(row);
}

/// The order of the headings becomes the model's; the run's name stays first.
void CompareTableView::takeOrder() {
    auto* header = horizontalHeader();
    const auto before = m_model.columnIds();
    std::vector<std::string> ids;
    for (int visual = 0; visual < header->count(); ++visual)
        if (const int logical = header->logicalIndex(visual); logical > 0)
            ids.push_back(before.at(static_cast<std::size_t>(logical) - 1));
    for (int section = 0; section < header->count(); ++section)
        header->moveSection(header->visualIndex(section), section);
    m_orders = false;
    emit columnsOrdered(ids);
}

void CompareTableView::layOut() {
    const bool published = !m_model.workspace().published().empty();
    const int each = fitColumns({.name = 90, .nameRoom = 30, .nameMost = 260, .narrowest = published ? 104 : 84});
    constexpr int twoLines = 118;  // what a title needs to be set in no more
    const int head = each < twoLines ? narrowHeadHeight : headHeight;
    horizontalHeader()->setFixedHeight(head);
    fitHeight(head);
}

void CompareTableView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        event->ignore();  // the timeline's
        return;
    }
    RunTableView::keyPressEvent(event);
}

}  // namespace lacuna
