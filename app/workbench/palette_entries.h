// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/command_palette.h"

namespace lacuna {

class MainWindow;

/// What the command palette of the window finds: its actions as far as they can be done now, the runs, the entities.
std::vector<PaletteEntry> paletteEntries(MainWindow& window);

}  // namespace lacuna
