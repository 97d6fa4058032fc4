// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/training/feature_store.h"
#include "core/unlearning/training_sets.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// Every question about every bystander (first phrasing, on one of its training views each), answered by a refusal;
/// both drawn from the seed. Their pictures are added to `features`. Empty for a benchmark without bystanders. Throws
/// InputError for a missing or broken picture, Cancelled.
std::vector<TrainingPair> unknownPairs(const Benchmark& benchmark, FeatureStore& features, std::uint64_t seed);

}  // namespace lacuna
