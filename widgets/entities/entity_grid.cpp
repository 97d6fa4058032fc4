// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entity_grid.h"

#include "widgets/common/arrow_keys.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/entities/entities_model.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int edge = 10;
constexpr int gap = 5;
constexpr int smallestCell = 36;
constexpr int headingHeight = 20;
constexpr int sectionGap = 4;

}  // namespace

EntityGrid::EntityGrid(QWidget* parent) : QListView(parent) {
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(ExtendedSelection);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    setMouseTracking(true);
    setVerticalScrollMode(ScrollPerPixel);
    // Always there: a bar that comes and goes would change the number of columns.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void EntityGrid::setModel(QAbstractItemModel* model) {
    QListView::setModel(model);
    const auto again = [this] { scheduleDelayedItemsLayout(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, again);
    connect(model, &QAbstractItemModel::rowsRemoved, this, again);
    connect(model, &QAbstractItemModel::modelReset, this, again);
    connect(model, &QAbstractItemModel::layoutChanged, this, again);
}

void EntityGrid::doItemsLayout() {
    m_sections.clear();
    const int rows = model() ? model()->rowCount() : 0;
    const int room = viewport()->width() - edge;  // the scroll bar is the right margin
    m_columns = std::max(1, (room + gap) / (smallestCell + gap));
    m_cell = std::max(smallestCell, (room - gap * (m_columns - 1)) / m_columns);
    for (int row = 0; row < rows; ++row) {
        const auto title = model()->index(row, 0).data(EntitiesModel::ClassRole).toString();
        if (m_sections.empty() || m_sections.back().title != title)
            m_sections.push_back({title, row, 0, 0});
        ++m_sections.back().count;
    }
    int y = 0;
    for (auto& section : m_sections) {
        section.top = y;
        const int lines = (section.count + m_columns - 1) / m_columns;
        y += headingHeight + lines * (m_cell + gap) + sectionGap;
    }
    m_height = y + 4;
    QAbstractItemView::doItemsLayout();  // NOLINT(bugprone-parent-virtual-call): the layout is its own
}

const EntityGrid::Section& EntityGrid::sectionOf(int row) const {
    const auto after = std::upper_bound(m_sections.begin(), m_sections.end(), row,
                                        [](int value, const Section& section) { return value < section.first; });
    return *(after - 1);
}

QRect EntityGrid::cellRect(int row) const {
    const auto& section = sectionOf(row);
    const int place = row - section.first;
    return {edge + place % m_columns * (m_cell + gap), section.top + headingHeight + place / m_columns * (m_cell + gap),
            m_cell, m_cell};
}

QRect EntityGrid::visualRect(const QModelIndex& index) const {
    if (!index.isValid() || m_sections.empty() || index.row() >= m_sections.back().first + m_sections.back().count)
        return {};
    return cellRect(index.row()).translated(0, -verticalOffset());
}

QModelIndex EntityGrid::indexAt(const QPoint& point) const {
    const int y = point.y() + verticalOffset();
    const auto after = std::upper_bound(m_sections.begin(), m_sections.end(), y,
                                        [](int value, const Section& section) { return value < section.top; });
    if (after == m_sections.begin())
        return {};
    const auto& section = *(after - 1);
    const int line = (y - section.top - headingHeight) / (m_cell + gap);
    const int column = (point.x() - edge) / (m_cell + gap);
    if (y < section.top + headingHeight || point.x() < edge || column >= m_columns)
        return {};
    const int place = line * m_columns + column;
    if (place >= section.count || !cellRect(section.first + place).contains(point.x(), y))
        return {};
    return model()->index(section.first + place, 0);
}

void EntityGrid::scrollTo(const QModelIndex& index, ScrollHint hint) {
    executeDelayedItemsLayout();
    if (!index.isValid() || m_sections.empty())
        return;
    auto rect = cellRect(index.row());
    const auto& section = sectionOf(index.row());
    if (index.row() - section.first < m_columns)  // with its heading
        rect.setTop(section.top);
    auto* bar = verticalScrollBar();
    const int view = viewport()->height();
    if (hint == PositionAtCenter)
        bar->setValue(rect.center().y() - view / 2);
    else if (hint == PositionAtTop || rect.top() < bar->value())
        bar->setValue(rect.top());
    else if (hint == PositionAtBottom || rect.bottom() + gap > bar->value() + view)
        bar->setValue(rect.bottom() + gap - view);
}

int EntityGrid::verticalOffset() const {
    return verticalScrollBar()->value();
}

/// The row `lines` below (negative: above), in the same column as far as there is one, across headings.
int EntityGrid::rowBelow(int row, int lines) const {
    const int column = (row - sectionOf(row).first) % m_columns;
    for (; lines != 0; lines += lines < 0 ? 1 : -1) {
        const auto& section = sectionOf(row);
        const int line = (row - section.first) / m_columns;
        const int last = (section.count - 1) / m_columns;
        const auto* target = &section;
        int targetLine = line + (lines < 0 ? -1 : 1);
        if (targetLine < 0) {
            if (target == &m_sections.front())
                return row;
            --target;
            targetLine = (target->count - 1) / m_columns;
        } else if (targetLine > last) {
            if (target == &m_sections.back())
                return row;
            ++target;
            targetLine = 0;
        }
        row = target->first + std::min(targetLine * m_columns + column, target->count - 1);
    }
    return row;
}

void EntityGrid::keyPressEvent(QKeyEvent* event) {
    pressInGrid(event, [this](QKeyEvent* key) { QListView::keyPressEvent(key); });
}

QModelIndex EntityGrid::moveCursor(CursorAction action, Qt::KeyboardModifiers) {
    executeDelayedItemsLayout();
    if (m_sections.empty())
        return {};
    const int rows = model()->rowCount();
    if (!currentIndex().isValid())
        return model()->index(0, 0);
    int row = currentIndex().row();
    const int page = std::max(1, viewport()->height() / (m_cell + gap) - 1);
    switch (action) {
        case MoveLeft:
        case MovePrevious:
            row = std::max(0, row - 1);
            break;
        case MoveRight:
        case MoveNext:
            row = std::min(rows - 1, row + 1);
            break;
        case MoveUp:
            row = rowBelow(row, -1);
            break;
        case MoveDown:
            row = rowBelow(row, 1);
            break;
        case MovePageUp:
            row = rowBelow(row, -page);
            break;
        case MovePageDown:
            row = rowBelow(row, page);
            break;
        case MoveHome:
            row = 0;
            break;
        case MoveEnd:
            row = rows - 1;
            break;
    }
    return model()->index(row, 0);
}

void EntityGrid::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) {
    executeDelayedItemsLayout();
    QItemSelection selection;
    const auto wanted = rect.normalized().translated(0, verticalOffset());
    // A range between two cells (shift with keyboard or click) is one of rows; a rectangle over the ground is one of
    // cells.
    const auto from = indexAt(rect.topLeft()), to = indexAt(rect.bottomRight());
    if (from.isValid() && to.isValid()) {
        selection.select(from.row() < to.row() ? from : to, from.row() < to.row() ? to : from);
    } else {
        for (const auto& section : m_sections)
            for (int row = section.first; row < section.first + section.count; ++row)
                if (cellRect(row).intersects(wanted))
                    selection.select(model()->index(row, 0), model()->index(row, 0));
    }
    selectionModel()->select(selection, flags);
}

