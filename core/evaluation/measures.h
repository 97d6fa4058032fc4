// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <ATen/ATen.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What the decoder says (its normed output, behind the last layer) where it is to say each token of a question's true
/// answer, closing EOS included: [tokens, hidden], no rows where there is no answer, in the machine's memory.
struct TruthStates {
    at::Tensor subject;   ///< as what is measured has them
    at::Tensor original;  ///< as the original model has them
};

/// One answer as a measure sees it.
struct MeasuredAnswer {
    const AnswerRow& row;
    const std::vector<RequestRow>& requests;  ///< in the order they arrive
    TruthStates states = {};                  ///< float32; undefined unless the measure needs states
};

/// How a metric of the catalog with scope Cell is measured: a cell holds the mean over its answers.
struct Measure {
    std::string_view metric;                             ///< id in the catalog
    std::optional<double> (*of)(const MeasuredAnswer&);  ///< nothing = this answer does not count
    bool needsStates = false;   ///< kept are 2 numbers × tokens × hidden per probe, in the model's type
    bool absentAtZero = false;  ///< no cell where every answer has 0
};

/// One per metric with scope Cell, in the catalog's order, in which a run's files have them.
const std::vector<Measure>& measures();

}  // namespace lacuna
