// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"

#include <filesystem>

namespace lacuna {

/// Draws "Fictions-127" (entities, bystanders, distractors: 4,064 + pictures at 256 px) and writes it as a benchmark
/// folder. The same bytes for the same seed. Throws ResourceError, Cancelled.
void writeDrawnBenchmark(const std::filesystem::path& folder, const ProgressFunction& progress,
                         std::uint64_t seed = 127);

/// The embedded benchmark from the cache folder, drawn there first when it is absent or incomplete.
/// The folder is `$LACUNA_CACHE`, else `$XDG_CACHE_HOME/lacuna`, else `~/.cache/lacuna`; its name holds a hash of what
/// is drawn.
Benchmark embeddedBenchmark(const ProgressFunction& progress);

/// Its entities, questions and requests alone: nothing is drawn, and it has no folder.
Benchmark embeddedRecords();

/// `benchmark` with a drawn stand-in per entity in place of absent photos, 24 training and 8 held-out views each, made
/// in the cache folder on first use. Items keep their entity and question; their view becomes one of the training
/// views.
Benchmark withSurrogatePictures(Benchmark benchmark, const ProgressFunction& progress);

/// What a run spec names: "embedded", or a folder; `images` is "auto" (the photos where all are there, else an
/// InputError that says what else there is), "photos" (the same), "present" (what is there, see withoutMissingPictures)
/// or "surrogate". `asReleased`: see loadBenchmarkFolder.
Benchmark openBenchmark(const std::string& benchmark, const std::string& images, bool asReleased,
                        const ProgressFunction& progress);

}  // namespace lacuna
