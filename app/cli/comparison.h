// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <vector>

namespace lacuna::cli {

enum class TableFormat { Plain, Csv, Latex, Markdown, Json };

/// Methods × metrics of run folders, run.h5 files or folders of runs, on standard output. Throws InputError.
void printComparison(const std::vector<std::filesystem::path>& runs, TableFormat format);

#ifdef LACUNA_FIGURES
/// The curves, matrices and the plane as PNG and SVG, drawn offscreen.
void writeComparisonFigures(const std::vector<std::filesystem::path>& runs, const std::filesystem::path& folder);
#endif

}  // namespace lacuna::cli
