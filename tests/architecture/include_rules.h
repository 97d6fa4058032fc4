// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lacuna::testing {

/// Path below the source tree → text.
using SourceTree = std::map<std::string, std::string>;

/// Every .h and .cpp below `core/`, `widgets/`, `app/` and `tests/`.
SourceTree readSourceTree(const std::filesystem::path& root);

/// What breaks the floors and walls of the house, each as "file:line: what": an include upward or sideways, a library
/// behind a wall (also through other headers), a circle, a room that stands on no floor. Empty = the house stands.
std::vector<std::string> brokenRules(const SourceTree& tree);

}  // namespace lacuna::testing
