// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/answers_table.h"

#include "widgets/common/run_look.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/probes/answer_layout.h"
#include "widgets/probes/answers_model.h"
#include "widgets/probes/ribbon_painting.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QStyledItemDelegate>

#include <algorithm>
#include <array>

namespace lacuna {
namespace {

constexpr int answerPadding = 8;

/// From comfortable to dense: lines of an answer, space above and below, least height of a row.
struct Density {
    int lines, padding, least;
};
constexpr std::size_t usual = 2;  // before it, what a large window has room for
constexpr int large = 800;
constexpr std::array<Density, 7> densities{{{AnswerLayout::mostLines, 20, 62},
                                            {AnswerLayout::mostLines, 14, 50},
                                            {AnswerLayout::mostLines, 9, 40},
                                            {3, 8, 38},
                                            {2, 6, 32},
                                            {1, 6, 32},
                                            {1, 4, 28}}};

class AnswerDelegate : public QStyledItemDelegate {
public:
    AnswerDelegate(const AnswersModel& model, AnswersTable* table)
        : QStyledItemDelegate(table), m_model(model), m_table(*table) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        const auto& row = m_model.row(index.row());
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme.selected);
        painter->setPen(theme.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const int stage = AnswersModel::stageOf(index.column());
        if (stage >= 0)
            paintStage(*painter, option.rect, row, stage);
        else if (index.column() == AnswersModel::AnswerColumn)
            paintAnswer(*painter, option, row, m_table.linesOf(index.row()));
        else if (index.column() == AnswersModel::NameColumn)
            paintName(*painter, option.rect, row);
        else
            paintProbability(*painter, option.rect, index.data().toString());
        painter->restore();
    }

private:
    void paintName(QPainter& painter, const QRect& rect, const SheetRow& row) const {
        const QPointF centre(rect.left() + 8, rect.top() + m_table.padding() + 8);
        painter.setRenderHint(QPainter::Antialiasing);
        drawRunMark(painter, centre, 10, methodLook(row.method, row.variant));
        auto font = bodyFont();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(Theme::instance().palette().ink);
        const QRectF place(rect.left() + 20, rect.top() + m_table.padding(), rect.width() - 22, 17);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(row.name, Qt::ElideMiddle, qFloor(place.width())));
    }

    void paintAnswer(QPainter& painter, const QStyleOptionViewItem& option, const SheetRow& row, int lines) const {
        const auto& theme = Theme::instance().palette();
        const QRectF place = QRectF(option.rect).adjusted(0, m_table.padding(), -answerPadding, -2);
        if (row.state == SheetRow::State::Answered) {
            AnswerLayout(row.answer, row.judged, m_model.sheet().ordinary, place.width(), lines)
                .paint(painter, place.topLeft());
            return;
        }
        painter.setFont(bodyFont());
        painter.setPen(row.state == SheetRow::State::Failed ? theme.error : theme.soft);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, row.note);
    }

    void paintProbability(QPainter& painter, const QRect& rect, const QString& number) const {
        painter.setFont(bodyFont());
        painter.setPen(Theme::instance().palette().ink);
        const QRectF place(rect.left(), rect.top() + m_table.padding(), rect.width() - 12, 17);
        drawTabular(painter, place, Qt::AlignRight | Qt::AlignVCenter, number);
    }

    void paintStage(QPainter& painter, const QRect& rect, const SheetRow& row, int stage) const {
        // The original model has one stage: nothing else of it will ever be measured.
        if (row.run < 0 && stage > 0)
            return;
        const double gap = rect.width() > 16 ? 2 : 0.5;
        const QRectF cell(rect.left() + gap, rect.top() + m_table.padding() - 1, rect.width() - 2 * gap, 18);
        paintRibbonCell(painter, cell, row.ribbon[static_cast<std::size_t>(stage)],
                        stage == m_model.sheet().stage && row.run >= 0);
    }

    const AnswersModel& m_model;
    const AnswersTable& m_table;
};

