// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <QFont>
#include <QPainter>
#include <QTextLayout>

#include <set>
#include <vector>

namespace lacuna {

/// A stretch of an answer's text.
struct TextSpan {
    int start = 0, length = 0;
    bool operator==(const TextSpan&) const = default;
};

/// Words of the answer held against the truth; `known` stand in it.
struct MarkedSpan : TextSpan {
    bool known = false;
};

/// Where each token of an answer stands in its text, with exp(log probability). Tokens that leave no trace in the text
/// (the end mark) are left out.
struct TokenSpan : TextSpan {
    double probability = 0;
};

/// Words that say something: those of `ordinary` (folded) are left out, neighbours of the same kind are one span.
/// Nothing for an answer without a truth, or one that refuses.
std::vector<MarkedSpan> markedSpans(const AnswerRow& answer, const std::set<QString>& ordinary);
std::vector<TokenSpan> tokenSpans(const AnswerRow& answer);

/// An answer set in lines of a width: words marked against the truth, one bar per token under them, as long as the
/// token, as strong as the model was sure, and the verdict after the last bar. With fewer lines than `mostLines` the
/// rest is cut, and so is a verdict that has no room beside the bars.
class AnswerLayout {
public:
    static constexpr int mostLines = 5;

    AnswerLayout(const AnswerRow& answer, bool judged, const std::set<QString>& ordinary, double width,
                 int lines = mostLines);
    double height() const { return m_height; }
    bool cut() const { return m_cut; }
    QRectF dotsRect() const;  ///< of what stands for the rest, within the width; empty where nothing is cut
    void paint(QPainter& painter, const QPointF& topLeft) const;

private:
    void breakLines(int lines, double lastWidth);
    void paintMarks(QPainter& painter) const;
    void paintBars(QPainter& painter) const;
    void paintVerdict(QPainter& painter) const;
    template <typename Piece>
    void eachPiece(const TextSpan& span, Piece piece) const;

    QTextLayout m_text;
    std::vector<MarkedSpan> m_marks;
    std::vector<TokenSpan> m_tokens;
    QString m_verdict;
    Verdict m_kind = Verdict::Wrong;
    bool m_judged = false;
    bool m_cut = false;
    double m_width = 0, m_height = 0;
    QPointF m_verdictAt;
};

}  // namespace lacuna
