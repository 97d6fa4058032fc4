// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/measures.h"

#include "core/runs/gate_figures.h"
#include "core/text/rouge.h"

namespace lacuna {
namespace {

using Value = std::optional<double>;

Value share(bool yes) {
    return yes ? 1.0 : 0.0;
}

/// Of the answers that have a verdict.
template <Verdict verdict>
Value judged(const MeasuredAnswer& answer) {
    return answer.row.verdict ? share(answer.row.verdict == verdict) : Value();
}

template <Split split>
Value score(const MeasuredAnswer& answer) {
    return answer.row.verdict && answer.row.split == split ? Value(answer.row.score / 2) : Value();
}

/// Of the answers that a gate sent somewhere.
Value routed(const MeasuredAnswer& answer, bool yes) {
    return answer.row.gateChoice.empty() || answer.row.gateChoice == failedRoute ? Value() : share(yes);
}

}  // namespace

const std::vector<Measure>& measures() {
    using Answer = const MeasuredAnswer&;
    static const std::vector<Measure> rows{
        {"exact", [](Answer answer) { return share(answer.row.exact); }},
        {"rouge_l", [](Answer answer) { return Value(answer.row.rougeL); }},
        {"rouge_l_unicode", [](Answer answer) { return Value(rougeLUnicode(answer.row.truth, answer.row.answer).f1); }},
        {"probability", [](Answer answer) { return Value(answer.row.probability); }},
        {"fq", score<Split::Forget>},
        {"mu", score<Split::Retain>},
        {"refusal", judged<Verdict::Refuses>},
        {"leak", judged<Verdict::Leaks>},
        {"gibberish", judged<Verdict::Gibberish>},
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
         [](Answer answer) {
             return answer.row.split == Split::Bystander ? judged<Verdict::Refuses>(answer) : Value();
         }},
        {"later_refusal",
         [](Answer answer) {
             const auto& row = answer.row;
             const bool later = !row.gateChoice.empty() && row.split != Split::Bystander &&
                                !isKnown(answer.requests, row.stage, row.entity);
             return later ? judged<Verdict::Refuses>(answer) : Value();
         }},
    };
    return rows;
}

}  // namespace lacuna
