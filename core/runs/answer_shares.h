// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/answer_log.h"
#include "core/runs/run_history.h"

#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// What a stage was to do with an entity: its request has come, or one that keeps it, and none that forgets it.
enum class Fate { Gone, Kept };

/// How the answers of one stage were judged: about what had to go by then (before the first request: what will have
/// to), and about what had to stay. Entities that a later request forgets are in neither.
struct StageShares {
    VerdictTally gone, kept;
    const VerdictTally& of(Fate fate) const { return fate == Fate::Gone ? gone : kept; }
    bool operator==(const StageShares&) const = default;
};

/// One per measured stage. `answers` are the run's.
std::vector<StageShares> answerShares(const RunHistory& run, const AnswerLog& answers);

/// The entities whose answers make one piece of that, with how many of theirs do, most first.
std::vector<std::pair<std::string, int>> entitiesBehind(const RunHistory& run, const AnswerLog& answers, int stage,
                                                        Fate fate, Verdict verdict);

/// Those answers themselves, by entity.
std::vector<AnswerRow> answersBehind(const RunHistory& run, const AnswerLog& answers, int stage, Fate fate,
                                     Verdict verdict);

/// Per entity that any request names: the share of its judged answers of that stage that are known, 0 … 1.
std::vector<std::pair<std::string, double>> knownShares(const RunHistory& run, const AnswerLog& answers, int stage);

}  // namespace lacuna