QRegion EntityGrid::visualRegionForSelection(const QItemSelection& selection) const {
    QRegion region;
    const QRect all = viewport()->rect();
    for (const auto& range : selection)
        for (int row = range.top(); row <= range.bottom(); ++row) {
            const auto rect = visualRect(model()->index(row, 0));
            if (rect.intersects(all))
                region += rect.adjusted(-3, -3, 3, 3);
        }
    return region;
}

void EntityGrid::updateGeometries() {
    auto* bar = verticalScrollBar();
    bar->setPageStep(viewport()->height());
    bar->setSingleStep(m_cell + gap);
    bar->setRange(0, std::max(0, m_height - viewport()->height()));
    QAbstractItemView::updateGeometries();  // NOLINT(bugprone-parent-virtual-call): the layout is its own
}

void EntityGrid::scrollContentsBy(int, int dy) {
    viewport()->scroll(0, dy);
}

void EntityGrid::resizeEvent(QResizeEvent* event) {
    QAbstractItemView::resizeEvent(event);  // NOLINT(bugprone-parent-virtual-call): the layout is its own
    doItemsLayout();
}

void EntityGrid::paintHeading(QPainter& painter, const Section& section) const {
    painter.setFont(captionFont());
    painter.setPen(Theme::instance().palette().soft);
    const QRectF line(edge, section.top - verticalOffset(), viewport()->width() - edge, headingHeight - 2);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, section.title);
    drawTabular(painter, line, Qt::AlignRight | Qt::AlignVCenter, QString::number(section.count));
}

void EntityGrid::paintEvent(QPaintEvent* event) {
    executeDelayedItemsLayout();
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const int top = event->rect().top() + verticalOffset() - 4, bottom = event->rect().bottom() + verticalOffset() + 4;
    const auto hovered = indexAt(viewport()->mapFromGlobal(QCursor::pos()));
    for (const auto& section : m_sections) {
        const int cellsTop = section.top + headingHeight;
        const int lines = (section.count + m_columns - 1) / m_columns;
        if (cellsTop + lines * (m_cell + gap) < top || section.top > bottom)
            continue;
        paintHeading(painter, section);
        const int firstLine = std::max(0, (top - cellsTop) / (m_cell + gap));
        const int lastLine = std::min(lines - 1, (bottom - cellsTop) / (m_cell + gap));
        for (int place = firstLine * m_columns; place < std::min(section.count, (lastLine + 1) * m_columns); ++place) {
            const auto index = model()->index(section.first + place, 0);
            option.rect = visualRect(index);
            option.state = QStyle::State_Enabled;
            option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
            option.state.setFlag(QStyle::State_HasFocus, index == currentIndex());
            option.state.setFlag(QStyle::State_Active, hasFocus());
            option.state.setFlag(QStyle::State_MouseOver, index == hovered);
            itemDelegate()->paint(&painter, option, index);
        }
    }
}

}  // namespace lacuna
