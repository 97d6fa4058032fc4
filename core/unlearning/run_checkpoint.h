// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// A place in the middle of a request, exact to the bit: what Trainer::state gives, and where it was taken.
struct TrainingCheckpoint {
    int stage = 0;          ///< being made
    std::int64_t step = 0;  ///< steps done within it
    double elapsedS = 0;    ///< of the run's working time
    std::vector<std::pair<std::string, at::Tensor>> state;
    bool trained = false;  ///< the request's training is over, perhaps cut short; what is left is to measure
    /// For the time left of a run that goes on, see LifelongRun: 0 = not known.
    double stepS = 0, measureS = 0;
    double share = 0;  ///< of the whole run, as it was told when this was taken
};

/// `checkpoint/` of a run folder: two generations, the older one replaced, so that a kill while writing leaves one
/// whole. Throws ResourceError when it cannot be written.
void saveCheckpoint(const TrainingCheckpoint& checkpoint, const std::filesystem::path& folder);

/// The newest readable one; nothing when there is none.
std::optional<TrainingCheckpoint> loadCheckpoint(const std::filesystem::path& folder);

}  // namespace lacuna
