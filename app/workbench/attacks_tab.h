// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/workbench_tabs.h"

namespace lacuna {

/// What attacks win back: the view, joined to the engine that mounts them and to the disk where they lie.
WorkbenchTab attacksTab(Workbench& workbench, QWidget* parent);

}  // namespace lacuna
