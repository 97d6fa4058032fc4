// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_shares.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lacuna {
namespace {

/// When, from stage 1, a request of the run forgets each entity (the first that does) and keeps it; 0 = none.
struct Turns {
    int forgotten = 0, kept = 0;
};

using TurnsOf = std::map<std::string, Turns, std::less<>>;

TurnsOf turnsOf(const RunHistory& run) {
    TurnsOf turns;
    for (std::size_t i = 0; i < run.requests.size(); ++i) {
        const int stage = static_cast<int>(i) + 1;
        for (const auto& entity : run.requests[i].forgetEntities)
            if (auto& turn = turns[entity].forgotten; turn == 0)
                turn = stage;
        for (const auto& entity : run.requests[i].retainEntities)
            if (auto& turn = turns[entity].kept; turn == 0)
                turn = stage;
    }
    return turns;
}

/// The retain sets of the whole sequence count from the start, as in retentionCurve.
std::optional<Fate> fateAt(const Turns& turns, int stage) {
    if (turns.forgotten > 0)
        return stage == 0 || turns.forgotten <= stage ? std::optional(Fate::Gone) : std::nullopt;
    return turns.kept > 0 ? std::optional(Fate::Kept) : std::nullopt;
}

}  // namespace

std::vector<StageShares> answerShares(const RunHistory& run, const AnswerLog& answers) {
    std::vector<StageShares> shares(static_cast<std::size_t>(std::max(0, run.stages)));
    const auto turns = turnsOf(run);
    answers.eachVerdict([&](std::string_view entity, int stage, Verdict verdict) {
        const auto found = turns.find(entity);
        if (found == turns.end() || stage < 0 || stage >= run.stages)
            return;
        auto& at = shares[static_cast<std::size_t>(stage)];
        if (const auto fate = fateAt(found->second, stage))
            ++(*fate == Fate::Gone ? at.gone : at.kept).counts[static_cast<std::size_t>(verdict)];
    });
    return shares;
}

std::vector<std::pair<std::string, int>> entitiesBehind(const RunHistory& run, const AnswerLog& answers, int stage,
                                                        Fate fate, Verdict verdict) {
    std::vector<std::pair<std::string, int>> behind;
    for (const auto& [entity, turns] : turnsOf(run))
        if (fateAt(turns, stage) == fate)
            if (const int count = answers.tally(entity, stage).of(verdict); count > 0)
                behind.emplace_back(entity, count);
    std::stable_sort(behind.begin(), behind.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return behind;
}

std::vector<AnswerRow> answersBehind(const RunHistory& run, const AnswerLog& answers, int stage, Fate fate,
                                     Verdict verdict) {
    std::vector<AnswerRow> behind;
    for (const auto& [entity, count] : entitiesBehind(run, answers, stage, fate, verdict))
        for (auto& row : answers.about(entity))
            if (row.stage == stage && row.verdict == verdict)
                behind.push_back(std::move(row));
    return behind;
}

std::vector<std::pair<std::string, double>> knownShares(const RunHistory& run, const AnswerLog& answers, int stage) {
    std::vector<std::pair<std::string, double>> shares;
    for (const auto& [entity, turns] : turnsOf(run))
        if (const auto tally = answers.tally(entity, stage); tally.judged() > 0)
            shares.emplace_back(entity, static_cast<double>(tally.of(Verdict::Knows)) / tally.judged());
    return shares;
}

}  // namespace lacuna
