// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/report.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna::cli {

enum class TableFormat { Plain, Csv, Latex, Markdown, Json };

/// What is laid side by side.
struct Compared {
    std::vector<std::filesystem::path> runs;            ///< run folders, run.h5 files or folders of runs
    std::vector<std::filesystem::path> published = {};  ///< files of figures that others published
    std::vector<std::string> columns = {};              ///< ids; empty = all there are
    bool knownOnly = false;                             ///< see lacuna::knownOnly
};

/// Methods × metrics on standard output. Throws InputError.
void printComparison(const Compared& compared, TableFormat format);

/// Metric × metric over all the runs. Throws InputError for fewer than three.
void printAgreement(const Compared& compared, TableFormat format);

/// Runs × attacks, at the last stage of each that was attacked, or at `stage` (−1). Throws InputError, also where none
/// was attacked.
void printAttacks(const std::vector<std::filesystem::path>& paths, int stage, TableFormat format);

/// The runs that paths stand for: a folder that is no run stands for the runs in it, in the order they were made.
std::vector<std::filesystem::path> runsAmong(const std::vector<std::filesystem::path>& paths);

/// The same figures as SVG, for a page; none in a build without figures.
std::vector<ReportFigure> comparisonFigures(const std::vector<std::filesystem::path>& paths);

/// A page of reportHtml as PDF, A4. Throws InputError in a build without figures, ResourceError.
void writePdf(const std::string& html, const std::filesystem::path& file);

#ifdef LACUNA_FIGURES
/// The curves, matrices and the plane as PNG and SVG, drawn offscreen.
void writeComparisonFigures(const Compared& compared, const std::filesystem::path& folder);
#endif

}  // namespace lacuna::cli
