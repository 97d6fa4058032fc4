// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/measures.h"

#include "core/runs/answer_values.h"
#include "core/runs/gate_figures.h"
#include "core/text/rouge.h"

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

/// Of the answers that a gate sent somewhere.
Value routed(const MeasuredAnswer& answer, bool yes) {
    return answer.row.gateChoice.empty() || answer.row.gateChoice == failedRoute ? Value() : share(yes);
}

}  // namespace

const std::vector<Measure>& measures() {
    using Answer = const MeasuredAnswer&;
    static const std::vector<Measure> rows{
        {"exact", alone<exactValue>},
        {"rouge_l", alone<rougeValue>},
        {"rouge_l_unicode", [](Answer answer) { return Value(rougeLUnicode(answer.row.truth, answer.row.answer).f1); }},
        {"probability", alone<probabilityValue>},
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

}  // namespace lacuna
