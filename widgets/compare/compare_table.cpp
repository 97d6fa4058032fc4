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
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme.selected);
        painter->setPen(theme.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const int run = m_model.runOf(index.row());
        if (index.column() == 0)
            paintName(*painter, option, index, run);
        else
            paintNumber(*painter, option, index, run);
        if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
            painter->setPen(QPen(theme.accent, 1));
            painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
        }
        painter->restore();
    }

private:
    void paintName(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index, int run) const {
        const auto& theme = Theme::instance().palette();
        drawRunMark(painter, QPointF(option.rect.left() + 8, option.rect.center().y()), 9, runLook(m_workspace, run));
        auto font = bodyFont();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(theme.ink);
        const auto place = option.rect.adjusted(20, 0, -4, 0);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, place.width()));
    }

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
        const QString arrow = section == 0 ? QString() : better > 0 ? " ↑" : better < 0 ? " ↓" : QString();
        painter->drawText(section == 0 ? rect.adjusted(4, 2, -2, -4) : rect.adjusted(sidePad, 2, -sidePad, -4),
                          Qt::AlignBottom | Qt::TextWordWrap | (section == 0 ? Qt::AlignLeft : Qt::AlignRight),
                          model()->headerData(section, orientation()).toString() + arrow);
        painter->restore();
    }
};

}  // namespace

CompareTableView::CompareTableView(CompareModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
    setModel(&model);
    setItemDelegate(new CompareDelegate(model, this));
    setHorizontalHeader(new CompareHeader(this));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(lineHeight);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Runs against measures"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSortingEnabled(true);
    connect(horizontalHeader(), &QHeaderView::sectionMoved, this, [this] {  // it is still being dragged
        if (!std::exchange(m_orders, true))
            QTimer::singleShot(0, this, &CompareTableView::takeOrder);
    });
    connect(&model, &QAbstractItemModel::modelReset, this, &CompareTableView::layOut);
    connect(&Theme::instance(), &Theme::changed, this, &CompareTableView::layOut);
    connect(this, &QAbstractItemView::clicked, this,
            [this](const QModelIndex& index) { emit runPicked(m_model.runOf(index.row())); });
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

/// As wide as the page where that leaves a column its words, else scrolled.
void CompareTableView::layOut() {
    const int columns = m_model.columnCount() - 1;
    QFont bold = bodyFont();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    int name = 90;
    for (int row = 0; row < m_model.rowCount(); ++row)
        name = std::max(name, metrics.horizontalAdvance(m_model.index(row, 0).data().toString()) + 30);
    name = std::min(name, 260);
    const int narrowest = !m_model.workspace().published().empty() ? 104 : 84;
    const int each = columns > 0 ? std::max(narrowest, (viewport()->width() - name) / columns) : 0;
    horizontalHeader()->resizeSection(0, name);
    for (int column = 1; column <= columns; ++column)
        horizontalHeader()->resizeSection(column, each);
    constexpr int twoLines = 118;  // what a title needs to be set in no more
    const int head = each < twoLines ? narrowHeadHeight : headHeight;
    horizontalHeader()->setFixedHeight(head);
    const bool scrolls = name + each * columns > viewport()->width();
    setFixedHeight(head + m_model.rowCount() * lineHeight + 2 + (scrolls ? 12 : 0));
}

void CompareTableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        layOut();
}

void CompareTableView::wheelEvent(QWheelEvent* event) {
    event->ignore();  // the page scrolls
}

void CompareTableView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        event->ignore();  // the timeline's
        return;
    }
    QTableView::keyPressEvent(event);
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
        emit runPicked(m_model.runOf(currentIndex().row()));
}

}  // namespace lacuna
