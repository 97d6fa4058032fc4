// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <map>
#include <string>

namespace lacuna {

/// What another gate took a picture for, as MLUBench's code writes it into records: "task", "class_type", "entity".
struct RouteLabel {
    std::string task;       ///< name of the request that forgets it; empty or any other word = none
    std::string className;  ///< "class_type"
    std::string entity;     ///< id or name
};

/// By picture, as the records name it: of the first record that labels it. Throws InputError for a folder in MLUBench's
/// layout without a label.
std::map<std::string, RouteLabel> routeLabels(const std::filesystem::path& folder);

}  // namespace lacuna
