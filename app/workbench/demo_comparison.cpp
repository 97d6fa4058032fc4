// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/demo_comparison.h"

#include "core/catalog/methods.h"
#include "core/runs/run_store.h"

namespace lacuna {

std::vector<RunSpec> demoComparison(const std::filesystem::path& runs) {
    std::vector<RunSpec> specs;
    for (const auto& method : methodRows()) {
        RunSpec spec;
        spec.method = method.id;
        spec.name = RunStore(runs).freeName("demo-" + method.id);
        specs.push_back(spec);
    }
    return specs;
}

}  // namespace lacuna
