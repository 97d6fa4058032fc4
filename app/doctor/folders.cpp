// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/doctor/folders.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr double bytesPerGb = 1e9;
// The drawn pictures take 30 MB, the demo's six runs 60 MB; checkpoints of a run in work come on top.
constexpr double leastFreeGb = 0.5;

fs::path nearestThatIsThere(fs::path folder) {
    std::error_code code;
    while (!fs::exists(folder, code) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

}  // namespace

Finding examineFolder(const std::string& id, const std::string& what, const fs::path& folder,
                      const std::string& remedy) {
    Finding finding{id, what, folder.string(), {}};
    if (folder.empty()) {
        finding.found = "no folder";
        finding.problem = fmt::format("No folder for {}: HOME is not set. {}", what, remedy);
        return finding;
    }
    const auto there = nearestThatIsThere(folder);
    std::error_code code;
    const auto space = fs::space(there, code);
    if (!code)
        finding.found += fmt::format(", {:.1f} GB free", static_cast<double>(space.available) / bytesPerGb);
    if (!fs::is_directory(there, code))
        finding.problem = fmt::format("{} is no folder. {}", there.string(), remedy);
    else if (::access(there.c_str(), W_OK | X_OK) != 0)
        finding.problem = fmt::format("{} cannot be written ({}). {}", there.string(), std::strerror(errno), remedy);
    else if (static_cast<double>(space.available) < leastFreeGb * bytesPerGb)
        finding.problem = fmt::format("The disk of {} has only {:.1f} GB free. Free some space. {}", there.string(),
                                      static_cast<double>(space.available) / bytesPerGb, remedy);
    return finding;
}

}  // namespace lacuna
