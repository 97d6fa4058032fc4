// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include <lacuna_build_id.h>

const char* lacunaEngineBuild() {
    return LACUNA_BUILD_ID;
}
