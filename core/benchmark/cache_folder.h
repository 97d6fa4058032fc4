// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string_view>

namespace lacuna {

/// Names what the drawing code makes. Whoever changes a picture or a fact of the embedded benchmark changes this too,
/// so that no cache folder of an older program is taken for the new one. (Here, because the workbench has no drawing
/// code.)
inline constexpr std::string_view drawnBenchmarkVersion = "fictions-127 v1";

/// Where drawn pictures and first-stage results are kept: `$LACUNA_CACHE`, else `$XDG_CACHE_HOME/lacuna`, else
/// `~/.cache/lacuna`. Not created here. Throws InputError when none of these is set.
std::filesystem::path cacheFolder();

/// Folder of the embedded benchmark's pictures inside it, named by `drawnBenchmarkVersion`: present only when complete,
/// since it is drawn beside and renamed into place as a whole. Widgets read pictures from here.
std::filesystem::path drawnBenchmarkFolder();

/// Where a folder of drawn pictures lies until it is whole: its records are there from the beginning, its pictures come
/// one by one.
std::filesystem::path unfinished(std::filesystem::path folder);

}  // namespace lacuna
