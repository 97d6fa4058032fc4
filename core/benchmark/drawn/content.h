// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/benchmark/drawn/look.h"

#include <vector>

namespace lacuna::drawn {

inline constexpr int kTrainingViews = 24;
inline constexpr int kHeldOutViews = 8;

/// The embedded benchmark before a pixel is drawn, and what each of its figures looks like.
struct Content {
    Benchmark benchmark;                                             ///< folder and hash are empty
    std::vector<Look> entityLooks, bystanderLooks, distractorLooks;  ///< in the benchmark's order
};

/// "Fictions-127": names, facts, questions, views and requests from `seed`.
Content inventContent(std::uint64_t seed);

/// Training views of the class and entity named, then held-out ones, as image paths in MLUBench's layout.
std::vector<View> viewPaths(const std::string& className, const std::string& id);

}  // namespace lacuna::drawn
