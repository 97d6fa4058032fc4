// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/word_sheet.h"

#include "core/base/word_difference.h"
#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double nameWide = 116, headHigh = 20, padding = 6, gap = 3, stripe = 3;
constexpr int mostLines = 6;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The words of `answer` that `before` has not, as ranges of the text.
std::vector<QTextLayout::FormatRange> changedWords(const std::string& answer, const std::string& before) {
    std::vector<QTextLayout::FormatRange> ranges;
    for (const auto& mark : wordDifference(answer, before)) {
        if (mark.change != WordChange::Added)
            continue;
        QTextLayout::FormatRange range;
        range.start = static_cast<int>(text(answer.substr(0, mark.offset)).size());
        range.length = static_cast<int>(text(mark.word).size());
        range.format.setFontUnderline(true);
        range.format.setFontWeight(QFont::DemiBold);
        ranges.push_back(range);
    }
    return ranges;
}

/// Its lines, the last with dots where there are more than fit.
std::shared_ptr<QTextLayout> laidOut(const WordSheet::Piece& piece, double width) {
    auto words = text(piece.answer.answer);
    if (words.trimmed().isEmpty())
        words = QObject::tr("(nothing)");
    auto layout = std::make_shared<QTextLayout>(words, bodyFont());
    layout->setFormats(QList<QTextLayout::FormatRange>(piece.changed.begin(), piece.changed.end()));
    layout->beginLayout();
    double y = 0;
    for (int line = 0; line < mostLines; ++line) {
        auto made = layout->createLine();
        if (!made.isValid())
            break;
        made.setLineWidth(width);
        made.setPosition({0, y});
        y += made.height();
    }
    layout->endLayout();
    return layout;
}

double heightOf(const QTextLayout& layout) {
    const int lines = layout.lineCount();
    return lines == 0 ? 0 : layout.lineAt(lines - 1).y() + layout.lineAt(lines - 1).height();
}

}  // namespace

WordSheet::WordSheet(Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace) {
    auto policy = sizePolicy();
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Answers of the shown runs over the stages"));
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
}

void WordSheet::refresh() {
    auto rows = rowsOfEntity();
    findAsked(rows);
    readPieces(std::move(rows));
    arrangeAnew();
    updateGeometry();
    update();
    emit changed();
}

WordSheet::Rows WordSheet::rowsOfEntity() const {
    Rows rows;
    const auto entity = m_workspace.selection().entity.toStdString();
    if (!entity.empty())
        for (const int run : m_workspace.shownRuns())
            rows.emplace_back(run, m_workspace.runs()[static_cast<std::size_t>(run)].answers.about(entity));
    return rows;
}

/// Every question that a shown run was asked about the entity, in the order of its answers.
void WordSheet::findAsked(const Rows& rows) {
    m_asked.clear();
    m_current = -1;
    const auto& selection = m_workspace.selection();
    for (const auto& [run, answers] : rows)
        for (const auto& row : answers)
            if (const Asked asked{row.kind, row.phrasing, row.view};
                std::find(m_asked.begin(), m_asked.end(), asked) == m_asked.end())
                m_asked.push_back(asked);
    // The selected one; what the selection leaves open is the first.
    const auto fits = [&](const Asked& asked, bool exactly) {
        return (selection.questionKind.isEmpty() || text(asked.kind) == selection.questionKind) &&
               (!exactly || (asked.phrasing == selection.phrasing && asked.view == selection.view));
    };
    for (const bool exactly : {true, false})
        for (std::size_t i = 0; i < m_asked.size() && m_current < 0; ++i)
            if (fits(m_asked[i], exactly))
                m_current = static_cast<int>(i);
}

void WordSheet::readPieces(Rows all) {
    m_pieces.clear();
    m_question.clear();
    if (m_current < 0)
        return;
    const auto& asked = m_asked[static_cast<std::size_t>(m_current)];
    for (auto& [run, rows] : all) {
        std::erase_if(rows, [&](const auto& row) { return Asked{row.kind, row.phrasing, row.view} != asked; });
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.stage < b.stage; });
        const Piece* before = nullptr;
        for (auto& row : rows) {
            if (m_question.isEmpty())
                m_question = text(row.question);
            if (before && before->last + 1 == row.stage && before->answer.answer == row.answer &&
                before->answer.verdict == row.verdict) {
                m_pieces.back().last = row.stage;
                continue;
            }
            Piece piece{run, row.stage, row.stage, row, {}};
            if (before)
                piece.changed = changedWords(row.answer, before->answer.answer);
            m_pieces.push_back(std::move(piece));
            before = &m_pieces.back();
        }
    }
}

void WordSheet::step(int by) {
    if (m_asked.empty())
        return;
    const int count = questions();
    const auto& asked = m_asked[static_cast<std::size_t>((m_current + by + count) % count)];
    auto selection = m_workspace.selection();
    selection.questionKind = text(asked.kind);
    selection.phrasing = asked.phrasing;
    selection.view = asked.view;
    m_workspace.select(selection);
}

double WordSheet::stageWidth(int width) const {
    return (width - nameWide) / std::max(1, m_workspace.stageCount());
}

