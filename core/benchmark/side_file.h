// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace lacuna {

/// What `lacuna.json` says beyond MLUBench's layout. Written by hand it may hold any part; written by
/// writeBenchmarkFolder it holds the whole benchmark and the SHA-256 of every record file it was written with.
struct SideFile {
    bool present = false;
    Benchmark benchmark;                            ///< without folder and hash
    std::map<std::string, std::string> fileHashes;  ///< path below the folder → SHA-256; empty in one written by hand
};

inline constexpr std::string_view sideFileName = "lacuna.json";

/// Reads it where there is one. Throws InputError that names the place in the file.
SideFile readSideFile(const std::filesystem::path& folder);

/// The text of it.
std::string sideFileText(const SideFile& side);

/// What must hold of any benchmark: ids unique and fit for file names, picture paths below the folder, at least one
/// phrasing and an answer per question, items in range and on training views. Throws InputError that opens with
/// `where`.
void checkBenchmark(const Benchmark& benchmark, std::string_view where);

}  // namespace lacuna