/// Captions; the chosen stage in ink.
class AnswersHeader : public QHeaderView {
public:
    AnswersHeader(const AnswersModel& model, QWidget* parent) : QHeaderView(Qt::Horizontal, parent), m_model(model) {
        setSectionResizeMode(QHeaderView::Fixed);
        setMinimumSectionSize(4);
        setFixedHeight(24);
        setSectionsClickable(true);
        setHighlightSections(false);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override {
        const auto& theme = Theme::instance().palette();
        painter->fillRect(rect, theme.panel);
        painter->setPen(theme.line);
        painter->drawLine(rect.bottomLeft(), rect.bottomRight());
        const int stage = AnswersModel::stageOf(section);
        const bool current = stage == m_model.sheet().stage;
        auto font = captionFont();
        if (current)
            font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(current ? theme.ink : theme.soft);
        const auto label = m_model.headerData(section, Qt::Horizontal).toString();
        if (stage >= 0) {
            const bool room = painter->fontMetrics().horizontalAdvance(label) <= rect.width() + 8;
            if (room)
                painter->drawText(rect.adjusted(-6, 0, 6, 0), Qt::AlignCenter, label);
        } else if (section == AnswersModel::ProbabilityColumn) {
            const auto place = rect.adjusted(-20, 0, -12, 0);
            painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, label);
            // Dotted: hover to have it explained.
            const auto words = painter->boundingRect(place, Qt::AlignRight | Qt::AlignVCenter, label);
            painter->setPen(QPen(theme.soft, 1, Qt::DotLine));
            painter->drawLine(words.left(), words.bottom() + 1, words.right(), words.bottom() + 1);
        } else {
            painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                              painter->fontMetrics().elidedText(label, Qt::ElideRight, rect.width() - 4));
        }
    }

private:
    const AnswersModel& m_model;
};

}  // namespace

AnswersTable::AnswersTable(AnswersModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
    setModel(&model);
    setItemDelegate(new AnswerDelegate(model, this));
    setHorizontalHeader(new AnswersHeader(model, this));
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(20);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Answers side by side"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
    connect(this, &QTableView::clicked, this, &AnswersTable::pick);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        layOut();  // the chosen answer stands there in full
        if (current.isValid() && hasFocus())
            emit runPicked(m_model.row(current.row()).run);
    });
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this, [this](int section) {
        if (AnswersModel::stageOf(section) >= 0)
            emit stagePicked(-1, AnswersModel::stageOf(section));
    });
    connect(&Theme::instance(), &Theme::changed, this, &AnswersTable::layOut);
}

void AnswersTable::pick(const QModelIndex& index) {
    const auto& row = m_model.row(index.row());
    const int stage = AnswersModel::stageOf(index.column());
    if (stage >= 0 && (row.run >= 0 || stage == 0))
        emit stagePicked(row.run, stage);
    else
        emit runPicked(row.run);
}

