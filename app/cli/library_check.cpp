// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/error.h"

#include <dlfcn.h>
#include <lacuna_build_id.h>

namespace lacuna::cli {

void checkLibraries() {
    for (const char* library : {"Plain", "Engine"}) {
        // Not by name: a library from before there was one would end the program here.
        const auto build =
            reinterpret_cast<const char* (*)()>(::dlsym(RTLD_DEFAULT, fmt::format("lacuna{}Build", library).c_str()));
        const std::string found = build ? build() : "an older one";
        if (found != LACUNA_BUILD_ID)
            throw inputError(
                "This program and the library it found are of two builds of Lacuna ({} and {}). Install Lacuna again, "
                "and take other builds out of LD_LIBRARY_PATH and LD_PRELOAD.",
                LACUNA_BUILD_ID, found);
    }
}

}  // namespace lacuna::cli
