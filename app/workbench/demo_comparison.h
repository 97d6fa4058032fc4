#pragma once
#include "core/runs/run_spec.h"

#include <filesystem>
#include <vector>

namespace lacuna {

/// The first click: every method of the paper over all requests of the embedded benchmark, on the embedded model.
/// Names are free below `runs`.
std::vector<RunSpec> demoComparison(const std::filesystem::path& runs);

/// `base`, or `base`-2, `base`-3, …: the first that no file or folder in `folder` has.
std::string freeRunName(const std::filesystem::path& folder, const std::string& base);

}  // namespace lacuna
