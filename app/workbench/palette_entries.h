#pragma once
#include "app/workbench/command_palette.h"

namespace lacuna {

class MainWindow;

/// What the command palette of the window finds: its actions as far as they can be done now, the runs, the entities.
std::vector<PaletteEntry> paletteEntries(MainWindow& window);

}  // namespace lacuna
