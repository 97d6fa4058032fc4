// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <filesystem>
#include <vector>

namespace lacuna {

/// The first click: demoRuns() by names that are free below `runs`.
std::vector<RunSpec> demoComparison(const std::filesystem::path& runs);

}  // namespace lacuna
