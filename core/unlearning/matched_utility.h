// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/unlearning/lifelong_run.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lacuna {

/// The learning rates at which a method leaves a given share of the original model's utility after the first request.
struct MatchedUtility {
    double factor = 1;             ///< of all learning rates
    std::vector<TrialRow> trials;  ///< in the order they were made
    std::string note;              ///< what was found, a sentence or two
};

/// Whether a run asks for it (parameter "match_utility").
bool matchesUtility(const ResolvedRun& run);

/// By short runs that end after the first request, at most RateSearch::mostTrials; utility is MU of what all requests
/// keep, as retentionCurve has it: a method that trains on the first retain set can keep that one alone. Each trial is
/// kept in `kept` by all that it depends on, so that the same search goes on where it was, or is known at once.
/// `within` is an interruption point (see RunControl). Throws Cancelled, Error.
MatchedUtility matchUtility(const RunInputs& inputs, const ResolvedRun& run, const std::filesystem::path& kept,
                            const std::function<void()>& within, const ProgressFunction& progress);

/// Multiplies every learning rate, within the range of its row.
void scaleRates(ParameterValues& parameters, const ParameterTable& table, double factor);

}  // namespace lacuna
