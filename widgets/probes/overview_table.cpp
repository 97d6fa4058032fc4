// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/overview_table.h"

#include "widgets/common/run_look.h"
#include "widgets/common/theme.h"
#include "widgets/probes/overview_model.h"
#include "widgets/probes/ribbon_painting.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace lacuna {
namespace {

constexpr int groupGap = 10, lineHeight = 24, compactLineHeight = 19;

/// Where the cell is painted: the first of a run stands a gap away from the run before.
QRectF cellRect(const OverviewModel& model, const QRect& rect, int column) {
    const double left = model.stageOf(column) == 0 ? rect.left() + groupGap : rect.left();
    const int high = std::max(13, rect.height() - 11);
    const int top = rect.center().y() - high / 2;
    return QRectF(left, top, rect.right() + 1 - left - (rect.width() > 8 ? 2 : 0.5), high);
}

class OverviewDelegate : public QStyledItemDelegate {
public:
    OverviewDelegate(const OverviewModel& model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        painter->setPen(theme.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const bool chosen = index.row() == m_model.currentQuestion();
        if (index.column() == 0) {
            auto font = bodyFont();
            if (chosen)
                font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(chosen ? theme.ink : theme.soft);
            const auto place = option.rect.adjusted(0, 0, -4, 0);
            painter->drawText(
                place, Qt::AlignLeft | Qt::AlignVCenter,
                painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, place.width()));
        } else {
            paintSplitCell(*painter, cellRect(m_model, option.rect, index.column()),
                           m_model.cells(index.row(), index.column()),
                           chosen && m_model.stageOf(index.column()) == m_model.currentStage());
        }
        if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
            painter->setPen(QPen(theme.accent, 1));
            painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
        }
        painter->restore();
    }

private:
    const OverviewModel& m_model;
};

/// The runs' names over their stretch of columns.
class OverviewHeader : public QHeaderView {
public:
    OverviewHeader(const OverviewModel& model, QWidget* parent) : QHeaderView(Qt::Horizontal, parent), m_model(model) {
        setSectionResizeMode(QHeaderView::Fixed);
        setMinimumSectionSize(3);
        setFixedHeight(20);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(viewport());
        const auto& theme = Theme::instance().palette();
        painter.fillRect(viewport()->rect(), theme.panel);
        painter.setPen(theme.line);
        painter.drawLine(viewport()->rect().bottomLeft(), viewport()->rect().bottomRight());
        auto font = captionFont();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        for (std::size_t i = 0; i < m_model.groups().size(); ++i) {
            const auto& group = m_model.groups()[i];
            const int first = 1 + static_cast<int>(i) * m_model.stages();
            const int left = sectionViewportPosition(first) + groupGap;
            const int right =
                sectionViewportPosition(first + m_model.stages() - 1) + sectionSize(first + m_model.stages() - 1);
            const auto look = methodLook(group.method, group.variant);
            painter.setPen(readable(look.colour));
            const auto fits = [&](const QString& words, double part) {
                return !words.isEmpty() && part * painter.fontMetrics().horizontalAdvance(words) <= right - left;
            };
            constexpr double most = 0.75;  // of a name tells which it is; two letters would tell nobody
            const auto words = fits(group.name, 1)      ? group.name
                               : fits(group.mark, 1)    ? group.mark
                               : fits(group.name, most) ? group.name
                                                        : QString();
            if (words.isEmpty())  // as the list of runs has it
                drawRunMark(painter, {(left + right) / 2.0, height() / 2.0 - 1}, 9, look);
            else
                painter.drawText(QRect(left, 0, right - left, height() - 2), Qt::AlignLeft | Qt::AlignVCenter,
                                 painter.fontMetrics().elidedText(words, Qt::ElideRight, right - left));
        }
    }

private:
    const OverviewModel& m_model;
};

}  // namespace

OverviewTable::OverviewTable(OverviewModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
    setModel(&model);
    setItemDelegate(new OverviewDelegate(model, this));
    setHorizontalHeader(new OverviewHeader(model, this));
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(compactLineHeight);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::NoSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Every question, every run, every stage"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&model, &QAbstractItemModel::modelReset, this, &OverviewTable::layOut);
    connect(&Theme::instance(), &Theme::changed, this, &OverviewTable::layOut);
}

void OverviewTable::layOut() {
    const int groups = static_cast<int>(m_model.groups().size());
    const int cells = groups * m_model.stages();
    m_least = 0;
    if (cells == 0 || m_model.rowCount() == 0) {
        setFixedHeight(0);
        return;
    }
    const int room = width() - groups * groupGap;
    // Questions are read in full where that leaves cells to be seen.
    const QFontMetrics metrics(bodyFont());
    int question = 60;
    for (int row = 0; row < m_model.rowCount(); ++row)
        question = std::max(question, metrics.horizontalAdvance(m_model.index(row, 0).data().toString()) + 12);
    question = std::min(question, width() * 9 / 20);
    constexpr int wide = 1200;
    const int high = std::max(m_compact ? compactLineHeight : lineHeight, m_room / m_model.rowCount());
    const int cell = std::clamp((room - question) / cells, 3, width() > wide ? std::clamp(high - 12, 26, 40) : 16);
    for (int column = 1; column <= cells; ++column)
        horizontalHeader()->resizeSection(column, cell + (m_model.stageOf(column) == 0 ? groupGap : 0));
    horizontalHeader()->resizeSection(0, std::max(60, room - cells * cell - 4));
    const int least = m_compact ? compactLineHeight : std::max(lineHeight, std::min(cell, 26) + 8);
    const int line = std::clamp(high, least, std::max(least, cell + 12));  // no towers
    const auto heightOf = [&](int lines) { return horizontalHeader()->height() + m_model.rowCount() * lines + 2; };
    m_least = heightOf(least);
    verticalHeader()->setDefaultSectionSize(line);
    setFixedHeight(heightOf(line));
    viewport()->update();
}

void OverviewTable::setCompact(bool compact) {
    if (std::exchange(m_compact, compact) != compact)
        layOut();
}

void OverviewTable::setRoom(int height) {
    const int rows = std::max(0, height - horizontalHeader()->height() - 2);
    if (std::exchange(m_room, rows) != rows)
        layOut();
}

void OverviewTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        layOut();
}

void OverviewTable::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void OverviewTable::mouseReleaseEvent(QMouseEvent* event) {
    QTableView::mouseReleaseEvent(event);
    const auto index = indexAt(event->pos());
    if (event->button() != Qt::LeftButton || !index.isValid())
        return;
    if (index.column() == 0) {
        emit picked(-1, -1, index.row(), -1);
        return;
    }
    const auto cell = cellRect(m_model, visualRect(index), index.column());
    const int probes = static_cast<int>(m_model.probes(index.row()).size());
    const int probe =
        probes ? std::clamp(static_cast<int>((event->pos().x() - cell.left()) / cell.width() * probes), 0, probes - 1)
               : -1;
    emit picked(m_model.groups()[static_cast<std::size_t>(m_model.groupOf(index.column()))].run,
                m_model.stageOf(index.column()), index.row(), probe);
}

void OverviewTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        event->ignore();
        return;
    }
    QTableView::keyPressEvent(event);
    if (currentIndex().isValid() && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down))
        emit picked(-1, -1, currentIndex().row(), -1);
}

}  // namespace lacuna
