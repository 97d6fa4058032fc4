// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/attack_figures.h"

#include "core/catalog/attacks.h"

#include <fmt/format.h>

#include <map>

namespace lacuna {
namespace {

/// Share of known answers of each probe, with its entity.
struct Known {
    std::string entity;
    double known = 0;
    int judged = 0;
};
using KnownByProbe = std::map<std::int64_t, Known>;

void add(KnownByProbe& all, const AttackAnswer& answer) {
    if (!answer.verdict)
        return;
    auto& known = all[answer.probe];
    known.entity = answer.entity;
    known.known += *answer.verdict == Verdict::Knows ? 1 : 0;
    ++known.judged;
}

KnownByProbe knownOf(const AttackLog& log, std::string_view attack, int stage) {
    KnownByProbe all;
    if (const auto* entry = log.find(attack, stage))
        for (const auto* answer : log.answersOf(*entry))
            add(all, *answer);
    return all;
}

std::optional<RecoveredShare> recoveredShare(const KnownByProbe& before, const KnownByProbe& after,
                                             const KnownByProbe& original) {
    std::map<std::string, EntitySum> byEntity;
    RecoveredShare result;
    for (const auto& [probe, known] : after) {
        const auto then = before.find(probe), first = original.find(probe);
        if (then == before.end() || first == original.end())
            continue;
        const auto share = [](const Known& one) { return one.known / one.judged; };
        const double was = share(then->second), is = share(known), knew = share(first->second);
        auto& sum = byEntity[known.entity];
        sum.part += is - was;
        sum.whole += knew - was;
        result.before += was;
        result.after += is;
        result.original += knew;
        ++result.questions;
    }
    const double lost = result.original - result.before;
    if (lost <= 0)
        return std::nullopt;
    result.share = (result.after - result.before) / lost;
    for (auto* sum : {&result.before, &result.after, &result.original})
        *sum /= result.questions;
    std::vector<EntitySum> sums;
    for (const auto& [entity, sum] : byEntity)
        sums.push_back(sum);
    result.entities = static_cast<int>(sums.size());
    result.interval = entityInterval(sums);
    return result;
}

AttackFigure figureOf(const AttackLog& log, const AttackEntry& entry, const KnownByProbe& before,
                      const KnownByProbe& original) {
    AttackFigure figure{&entry, {}, -1};
    std::vector<KnownByProbe> known;
    for (const auto* answer : log.answersOf(entry)) {
        auto place = std::find_if(figure.variants.begin(), figure.variants.end(),
                                  [&](const auto& variant) {
                                      return variant.variant == answer->variant && variant.amount == answer->amount;
                                  }) -
                     figure.variants.begin();
        if (static_cast<std::size_t>(place) == figure.variants.size()) {
            figure.variants.push_back({answer->variant, answer->amount, {}});
            known.emplace_back();
        }
        add(known[static_cast<std::size_t>(place)], *answer);
    }
    for (std::size_t i = 0; i < figure.variants.size(); ++i) {
        auto& recovered = figure.variants[i].recovered;
        recovered = recoveredShare(before, known[i], original);
        if (recovered && (!figure.best() || recovered->share > figure.best()->recovered->share))
            figure.strongest = static_cast<int>(i);
    }
    return figure;
}

}  // namespace

std::vector<AttackFigure> attackFigures(const AttackLog& log, int stage) {
    std::vector<AttackFigure> figures;
    const auto before = knownOf(log, unattacked, stage), original = knownOf(log, originalModel, stage);
    for (const auto& row : attackRows())
        if (const auto* entry = log.find(row.id, stage))
            figures.push_back(figureOf(log, *entry, before, original));
    return figures;
}

std::optional<AttackFigure> attackFigure(const AttackLog& log, int stage, std::string_view attack) {
    if (const auto* entry = log.find(attack, stage))
        return figureOf(log, *entry, knownOf(log, unattacked, stage), knownOf(log, originalModel, stage));
    return std::nullopt;
}

std::string variantText(const AttackVariantFigure& variant) {
    if (variant.amount == 0)
        return variant.variant;
    return fmt::format("{}{}{} samples", variant.variant, variant.variant.empty() ? "" : ", ", variant.amount);
}

}  // namespace lacuna
