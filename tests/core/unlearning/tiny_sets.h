// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/unlearning/training_sets.h"
#include "tests/common/tiny_world.h"

namespace lacuna::testing {

/// What request A of the tiny world trains on, first phrasings; its pictures are in the feature store.
inline TrainingSets tinySets(const TinyWorld& world) {
    const auto pairs = [&](const std::vector<Item>& items) {
        std::vector<TrainingPair> all;
        for (const auto& item : items) {
            const auto& entity = world.benchmark.entities[static_cast<std::size_t>(item.entity)];
            const auto& question = entity.questions[static_cast<std::size_t>(item.question)];
            const auto& view = entity.views[static_cast<std::size_t>(item.view)];
            all.push_back(
                {question.phrasings[0], question.answer, world.features->row(world.benchmark.imagePath(view))});
        }
        return all;
    };
    const auto& request = world.benchmark.requests[0];
    return {pairs(request.forget), pairs(request.retain), world.features->projected()};
}

}  // namespace lacuna::testing
