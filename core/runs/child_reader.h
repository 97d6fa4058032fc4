// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/tables/table_wire.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace lacuna {

/// Reads run files (see readTableFile) in a child process, so that a damaged or hostile file can neither hang nor crash
/// this one. The child is a small program of its own, started by posix_spawn: a bare fork of a process with threads
/// (Qt, the engine) would inherit the locks of HDF5 and malloc in whatever state they are.
/// One result per file, in order. When the child dies or `timeLimit` is over, the file it was at and those after it get
/// an InputError. Throws ResourceError when the child cannot be started.
std::vector<TableFileResult> readTableFiles(const std::vector<std::filesystem::path>& files,
                                            const std::vector<TableSpec>& wanted, std::chrono::milliseconds timeLimit);

}  // namespace lacuna