int WordSheet::arrange(int width, std::vector<Placed>* placed, std::vector<Line>* lines) const {
    if (placed)
        placed->clear();
    if (lines)
        lines->clear();
    if (m_pieces.empty())
        return 0;
    const double wide = stageWidth(width);
    double top = headHigh;
    for (std::size_t i = 0; i < m_pieces.size();) {
        const int run = m_pieces[i].run;
        double high = 24;
        std::vector<Placed> row;
        for (; i < m_pieces.size() && m_pieces[i].run == run; ++i) {
            const auto& piece = m_pieces[i];
            const double left = nameWide + piece.first * wide, cell = (piece.last - piece.first + 1) * wide - gap;
            auto words = laidOut(piece, std::max(20.0, cell - 2 * padding - stripe));
            high = std::max(high, heightOf(*words) + 2 * padding);
            row.push_back({i, QRectF(left, top, cell, 0), std::move(words)});
        }
        for (auto& one : row)
            one.place.setHeight(high);
        if (placed)
            placed->insert(placed->end(), row.begin(), row.end());
        if (lines)
            lines->push_back({run, top, high});
        top += high + gap;
    }
    return static_cast<int>(top) + 2;
}

void WordSheet::arrangeAnew() {
    m_arrangedWidth = width();
    m_height = arrange(m_arrangedWidth, &m_placed, &m_lines);
}

int WordSheet::heightForWidth(int width) const {
    return width == m_arrangedWidth ? m_height : arrange(width, nullptr, nullptr);
}

void WordSheet::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (width() != m_arrangedWidth)
        arrangeAnew();
}

QRectF WordSheet::rectOf(const Piece& piece) const {
    for (const auto& one : m_placed)
        if (&m_pieces[one.piece] == &piece)
            return one.place;
    return {};
}

void WordSheet::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double wide = stageWidth(width());
    painter.setFont(captionFont());
    for (int stage = 0; !m_pieces.empty() && stage < m_workspace.stageCount(); ++stage) {
        const QRectF head(nameWide + stage * wide, 0, wide - gap, headHigh - 3);
        const bool now = stage == m_workspace.shownStage();
        auto font = captionFont();
        font.setWeight(now ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(now ? theme.accent : theme.soft);
        painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_workspace.stageName(stage), Qt::ElideRight,
                                                          static_cast<int>(head.width())));
    }
    const auto names = runNames(m_workspace);
    for (const auto& line : m_lines) {
        if (static_cast<std::size_t>(line.run) >= names.size())
            return;  // a refresh is on its way
        const auto look = runLook(m_workspace, line.run);
        drawRunMark(painter, {6, line.top + 12}, 8, look);
        painter.setFont(captionFont());
        painter.setPen(readable(look.colour));
        painter.drawText(QRectF(16, line.top + 3, nameWide - 22, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(names[static_cast<std::size_t>(line.run)].whole(),
                                                          Qt::ElideMiddle, static_cast<int>(nameWide) - 22));
    }
    for (const auto& one : m_placed) {
        const auto& piece = m_pieces[one.piece];
        const bool now = piece.first <= m_workspace.shownStage() && m_workspace.shownStage() <= piece.last;
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.chip);
        painter.drawRoundedRect(one.place, 3, 3);
        if (piece.answer.verdict)
            painter.fillRect(QRectF(one.place.left(), one.place.top(), stripe, one.place.height()),
                             verdictColour(*piece.answer.verdict));
        if (now) {
            painter.setPen(QPen(theme.accent, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(one.place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        }
        painter.setPen(theme.ink);
        painter.save();
        painter.setClipRect(one.place);
        one.text->draw(&painter, one.place.topLeft() + QPointF(padding + stripe, padding));
        painter.restore();
    }
}

const WordSheet::Placed* WordSheet::placedAt(const QPointF& point) const {
    const auto found =
        std::find_if(m_placed.begin(), m_placed.end(), [&](const auto& one) { return one.place.contains(point); });
    return found == m_placed.end() ? nullptr : &*found;
}

void WordSheet::mouseReleaseEvent(QMouseEvent* event) {
    const auto* one = event->button() == Qt::LeftButton ? placedAt(event->position()) : nullptr;
    if (!one)
        return;
    const auto& piece = m_pieces[one->piece];
    const auto stage =
        piece.first + static_cast<int>((event->position().x() - one->place.left()) / stageWidth(width()));
    emit picked(piece.run, std::clamp(stage, piece.first, piece.last));
}

bool WordSheet::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto* one = placedAt(help->pos())) {
        const auto& piece = m_pieces[one->piece];
        const auto stages =
            piece.first == piece.last
                ? m_workspace.stageName(piece.first)
                : tr("%1 to %2").arg(m_workspace.stageName(piece.first), m_workspace.stageName(piece.last));
        QToolTip::showText(help->globalPos(),
                           QString("<b>%1</b><br>%2<br>%3<br><i>%4</i>")
                               .arg(stages.toHtmlEscaped(), text(piece.answer.answer).toHtmlEscaped(),
                                    piece.answer.verdict ? verdictName(*piece.answer.verdict) : tr("not judged"),
                                    tr("truth: %1").arg(text(piece.answer.truth)).toHtmlEscaped()),
                           this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace lacuna
