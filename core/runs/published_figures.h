// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

#include <filesystem>
#include <vector>

namespace lacuna {

/// Figures that others published, one per method, model and order, as runs of cells alone (RunHistory::published says
/// whose they are): a JSON file of format "lacuna.reference-results", see docs/file-formats.md. Throws InputError that
/// names file, run and cell.
std::vector<RunHistory> readPublishedFigures(const std::filesystem::path& file);

/// Does the file say that it is of that format?
bool holdsPublishedFigures(const std::filesystem::path& file);

}  // namespace lacuna
