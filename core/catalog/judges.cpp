// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/judges.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {

const std::vector<JudgeRow>& judgeRows() {
    static const std::vector<JudgeRow> rows{
        {"rubric",
         "Rubric",
         "Fixed rules on words, refusal sentences and the original model's perplexity: the same answer gets the same "
         "verdict everywhere, at no cost.",
         {{"knows_recall", "Known from", 0.8, 0, 1,
           "From this share of the truth's content words on an answer knows it.", false},
          {"leaks_recall", "Leaks from", 0.25, 0, 1, "From this share on it leaks some of the truth.", false},
          {"refusal_f1", "Refusal from", 0.6, 0, 1,
           "Word F1 with a refusal sentence from which on an answer is a refusal.", false},
          {"gibberish_margin", "Gibberish margin", 0.5, 0, 20,
           "Nats per token by which an answer must be odder than any fluent one to be gibberish.", false}}},
    };
    return rows;
}

const JudgeRow& judgeRow(std::string_view id) {
    return rowOf(judgeRows(), id, "judge");
}

}  // namespace lacuna
