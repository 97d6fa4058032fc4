// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/measures.h"

#include <vector>

namespace lacuna {

/// One row per (stage, task, split) of `rows`, which may stand in any order, and per measure that an answer of it
/// counts for: the mean and its standard error over those answers (sample deviation / √n; 0 for one answer), or the
/// area that a measure against bystanders has, where such stand among the rows of its stage. `states` one per row, or
/// empty where no measure needs them.
std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests,
                             const std::vector<TruthStates>& states, const std::vector<Measure>& measures);

}  // namespace lacuna
