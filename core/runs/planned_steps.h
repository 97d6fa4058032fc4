// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// Optimizer steps of each request, in the order they arrive, by what a checked spec says of arrangement and
/// parameters: batches of the pairs that a request trains on, `epochs` times; 0 where nothing is trained. `pairs`: what
/// each request's own forget set holds, see forgetPairs. Throws InputError as combinationOf.
std::vector<std::int64_t> plannedSteps(const std::vector<std::int64_t>& pairs, const RunSpec& spec);

}  // namespace lacuna
