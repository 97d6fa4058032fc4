// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"

#include <string>
#include <vector>

namespace lacuna {

/// One view of one entity asked one question in one phrasing: indices into the benchmark.
struct Probe {
    int entity = 0;
    int view = 0;
    int question = 0;
    int phrasing = 0;
    bool operator==(const Probe&) const = default;
};

/// Which probes a stage is measured by. An entity stands in it once, however many tasks hold it.
struct EvaluationPlan {
    std::string id;  ///< "default" or "full"; with entities of its own also who they are
    std::vector<Probe> probes;
    std::vector<Probe> bystanders;  ///< Probe::entity is an index into Benchmark::bystanders
};

/// "default": every entity of the requests × its questions × 2 held-out views, the first phrasing on one of them and
/// another on the other (1,270 probes for the embedded benchmark). "full": every held-out view × every phrasing. Where
/// no view is held out, an entity's training items take their place: in the default plan every item once, items of the
/// first and of another phrasing in turn. The same plan for the same benchmark, whatever the run's seed and order.
/// Bystanders are asked one question each in the default plan, kinds taking turns, and as entities are in the full one.
/// Throws InputError for an unknown id or a benchmark without a probe. `entities`: who is asked, empty = those of the
/// benchmark's requests; an entity is asked the same either way.
EvaluationPlan makePlan(const Benchmark& benchmark, const std::string& id, const std::vector<int>& entities = {});

}  // namespace lacuna
