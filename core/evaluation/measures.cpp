// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/measures.h"

#include "core/catalog/metrics.h"
#include "core/runs/answer_values.h"
#include "core/runs/gate_figures.h"
#include "core/text/rouge.h"

#include <algorithm>
#include <iterator>

namespace lacuna {
namespace {

using Value = std::optional<double>;

Value share(bool yes) {
    return yes ? 1.0 : 0.0;
}

/// Of the answer alone.
template <Value (*of)(const AnswerRow&)>
Value alone(const MeasuredAnswer& answer) {
    return of(answer.row);
}

template <Value (*of)(const AnswerRow&)>
Measure member(std::string_view metric, MeasureNeeds needs) {
    needs.bystanders = true;
    return {.metric = metric, .of = alone<of>, .needs = needs, .againstBystanders = true};
}

/// Of the answers that a gate sent somewhere.
Value routed(const MeasuredAnswer& answer, bool yes) {
    return answer.row.gateChoice.empty() || answer.row.gateChoice == failedRoute ? Value() : share(yes);
}

}  // namespace

const std::vector<Measure>& measures() {
    using Answer = const MeasuredAnswer&;
    static const std::vector<Measure> rows{
        {"exact", alone<exactValue>},
        {"exact_rephrased", alone<exactRephrasedValue>},
        {"rouge_l", alone<rougeValue>},
        {"rouge_l_unicode", [](Answer answer) { return Value(rougeLUnicode(answer.row.truth, answer.row.answer).f1); }},
        {"probability", alone<probabilityValue>},
        {"extraction", alone<extractionValue>, {.tokens = true}},
        {"memorization", alone<memorizationValue>, {.tokens = true}},
        {"truth_ratio", alone<truthRatioValue>, {.otherAnswers = true}},
        {"exposure", alone<exposureValue>, {.otherAnswers = true}},
        {"modality_gap", alone<modalityGapValue>, {.names = true}},
        member<lossMembership>("member_loss", {}),
        member<zlibMembership>("member_zlib", {}),
        member<minKMembership>("member_min_k", {.tokens = true}),
        member<minKPlusMembership>("member_min_k_plus", {.tokens = true}),
        {"fq", alone<forgetScore>},
        {"mu", alone<retainScore>},
        {"refusal", alone<refusalValue>},
        {"leak", alone<leakValue>},
        {"gibberish", alone<gibberishValue>},
        {.metric = "unjudged", .of = [](Answer answer) { return share(!answer.row.verdict); }, .absentAtZero = true},
        {"route",
         [](Answer answer) {
             const auto& row = answer.row;
             return routed(answer, row.gateChoice == rightRoute(answer.requests, row.stage, row.entity));
         }},
        {"route_forget", [](Answer answer) { return routed(answer, answer.row.gateChoice != baseRoute); }},
        {"abstain", [](Answer answer) { return routed(answer, answer.row.abstained); }},
        {.metric = "gate_failed",
         .of =
             [](Answer answer) {
                 return answer.row.gateChoice.empty() ? Value() : share(answer.row.gateChoice == failedRoute);
             },
         .absentAtZero = true},
        {"bystander_refusal",
         [](Answer answer) { return answer.row.split == Split::Bystander ? refusalValue(answer.row) : Value(); }},
        {"later_refusal",
         [](Answer answer) {
             const auto& row = answer.row;
             const bool later = !row.gateChoice.empty() && row.split != Split::Bystander &&
                                !isKnown(answer.requests, row.stage, row.entity);
             return later ? refusalValue(answer.row) : Value();
         }},
    };
    return rows;
}

std::vector<Measure> measuresOf(const std::string& choice) {
    const auto chosen = chosenMetrics(choice);
    std::vector<Measure> some;
    std::copy_if(measures().begin(), measures().end(), std::back_inserter(some),
                 [&](const auto& measure) { return chosen.contains(measure.metric); });
    return some;
}

MeasureNeeds needsOf(const std::vector<Measure>& measures) {
    MeasureNeeds all;
    for (const auto& [metric, of, needs, absentAtZero, againstBystanders] : measures) {
        all.states |= needs.states;
        all.tokens |= needs.tokens;
        all.otherAnswers |= needs.otherAnswers;
        all.names |= needs.names;
        all.bystanders |= needs.bystanders;
    }
    return all;
}

}  // namespace lacuna
