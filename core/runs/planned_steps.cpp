// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/planned_steps.h"

namespace lacuna {

std::vector<std::int64_t> plannedSteps(const std::vector<std::int64_t>& pairs, const RunSpec& spec) {
    const auto& arrangement = *combinationOf(choicesOf(spec)).arrangement;
    std::vector<std::int64_t> steps(pairs.size(), 0);
    if (!arrangement.trains)
        return steps;
    const auto batch = static_cast<std::int64_t>(spec.parameters.at("batch"));
    const auto epochs = static_cast<std::int64_t>(spec.parameters.at("epochs"));
    std::int64_t soFar = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        soFar += pairs[i];
        steps[i] = ((arrangement.trainsAllSoFar ? soFar : pairs[i]) + batch - 1) / batch * epochs;
    }
    return steps;
}

}  // namespace lacuna
