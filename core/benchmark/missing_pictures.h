// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// A picture that cannot be read because there is no such file with something in it.
struct MissingPicture {
    std::string image;  ///< path below the folder
    enum class Why { Absent, Folder, Empty } why = Why::Absent;
};

/// Every picture's path below the folder, each once, sorted; those of distractors (for the tower's pretraining alone)
/// too, where asked for.
std::vector<std::string> picturePaths(const Benchmark& benchmark, bool withDistractors = false);

/// Those that are missing of `images` below `folder`: the one place that says so, for the check, the start of a run and
/// the window.
std::vector<MissingPicture> missingPictures(const std::filesystem::path& folder,
                                            const std::vector<std::string>& images);

/// `benchmark` without the views whose picture is missing and without the questions that are asked of them; an entity
/// without a view is in no request. `Benchmark::leftOut` counts the pictures; nothing changes where all are there.
/// Throws InputError when a request would be left with nothing to forget, or with nothing of what it retained.
Benchmark withoutMissingPictures(Benchmark benchmark);

}  // namespace lacuna
