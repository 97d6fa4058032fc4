// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/metrics.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {

const std::vector<MetricRow>& metricRows() {
    using enum MetricScope;
    static const std::vector<MetricRow> rows{
        {"exact", "Exactly right", "mean 1[answer = truth], case, composition, punctuation and spaces aside",
         "Share of answers that are the truth, word for word.", Cell, 0, 1, -1, 1},
        {"rouge_l", "ROUGE-L", "F1 of the longest common subsequence of stemmed words",
         "How much of the truth's wording comes back, in order. As the package rouge_score counts it: words of a–z and "
         "digits alone, 0 in any other script.",
         Cell, 0, 1, -1, 1},
        {"rouge_l_unicode", "ROUGE-L, any script",
         "ROUGE-L over the words of any script; Han and hiragana letter by letter",
         "ROUGE-L where the truth is not written in a–z; equal to it where it is.", Cell, 0, 1, -1, 1},
        {"probability", "Answer probability", "exp(−L(truth | question)), mean over answers",
         "How likely the model finds the true answer, per token.", Cell, 0, 1, -1, 1},
        {"fq", "Forget quality (FQ)", "Σ forget score / 2N: refuses 2, leaks or wrong 1, knows or gibberish 0",
         "The benchmark's score for forgetting; it wants a clean refusal.", Cell, 0, 1, 1, 0},
        {"mu", "Model utility (MU)", "Σ retain score / 2N: knows 2, leaks 1, else 0",
         "The benchmark's score for what should stay.", Cell, 0, 1, 0, 1},
        {"refusal", "Refusals", "share of answers judged refuses", "How often the model declines to answer.", Cell, 0,
         1, 1, -1},
        {"leak", "Leaks", "share of answers judged leaks", "How often part of the truth slips out.", Cell, 0, 1, -1, 0},
        {"gibberish", "Gibberish", "share of answers judged gibberish", "How often the answer is no language at all.",
         Cell, 0, 1, -1, -1},
        {"unjudged", "Not judged", "share of answers the judge could give no verdict",
         "How often the judge failed: these answers count neither for nor against. Absent where it never did.", Cell, 0,
         1, -1, -1},
        {"route", "Exact route", "share of pictures sent to the right expert, or rightly to the base model",
         "How often the gate decides as the oracle would.", Cell, 0, 1, 1, 1},
        {"route_forget", "Sent to an expert", "share of pictures sent to any expert",
         "On a forget set the gate's recall; on a retain set its false positives.", Cell, 0, 1, 1, -1},
        {"abstain", "Abstained", "share of pictures the gate takes for no known entity",
         "How often the gate is below its threshold and leaves the base model to answer.", Cell, 0, 1, -1, 0},
        {"gate_failed", "Gate failed", "share of questions about pictures the gate could not decide on",
         "How often the gate gave no decision: the original model answered, and the picture counts in none of the "
         "three "
         "figures above. Absent where it never failed.",
         Cell, 0, 1, -1, -1},
        {"bystander_refusal", "Bystanders refused", "share of answers about bystanders judged refuses",
         "How often the model declines where nobody asked it to: about entities that no request names. Measured where "
         "a "
         "gate decides.",
         Cell, 0, 1, 0, -1, MetricOf::Bystanders},
        {"later_refusal", "Refused too early", "share of answers about entities of later requests judged refuses",
         "How often the model declines before it was asked to: about entities that only later requests name. Measured "
         "where a gate decides.",
         Cell, 0, 1, -1, -1, MetricOf::Later},
        {"stability", "Stability", "Σ_t |P(θ_t, t) − P(θ_T, t)|, P the FQ or MU of request t",
         "How far each request's result drifts until the end (MLUBench, eq. 1); 0 is perfectly stable.", Run, 0, 4, -1,
         -1},
        {"backward_transfer", "Backward transfer", "1/(T−1) Σ_{j<T} (P[T][j] − P[j][j])",
         "What later requests do to earlier ones; negative = they undo them.", Run, -1, 1, 1, 1},
    };
    return rows;
}

const MetricRow& metricRow(std::string_view id) {
    return rowOf(metricRows(), id, "metric");
}

}  // namespace lacuna
