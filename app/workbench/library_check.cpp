// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/library_check.h"

#include <QCoreApplication>

#include <dlfcn.h>
#include <lacuna_build_id.h>

namespace lacuna {

QString buildProblem(const char* (*build)(), const QString& path) {
    const QString found = build ? QString::fromUtf8(build()) : QCoreApplication::translate("Engine", "an older one");
    if (found == QStringLiteral(LACUNA_BUILD_ID))
        return {};
    return QCoreApplication::translate("Engine",
                                       "%1 is of another build of Lacuna (%2) than this program (%3). Build or install "
                                       "Lacuna again as a whole, "
                                       "or unset LACUNA_ENGINE. Runs can be looked at, not computed.")
        .arg(path, found, QStringLiteral(LACUNA_BUILD_ID));
}

QString ownLibraryProblem() {
    // Not by name: a library from before there was one would end the program with the linker's words.
    return buildProblem(reinterpret_cast<const char* (*)()>(::dlsym(RTLD_DEFAULT, "lacunaPlainBuild")),
                        QStringLiteral("liblacuna_plain.so"));
}

}  // namespace lacuna
