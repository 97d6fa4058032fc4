// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/installation/installation.h"

#include "core/base/error.h"

#include <cstdlib>
#include <dlfcn.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

fs::path fromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value ? fs::path(value) : fs::path();
}

}  // namespace

fs::path libraryFolder() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&libraryFolder), &info) == 0 || !info.dli_fname)
        throw internalError("Lacuna cannot tell where its library is. Please report this.");
    std::error_code code;
    const auto whole = fs::canonical(info.dli_fname, code);  // a program may be started by a link to it
    return (code ? fs::absolute(info.dli_fname) : whole).parent_path();
}

fs::path shareFolder() {
    auto folder = libraryFolder();
    if (folder.filename() == "lacuna")
        folder = folder.parent_path();
    return folder.parent_path() / "share/lacuna";
}

fs::path installedDatasets() {
    const auto asked = fromEnvironment("LACUNA_DATASETS");
    return asked.empty() ? shareFolder() / "datasets" : asked;
}

fs::path userDataFolder() {
    // The XDG specification asks to ignore a relative path.
    if (const auto xdg = fromEnvironment("XDG_DATA_HOME"); xdg.is_absolute())
        return xdg / "lacuna";
    const auto home = fromEnvironment("HOME");
    return home.empty() ? fs::path() : home / ".local/share/lacuna";
}

}  // namespace lacuna
