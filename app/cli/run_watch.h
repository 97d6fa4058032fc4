// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lacuna::cli {

struct WatchOptions {
    bool json = false;  ///< one event per line on standard output, no progress bar
};

/// The engine as the command line starts it.
std::unique_ptr<Engine> startEngine(int threads = 0);

/// Follows the runs sent with `commands` until all have ended; shows progress. Ctrl+C stops them with a checkpoint.
/// Returns the folders of those that finished. Rethrows a run's failure as lacuna::Error; throws Cancelled when
/// interrupted.
std::vector<std::filesystem::path> watchRuns(Engine& engine, const std::vector<std::uint64_t>& commands,
                                             const WatchOptions& options);

}  // namespace lacuna::cli
