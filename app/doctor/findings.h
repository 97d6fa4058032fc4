// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace lacuna {

/// What was looked at and what was found.
struct Finding {
    std::string id;       ///< for scripts: "libtorch"
    std::string what;     ///< for people
    std::string found;    ///< in a few words
    std::string problem;  ///< what is wrong and what to do, in plain sentences; empty when nothing is
};

/// Everything that Lacuna needs of this machine: its own files, libtorch, the engine, a GPU, the window's platform,
/// HDF5, the folders it writes to and the space on their disks. Loads libtorch and the engine where they are there,
/// starts the window's program to ask it, and writes nothing.
std::vector<Finding> examine();

}  // namespace lacuna
