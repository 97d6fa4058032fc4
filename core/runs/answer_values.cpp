// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_values.h"

#include <algorithm>
#include <array>

namespace lacuna {
namespace {

using Value = std::optional<double>;

/// Of the answers that have a verdict.
Value judged(const AnswerRow& row, Verdict verdict) {
    return row.verdict ? Value(*row.verdict == verdict ? 1.0 : 0.0) : Value();
}

Value score(const AnswerRow& row, Split split) {
    return row.verdict && row.split == split ? Value(row.score / 2) : Value();
}

}  // namespace

Value exactValue(const AnswerRow& row) {
    return row.exact ? 1.0 : 0.0;
}
Value rougeValue(const AnswerRow& row) {
    return row.rougeL;
}
Value probabilityValue(const AnswerRow& row) {
    return row.probability;
}
Value forgetScore(const AnswerRow& row) {
    return score(row, Split::Forget);
}
Value retainScore(const AnswerRow& row) {
    return score(row, Split::Retain);
}
Value refusalValue(const AnswerRow& row) {
    return judged(row, Verdict::Refuses);
}
Value leakValue(const AnswerRow& row) {
    return judged(row, Verdict::Leaks);
}
Value gibberishValue(const AnswerRow& row) {
    return judged(row, Verdict::Gibberish);
}

AnswerValue answerValue(std::string_view metric) {
    static constexpr std::array<std::pair<std::string_view, AnswerValue>, 8> values{{{"exact", exactValue},
                                                                                     {"rouge_l", rougeValue},
                                                                                     {"probability", probabilityValue},
                                                                                     {"fq", forgetScore},
                                                                                     {"mu", retainScore},
                                                                                     {"refusal", refusalValue},
                                                                                     {"leak", leakValue},
                                                                                     {"gibberish", gibberishValue}}};
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& one) { return one.first == metric; });
    return found == values.end() ? nullptr : found->second;
}

}  // namespace lacuna
