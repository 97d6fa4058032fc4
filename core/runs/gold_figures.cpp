// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/gold_figures.h"

#include "core/catalog/combination.h"
#include "core/runs/answer_values.h"
#include "core/runs/statistics.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace lacuna {
namespace {

std::set<std::string> forgottenBy(const std::vector<RequestRow>& requests, int stage) {
    std::set<std::string> all;
    for (int t = 0; t < stage && t < static_cast<int>(requests.size()); ++t)
        all.insert(requests[static_cast<std::size_t>(t)].forgetEntities.begin(),
                   requests[static_cast<std::size_t>(t)].forgetEntities.end());
    return all;
}

/// What is asked of whom.
using Asked = std::tuple<std::string_view, std::string_view, int>;

Asked asked(const AnswerRow& row) {
    return {row.entity, row.question, row.view};
}

/// Each question once, however many tasks hold its entity.
std::map<Asked, const AnswerRow*> byQuestion(const std::vector<AnswerRow>& rows, Split split) {
    std::map<Asked, const AnswerRow*> all;
    for (const auto& row : rows)
        if ((row.split == Split::Bystander) == (split == Split::Bystander))
            all.emplace(asked(row), &row);
    return all;
}

struct Sums {
    double divergence = 0;
    int count = 0;
    std::optional<double> mean() const { return count > 0 ? std::optional(divergence / count) : std::nullopt; }
};

std::optional<double> areaOf(const std::map<Asked, const AnswerRow*>& rows, const std::set<std::string>& forgotten,
                             const std::map<Asked, const AnswerRow*>& bystanders) {
    std::vector<double> members, others;
    for (const auto& [key, row] : rows)
        if (const auto value = minKMembership(*row); value && forgotten.contains(row->entity))
            members.push_back(*value);
    for (const auto& [key, row] : bystanders)
        if (const auto value = minKMembership(*row))
            others.push_back(*value);
    return members.empty() || others.empty() ? std::nullopt : std::optional(areaUnderCurve(members, others).value);
}

}  // namespace

std::optional<GoldStage> goldOf(const RunHistory& run, int stage, const std::vector<const RunHistory*>& among) {
    const auto forgotten = forgottenBy(run.requests, stage);
    for (const auto* other : among) {
        if (!isReference(other->spec.method) || other->spec.benchmarkHash != run.spec.benchmarkHash ||
            other->spec.modelHash != run.spec.modelHash)
            continue;
        for (int t = 0; t < other->stages; ++t)
            if (forgottenBy(other->requests, t) == forgotten)
                return GoldStage{other, t};
    }
    return std::nullopt;
}

GoldFigures goldFigures(const std::vector<AnswerRow>& own, const std::vector<AnswerRow>& gold,
                        const std::vector<RequestRow>& requests, int stage) {
    const auto forgotten = forgottenBy(requests, stage);
    const auto ours = byQuestion(own, Split::Forget), theirs = byQuestion(gold, Split::Forget);
    std::vector<double> ourRatios, theirRatios;
    Sums forget, retain;
    for (const auto& [key, row] : ours) {
        const auto found = theirs.find(key);
        if (found == theirs.end())
            continue;
        const bool isForgotten = forgotten.contains(row->entity);
        const bool isRetained = !isForgotten && std::any_of(requests.begin(), requests.end(), [&](const auto& request) {
            const auto& kept = request.retainEntities;
            return std::find(kept.begin(), kept.end(), row->entity) != kept.end();
        });
        if (isForgotten && row->truthRatio && found->second->truthRatio) {
            ourRatios.push_back(*row->truthRatio);
            theirRatios.push_back(*found->second->truthRatio);
        }
        if (isForgotten || isRetained) {
            auto& sums = isForgotten ? forget : retain;
            sums.divergence += coinDivergence(row->probability, found->second->probability);
            ++sums.count;
        }
    }
    GoldFigures figures{{}, {}, forget.mean(), retain.mean()};
    if (!ourRatios.empty())
        figures.forgetQuality = kolmogorovSmirnov(ourRatios, theirRatios).p;
    const auto area = areaOf(ours, forgotten, byQuestion(own, Split::Bystander));
    const auto goldArea = areaOf(theirs, forgotten, byQuestion(gold, Split::Bystander));
    if (area && goldArea && *goldArea < 1)
        figures.privacyLeak = ((1 - *area) - (1 - *goldArea)) / (1 - *goldArea) * 100;
    return figures;
}

}  // namespace lacuna
