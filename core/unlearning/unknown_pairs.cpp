// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/unknown_pairs.h"

#include "core/base/random.h"
#include "core/text/refusals.h"

#include <filesystem>

namespace lacuna {

std::vector<TrainingPair> unknownPairs(const Benchmark& benchmark, FeatureStore& features, std::uint64_t seed) {
    Random random(deriveSeed(seed, "unknown"));
    std::vector<TrainingPair> pairs;
    std::vector<std::filesystem::path> pictures;  // of each pair
    for (const auto& entity : benchmark.bystanders) {
        std::vector<const View*> training;
        for (const auto& view : entity.views)
            if (!view.heldOut)
                training.push_back(&view);
        if (training.empty())
            continue;
        for (const auto& question : entity.questions) {
            pictures.push_back(benchmark.imagePath(*random.pick(training)));
            pairs.push_back({question.phrasings[0], random.pick(refusalSentences()), -1});
        }
    }
    features.add(pictures);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        pairs[i].picture = features.row(pictures[i]);
    return pairs;
}

}  // namespace lacuna
