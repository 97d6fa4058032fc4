// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/runtime_folder.h"

#include <QDir>

#include <unistd.h>

namespace lacuna {

void nameRuntimeFolder() {
    if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
        qputenv("XDG_RUNTIME_DIR", QDir::temp().filePath(QString("runtime-%1").arg(::getuid())).toUtf8());
}

}  // namespace lacuna
