// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <vector>

namespace lacuna {

/// The demo comparison: MLUBench's methods over all requests of the embedded benchmark, on the embedded model. Checked
/// and complete, each named as its method. `all`: of every method of the catalog that makes its own stages.
/// `matchUtility`: see the parameter of that name; methods that train nothing are as they are.
std::vector<RunSpec> demoRuns(bool all = false, double matchUtility = 0);

}  // namespace lacuna