void AnswersTable::layOut() {
    const int stages = m_model.columnCount() - AnswersModel::FirstStageColumn;
    if (stages <= 0) {
        setFixedHeight(0);
        return;
    }
    const QFontMetricsF metrics(bodyFont());
    double names = 40;
    for (const auto& row : m_model.sheet().rows)
        names = std::max(names, 28 + 1.08 * metrics.horizontalAdvance(row.name));
    const int name = qCeil(std::min(names, width() * 0.26));
    const int probability = 58;
    const int cell = std::clamp((width() * 2 / 5) / stages, 4, 29);
    const int answer = std::max(80, width() - name - probability - cell * stages - 4);
    horizontalHeader()->resizeSection(AnswersModel::NameColumn, name);
    horizontalHeader()->resizeSection(AnswersModel::AnswerColumn, answer);
    horizontalHeader()->resizeSection(AnswersModel::ProbabilityColumn, probability);
    for (int i = 0; i < stages; ++i)
        horizontalHeader()->resizeSection(AnswersModel::FirstStageColumn + i, cell);
    const double room = answer - answerPadding;
    const auto& rows = m_model.sheet().rows;
    const bool coming =
        std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.state == SheetRow::State::Waiting; });
    if (coming && m_reserved.size() == rows.size()) {  // what comes finds its place, and moves nothing
        viewport()->update();
        return;
    }
    m_reserved.clear();
    int all = 0;
    for (m_density = m_room > large ? 0 : usual; m_density < densities.size(); ++m_density) {
        all = horizontalHeader()->height();
        for (int i = 0; i < m_model.rowCount(); ++i)
            all += heightOf(i, room);
        if (m_room <= 0 || all <= m_room || m_density + 1 == densities.size())
            break;
    }
    all = horizontalHeader()->height();
    for (int i = 0; i < m_model.rowCount(); ++i) {
        int high = heightOf(i, room);
        if (coming) {
            high = std::max(high, qCeil(2 * metrics.lineSpacing()) + 2 * padding());
            m_reserved.push_back(high);
        }
        all += high;
        verticalHeader()->resizeSection(i, high);
    }
    setFixedHeight(all);
    viewport()->update();
}

int AnswersTable::linesOf(int row) const {
    if (static_cast<std::size_t>(row) < m_reserved.size()) {
        const int high = m_reserved[static_cast<std::size_t>(row)] - 2 * padding();
        return std::max(1, static_cast<int>(high / QFontMetricsF(bodyFont()).lineSpacing()));
    }
    return row == currentIndex().row() ? AnswerLayout::mostLines : densities[m_density].lines;
}

int AnswersTable::padding() const {
    return densities[m_density].padding;
}

int AnswersTable::heightOf(int row, double room) const {
    const auto& of = m_model.row(row);
    const double high =
        of.state == SheetRow::State::Answered
            ? AnswerLayout(of.answer, of.judged, m_model.sheet().ordinary, room, linesOf(row)).height()
            : QFontMetricsF(bodyFont()).boundingRect(QRectF(0, 0, room, 400), Qt::TextWordWrap, of.note).height();
    return std::max(densities[m_density].least, qCeil(high) + 2 * padding());
}

void AnswersTable::setRoom(int height) {
    if (std::exchange(m_room, height) != height)
        layOut();
}

void AnswersTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width()) {
        m_reserved.clear();
        layOut();
    }
}

void AnswersTable::wheelEvent(QWheelEvent* event) {
    event->ignore();  // the area around it scrolls
}

void AnswersTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copyAnswer();
    else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        event->ignore();
    else
        QTableView::keyPressEvent(event);
}

QString AnswersTable::currentAnswer() const {
    const auto rows = selectionModel()->selectedRows();
    if (rows.isEmpty())
        return {};
    const auto& row = m_model.row(rows.front().row());
    return row.state == SheetRow::State::Answered ? QString::fromStdString(row.answer.answer) : QString();
}

void AnswersTable::copyAnswer() {
    const auto answer = currentAnswer();
    if (answer.isEmpty())
        return copyAll();
    QApplication::clipboard()->setText(answer);
    Toast::show(this, tr("The answer is copied."));
}

void AnswersTable::copyAll() {
    QApplication::clipboard()->setText(sheetAsText(m_model.sheet()));
    Toast::show(this, tr("All answers are copied."));
}

void AnswersTable::contextMenuEvent(QContextMenuEvent* event) {
    const auto index = indexAt(viewport()->mapFrom(this, event->pos()));
    if (index.isValid())
        selectRow(index.row());
    QMenu menu(this);
    menu.addAction(tr("Copy the answer"), this, &AnswersTable::copyAnswer)->setEnabled(!currentAnswer().isEmpty());
    menu.addAction(tr("Copy all answers"), this, &AnswersTable::copyAll);
    menu.exec(event->globalPos());
}

}  // namespace lacuna
