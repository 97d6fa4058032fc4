// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/unicode_path.h"

#include "core/base/atomic_file.h"
#include "core/base/unicode.h"

#include <optional>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

std::optional<std::string> otherForm(const fs::path& folder, const std::string& name) {
    const auto wanted = composed(name);
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
        if (auto found = entry->path().filename().string(); composed(found) == wanted)
            return found;
    return std::nullopt;
}

}  // namespace

std::string spelledOnDisk(const fs::path& folder, const std::string& relative) {
    if (isAscii(relative) || isThere(folder / relative))
        return relative;
    fs::path spelled;
    for (const auto& part : fs::path(relative)) {
        auto name = part.string();
        if (!isThere(folder / spelled / name)) {
            auto found = isAscii(name) ? std::nullopt : otherForm(folder / spelled, name);
            if (!found)
                return relative;
            name = std::move(*found);
        }
        spelled /= name;
    }
    return spelled.string();
}

}  // namespace lacuna
