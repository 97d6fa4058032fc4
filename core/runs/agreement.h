// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/export.h"

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Do metrics rank the same runs alike? Of columns with a direction, turned so that higher is better.
struct Agreement {
    struct Measured {
        CompareColumn column;
        /// Kendall's τ-b with each of the others, in their order; nothing for itself, and where one side is all alike.
        std::vector<std::optional<double>> tau;
        std::optional<double> meanTau;  ///< over those there are
        /// Spearman's ρ with nearness to gold, over what was to be forgotten or to stay as the column says.
        std::optional<double> rhoGold;
    };
    int runs = 0;  ///< that count: no gold, no published figures, all columns measured
    std::vector<Measured> columns;
};

/// Of a table of compareRuns; columns that some run lacks, working times, whole-run measures and distances to gold are
/// no part of it. Source: arXiv 2605.02206 (published metrics hardly agree).
Agreement agreementOf(const CompareTable& table);

/// For reading, or as a table of Markdown.
std::string agreementText(const Agreement& agreement, bool markdown);
std::string agreementCsv(const Agreement& agreement);
std::string agreementJson(const Agreement& agreement);

}  // namespace lacuna
