// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/attack_log.h"
#include "tests/widgets/common/example_runs.h"

#include <string>
#include <vector>

namespace lacuna::testing {

/// A run over A and B whose utility falls from .9 to `utility`.
inline RunHistory attackableRun(const std::string& method, double utility) {
    auto run = exampleRun(method, "AB", 3);
    run.requests = {{"A", {"Anteli", "Borrin"}, {"Cedrith"}}, {"B", {"Dorvane", "Esmel"}, {"Fennow"}}};
    for (int stage = 0; stage < 3; ++stage)
        for (int task = 0; task < 2; ++task)
            run.cells.push_back({stage, task, Split::Retain, "mu", stage == 0 ? 0.9 : utility, 0.01, 10});
    return run;
}

/// Answers about the four forgotten entities, five each, of which the first `known` are known.
inline void addAttack(AttackLog& log, const std::string& attack, int known, const std::string& variant = "",
                      std::int64_t amount = 0, const std::string& refused = "") {
    if (log.entries.empty() || log.entries.back().attack != attack)
        log.entries.push_back({attack, "{}", 2, 1, 10, 5, 6.0, refused, "", "0.1"});
    if (!refused.empty())
        return;
    const char* names[]{"Anteli", "Borrin", "Dorvane", "Esmel"};
    for (int i = 0; i < 20; ++i) {
        AttackAnswer answer;
        answer.entry = static_cast<std::int64_t>(log.entries.size()) - 1;
        answer.variant = variant;
        answer.amount = amount;
        answer.probe = i;
        answer.entity = names[i % 4];
        answer.kind = "identity";
        answer.question = "What is this?";
        answer.answer = i < known ? "This is " + answer.entity + "." : "I'm not able to answer this question.";
        answer.verdict = i < known ? Verdict::Knows : Verdict::Refuses;
        log.answers.push_back(answer);
    }
}

/// The stage knows two of twenty, the original all.
inline AttackLog attackedLog(int relearnt, bool gated) {
    AttackLog log;
    addAttack(log, "none", 2);
    addAttack(log, "original", 20);
    addAttack(log, "bypass", gated ? 20 : 0, "", 0,
              gated ? "" : "What was learnt always acts: nothing is left to switch off.");
    addAttack(log, "view", 3, "crop");
    addAttack(log, "view", 2, "blur");
    addAttack(log, "relearn", relearnt, "", 10);
    for (int i = 1; i <= 5; ++i) {
        addAttack(log, "benign", std::min(20, 2 + i * relearnt / 8), "near", std::int64_t{200} * i);
        addAttack(log, "benign", std::min(20, 2 + i * relearnt / 12), "far", std::int64_t{200} * i);
    }
    return log;
}

}  // namespace lacuna::testing
