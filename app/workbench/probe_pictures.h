// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/runs/own_probes.h"

namespace lacuna {

/// Says which picture of the benchmark was asked about; one of the user's own is left as it is.
void nameBenchmarkPicture(OwnProbe& probe, const Benchmark& benchmark);

/// The file that was asked about, where this benchmark has it. A path that an earlier Lacuna kept and that leads
/// nowhere now is looked for among the benchmark's pictures by its end.
std::string pictureOf(const OwnProbe& probe, const Benchmark& benchmark);

/// What keeps the engine from using a picture file, by the check that it makes itself, without
/// a full stop; empty = nothing.
std::string pictureProblem(const std::filesystem::path& file);

}  // namespace lacuna
