// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/doctor/findings.h"

#include <filesystem>

namespace lacuna {

/// A folder that Lacuna writes to: whether it, or what it would be made in, can be written, and what is free on its
/// disk. `remedy` says how to name another. An empty folder stands for one that nothing names.
Finding examineFolder(const std::string& id, const std::string& what, const std::filesystem::path& folder,
                      const std::string& remedy);

}  // namespace lacuna
