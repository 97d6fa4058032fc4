// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string>

namespace lacuna {

/// `relative` (parts between "/") as the disk spells it below `folder`. A part that is not there under its very name is
/// looked for under one that differs in Unicode form alone: "é" as one letter, or as two (so in a Mac's zip). As it was
/// given where there is no such file.
std::string spelledOnDisk(const std::filesystem::path& folder, const std::string& relative);

}  // namespace lacuna
