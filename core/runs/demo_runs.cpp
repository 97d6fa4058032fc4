// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/demo_runs.h"

#include "core/catalog/methods.h"

namespace lacuna {

std::vector<RunSpec> demoRuns(bool all, double matchUtility) {
    std::vector<RunSpec> specs;
    for (const auto& method : methodRows()) {
        if (all ? arrangementRow(method.arrangement).given : !method.inDemo)  // nobody names stages made elsewhere
            continue;
        RunSpec spec;
        spec.name = method.id;
        spec.method = method.id;
        if (combinationOf(choicesOf(spec)).arrangement->trains)
            spec.parameters["match_utility"] = matchUtility;
        specs.push_back(checkedRunSpec(std::move(spec)));
    }
    return specs;
}

}  // namespace lacuna
