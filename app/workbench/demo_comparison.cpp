// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/demo_comparison.h"

#include "core/runs/demo_runs.h"
#include "core/runs/run_store.h"

namespace lacuna {

std::vector<RunSpec> demoComparison(const std::filesystem::path& runs) {
    auto specs = demoRuns();
    for (auto& spec : specs)
        spec.name = RunStore(runs).freeName("demo-" + spec.name);
    return specs;
}

}  // namespace lacuna
