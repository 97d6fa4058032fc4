// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/run_table.h"

#include "widgets/common/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace lacuna {

RunTableView::RunTableView(QAbstractItemModel& model, int lineHeight, QWidget* parent)
    : QTableView(parent), m_lineHeight(lineHeight) {
    setModel(&model);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(lineHeight);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&model, &QAbstractItemModel::modelReset, this, &RunTableView::layOut);
    connect(&Theme::instance(), &Theme::changed, this, &RunTableView::layOut);
    connect(this, &QAbstractItemView::clicked, this,
            [this](const QModelIndex& index) { emit runPicked(runOf(index.row())); });
}

int RunTableView::fitColumns(const Widths& widths) {
    const int columns = model()->columnCount() - 1;
    QFont bold = bodyFont();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    int name = widths.name;
    for (int row = 0; row < model()->rowCount(); ++row)
        name = std::max(name, metrics.horizontalAdvance(model()->index(row, 0).data().toString()) + widths.nameRoom);
    name = std::min(name, widths.nameMost);
    const int each = columns > 0 ? std::max(widths.narrowest, (viewport()->width() - name) / columns) : 0;
    horizontalHeader()->resizeSection(0, name);
    for (int column = 1; column <= columns; ++column)
        horizontalHeader()->resizeSection(column, each);
    return each;
}

void RunTableView::fitHeight(int headHeight) {
    constexpr int scrollBar = 12;
    const bool scrolls = horizontalHeader()->length() > viewport()->width();
    setFixedHeight(headHeight + model()->rowCount() * m_lineHeight + 2 + (scrolls ? scrollBar : 0));
}

void RunTableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        layOut();
}

void RunTableView::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void RunTableView::keyPressEvent(QKeyEvent* event) {
    QTableView::keyPressEvent(event);
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
        emit runPicked(runOf(currentIndex().row()));
}

void paintRunCell(QPainter& painter, const QRect& cell, bool chosen) {
    const auto& theme = Theme::instance().palette();
    if (chosen)
        painter.fillRect(cell, theme.selected);
    painter.setPen(theme.line);
    painter.drawLine(cell.bottomLeft(), cell.bottomRight());
}

void paintRunName(QPainter& painter, const QRect& cell, const RunLook& look, const QString& name) {
    drawRunMark(painter, QPointF(cell.left() + 8, cell.center().y()), 9, look);
    auto font = bodyFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(Theme::instance().palette().ink);
    const auto place = cell.adjusted(20, 0, -4, 0);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideRight, place.width()));
}

}  // namespace lacuna
