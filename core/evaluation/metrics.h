// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <string>
#include <vector>

namespace lacuna {

/// Where the gate should send an entity at `stage`: "expert B" of the latest request ≤ stage that forgets it, else
/// "base". `requests` in the order they arrive.
std::string rightRoute(const std::vector<RequestRow>& requests, int stage, const std::string& entity);

/// Every cell metric of the catalog over the answers of one (stage, task, split), which all rows belong to: the mean
/// and its standard error over answers (sample deviation / √n; 0 for one answer). FQ stands on forget sets alone, MU on
/// retain sets alone, the gate's metrics where a gate chose. No rows, no cells. Definitions: METHODS, "Metrics".
std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests);

/// The cells of a whole stage: `rows` of all tasks and splits in any order.
std::vector<CellRow> cellsOfStage(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests);

}  // namespace lacuna
