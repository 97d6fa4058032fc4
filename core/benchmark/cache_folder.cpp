// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/cache_folder.h"

#include "core/base/error.h"
#include "core/base/sha256.h"

#include <cstdlib>
#include <string>

namespace lacuna {
namespace {

std::filesystem::path fromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value ? std::filesystem::path(value) : std::filesystem::path();
}

}  // namespace

std::filesystem::path cacheFolder() {
    if (const auto own = fromEnvironment("LACUNA_CACHE"); !own.empty())
        return std::filesystem::absolute(own);
    // The XDG specification asks to ignore a relative path.
    if (const auto xdg = fromEnvironment("XDG_CACHE_HOME"); xdg.is_absolute())
        return xdg / "lacuna";
    if (const auto home = fromEnvironment("HOME"); !home.empty())
        return home / ".cache" / "lacuna";
    throw inputError(
        "No folder for cached pictures: neither LACUNA_CACHE nor XDG_CACHE_HOME nor HOME is set. Set one of them.");
}

std::filesystem::path drawnBenchmarkFolder() {
    return cacheFolder() / ("fictions-127-" + sha256(drawnBenchmarkVersion).substr(0, 12));
}

std::filesystem::path unfinished(std::filesystem::path folder) {
    return folder += ".part";
}

}  // namespace lacuna
