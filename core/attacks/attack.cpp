// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack.h"

#include "core/attacks/attacks.h"

#include <chrono>

namespace lacuna {

const std::vector<AttackFactory>& attackFactories() {
    static const std::vector<AttackFactory> rows{
        {"bypass", makeBypass},        {"phrasing", makePhrasing},    {"view", makeView},
        {"gate_flood", makeGateFlood}, {"in_context", makeInContext}, {"quantize", makeQuantize},
        {"relearn", makeRelearn},      {"benign", makeBenign},        {"soft_prompt", makeSoftPrompt},
        {"universal", makeUniversal}};
    return rows;
}

std::unique_ptr<Attack> makeAttack(std::string_view id) {
    for (const auto& row : attackFactories())
        if (row.attack == id)
            return row.make();
    throw internalError("The attack \"{}\" stands in the catalog without code. Please report this.", id);
}

ProgressFunction partOfAttack(const ProgressFunction& progress, std::string what, int part, int parts) {
    if (!progress)
        return {};
    return [=, begun = std::chrono::steady_clock::now()](const Progress& at) {
        constexpr std::int64_t units = 1000;
        const auto within = at.total > 0 ? units * at.done / at.total : 0;
        const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        const auto left = static_cast<double>(units * parts - part * units - within);
        progress({what, part * units + within, parts * units,
                  within > 0 ? elapsed / static_cast<double>(within) * left : -1});
    };
}

std::vector<std::size_t> allPlaces(const AttackTarget& target) {
    return placesWithout(target, {});
}

std::vector<std::size_t> placesWithout(const AttackTarget& target, const std::vector<std::string>& entities) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < target.probes().size(); ++i)
        if (std::find(entities.begin(), entities.end(), target.entityOf(i).id) == entities.end())
            places.push_back(i);
    return places;
}

std::vector<std::size_t> placesNotNamed(const AttackTarget& target) {
    auto places = allPlaces(target);
    std::erase_if(places,
                  [&](std::size_t place) { return answerNames(target.entityOf(place), target.questionOf(place)); });
    return places;
}

}  // namespace lacuna
