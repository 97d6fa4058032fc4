// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/answer_layout.h"

#include "core/base/word_difference.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"
#include "widgets/probes/answer_sheet.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

constexpr double barGap = 2, barHeight = 3, lineGap = 4, dotsGap = 2;
const QString dots = QStringLiteral("…");

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The piece of a token as it stands in a text: SentencePiece writes a blank as U+2581, and a byte as <0x0A>.
QString visible(const std::string& piece) {
    auto shown = text(piece).replace(QChar(0x2581), ' ').trimmed();
    return shown.startsWith("<0x") ? QString() : shown;
}

}  // namespace

std::vector<MarkedSpan> markedSpans(const AnswerRow& answer, const std::set<QString>& ordinary) {
    std::vector<MarkedSpan> spans;
    if (answer.truth.empty() || answer.verdict == Verdict::Refuses)
        return spans;
    bool joins = false;
    for (const auto& mark : wordDifference(answer.answer, answer.truth)) {
        if (mark.change == WordChange::Missing)
            continue;
        const bool known = mark.change == WordChange::Same;
        if (known && ordinary.contains(foldedWord(text(mark.word)))) {
            joins = false;
            continue;
        }
        const auto start = static_cast<int>(text(answer.answer.substr(0, mark.offset)).size());
        const auto length = static_cast<int>(text(mark.word).size());
        if (joins && spans.back().known == known) {
            spans.back().length = start + length - spans.back().start;
        } else {
            MarkedSpan span;
            span.start = start;
            span.length = length;
            span.known = known;
            spans.push_back(span);
        }
        joins = true;
    }
    return spans;
}

std::vector<TokenSpan> tokenSpans(const AnswerRow& answer) {
    std::vector<TokenSpan> spans;
    const auto all = text(answer.answer);
    int at = 0;
    for (const auto& token : answer.tokens) {
        const auto piece = visible(token.token);
        while (at < all.size() && all[at].isSpace())
            ++at;
        if (piece.isEmpty() || !QStringView(all).mid(at).startsWith(piece))
            continue;
        TokenSpan span;
        span.start = at;
        span.length = static_cast<int>(piece.size());
        span.probability = std::exp(static_cast<double>(token.logProbability));
        spans.push_back(span);
        at += span.length;
    }
    return spans;
}

AnswerLayout::AnswerLayout(const AnswerRow& answer, bool judged, const std::set<QString>& ordinary, double width,
                           int lines)
    : m_text(answer.answer.empty() ? QCoreApplication::translate("AnswerLayout", "(no answer)") : text(answer.answer),
             bodyFont()),
      m_marks(markedSpans(answer, ordinary)),
      m_tokens(tokenSpans(answer)),
      m_kind(answer.verdict.value_or(Verdict::Wrong)),
      m_judged(judged),
      m_width(width) {
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text.setTextOption(option);
    m_text.setCacheEnabled(true);
    breakLines(lines, width);
    if (m_cut)
        breakLines(lines, std::max(1.0, width - QFontMetricsF(bodyFont()).horizontalAdvance(dots) - dotsGap));
    const auto last = m_text.lineAt(m_text.lineCount() - 1);
    if (judged)
        m_verdict = verdictSign(m_kind) + ' ' + verdictName(m_kind);
    const QFontMetricsF metrics(captionFont());
    // Beside the last bars where there is room, else below them.
    const double end = last.naturalTextWidth() + 10;
    const double barsY = last.y() + last.height() + barGap;
    m_height = barsY + barHeight;
    if (!m_verdict.isEmpty()) {
        const bool beside = end + metrics.horizontalAdvance(m_verdict) <= width;
        if (!beside && lines < mostLines) {
            m_verdict.clear();
            return;
        }
        m_verdictAt =
            beside ? QPointF(end, barsY + barHeight / 2 - metrics.height() / 2 - 1) : QPointF(0, barsY + barHeight + 3);
        m_height = std::max(m_height, m_verdictAt.y() + metrics.height());
    }
}

/// `lastWidth` of the last that may be: dots need room after it.
void AnswerLayout::breakLines(int lines, double lastWidth) {
    const double below = barGap + barHeight;
    double y = 0;
    m_text.beginLayout();
    while (m_text.lineCount() < lines) {
        auto line = m_text.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(m_text.lineCount() == lines ? lastWidth : m_width);
        line.setPosition({0, y});
        y += line.height() + below + lineGap;
    }
    m_text.endLayout();
    const auto last = m_text.lineAt(m_text.lineCount() - 1);
    m_cut = last.textStart() + last.textLength() < m_text.text().size();
}

QRectF AnswerLayout::dotsRect() const {
    if (!m_cut)
        return {};
    const auto last = m_text.lineAt(m_text.lineCount() - 1);
    return {last.naturalTextWidth() + dotsGap, last.y(), QFontMetricsF(bodyFont()).horizontalAdvance(dots),
            last.height()};
}

/// Calls piece(rectangle) for the part of a span on each line, in the layout's coordinates.
template <typename Piece>
void AnswerLayout::eachPiece(const TextSpan& span, Piece piece) const {
    for (int i = 0; i < m_text.lineCount(); ++i) {
        const auto line = m_text.lineAt(i);
        const int from = std::max(span.start, line.textStart());
        int to = std::min(span.start + span.length, line.textStart() + line.textLength());
        while (to > from && m_text.text().at(to - 1).isSpace())  // the blank a line breaks at
            --to;
        if (from >= to)
            continue;
        const double left = line.cursorToX(from), right = line.cursorToX(to);
        piece(QRectF(left, line.y(), right - left, line.height()));
    }
}

void AnswerLayout::paintMarks(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    painter.setPen(Qt::NoPen);
    for (const auto& mark : m_marks) {
        const auto hue = verdictColour(mark.known ? Verdict::Knows : Verdict::Gibberish);
        painter.setBrush(mixed(theme.panel, hue, theme.dark ? 0.5 : 0.2));
        eachPiece(mark, [&](const QRectF& box) { painter.drawRoundedRect(box.adjusted(-1.5, 0, 1.5, 0), 2.5, 2.5); });
    }
}

void AnswerLayout::paintBars(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    painter.setPen(Qt::NoPen);
    for (const auto& token : m_tokens) {
        painter.setBrush(mixed(theme.panel, theme.accent, 0.16 + 0.84 * std::clamp(token.probability, 0.0, 1.0)));
        eachPiece(token, [&](const QRectF& box) {
            const QRectF bar(box.left() + 0.5, box.bottom() + barGap, std::max(1.5, box.width() - 2), barHeight);
            painter.drawRoundedRect(bar, 1.5, 1.5);
        });
    }
}

void AnswerLayout::paintVerdict(QPainter& painter) const {
    if (m_verdict.isEmpty())
        return;
    painter.setFont(captionFont());
    painter.setPen(readable(verdictColour(m_kind)));
    const QFontMetricsF metrics(captionFont());
    painter.drawText(QPointF(m_verdictAt.x(), m_verdictAt.y() + metrics.ascent()), m_verdict);
}

void AnswerLayout::paint(QPainter& painter, const QPointF& topLeft) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(topLeft);
    paintMarks(painter);
    painter.setPen(Theme::instance().palette().ink);
    m_text.draw(&painter, {0, 0});
    if (m_cut)
        painter.drawText(QPointF(dotsRect().left(), dotsRect().top() + m_text.lineAt(m_text.lineCount() - 1).ascent()),
                         dots);
    paintBars(painter);
    paintVerdict(painter);
    painter.restore();
}

}  // namespace lacuna
