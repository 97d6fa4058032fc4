// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/workbench_tabs.h"

namespace lacuna {

/// The Sequence view, fed with what the engine would take up, and what it asks for sent to the engine.
WorkbenchTab sequenceTab(Workbench& workbench, QWidget* parent);

}  // namespace lacuna
