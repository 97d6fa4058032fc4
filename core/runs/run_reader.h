// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_folder.h"

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

// Nothing here changes a file or a folder. Files are opened in a child process (lacuna-reader), so that a damaged one
// can neither hang nor crash this process. Calls wait for it: keep them off the interface thread.

struct ReadOptions {
    /// Tables (StepRow::table, …) beside those of requests and cells, which are small and always come; empty = all.
    /// The tokens come with the answers alone.
    std::set<std::string_view> only = {};
    std::chrono::milliseconds timeLimit{30000};  ///< of the child
    bool checkSeals = true;                      ///< are sealed files as they were sealed? Reads every byte of them
};

/// The one file that holds a whole run: `path` itself where it is no folder, or the run.h5 of a folder that has nothing
/// else of a run's stages, as runs are passed on. Empty = a run folder with its own.
std::filesystem::path wholeRunFile(const std::filesystem::path& path);

/// A run folder (its sealed stages and the live rows of the stage in work) or a single file (run.h5), which may lie in
/// a folder without those, and without spec.json: its source is then the file. A live file that cannot be read, or a
/// sealed file whose checksum is wrong, is told in `notes`. Throws InputError: neither of the two, not a run of Lacuna,
/// a newer major version, a damaged file.
RunHistory readRun(const std::filesystem::path& path, const ReadOptions& options = {});

/// The step table alone, and of it only `columns` (names as in the file; stage and step always come, other columns stay
/// empty). For drawing a curve of a long run.
StepColumns readSteps(const std::filesystem::path& path, const std::vector<std::string>& columns,
                      std::chrono::milliseconds timeLimit = std::chrono::milliseconds{30000});

}  // namespace lacuna
