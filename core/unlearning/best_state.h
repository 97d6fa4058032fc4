// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/evaluator.h"
#include "core/models/lora.h"
#include "core/unlearning/resolved_run.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// Questions about a request's entities that the run's plan does not ask, spread over entities and kinds: at most
/// `most` of each half. Where the plan asks everything they are among its own.
struct HeldOutSlice {
    std::vector<Probe> forget, retain;
};
HeldOutSlice heldOutSlice(const Benchmark& benchmark, const EvaluationPlan& plan, const Request& request,
                          std::size_t most = 64);

/// Looks at a request's model while it trains, and keeps its best state (parameters "look_every", "patience",
/// "look_weight").
class BestState {
public:
    /// Evaluator and benchmark outlive it. Without "look_every" it does nothing.
    BestState(const Evaluator& evaluator, const Benchmark& benchmark, const ResolvedRun& run, int stage);

    /// Is a look due after `steps` of `planned`?
    bool due(std::int64_t steps, std::int64_t planned) const;
    /// Asks `subject`; `parameters` are kept where none was better before. Throws Cancelled: then the look is still
    /// due.
    LookRow look(const Subject& subject, const std::vector<at::Tensor>& parameters, std::int64_t steps);
    /// Did too many looks find nothing better?
    bool patienceIsOver() const { return m_patience > 0 && m_since >= m_patience; }

    bool hasBest() const { return !m_best.empty(); }
    std::int64_t bestSteps() const { return m_bestSteps; }  ///< made when it was kept
    double bestValue() const { return m_bestValue; }
    const std::vector<at::Tensor>& parameters() const { return m_best; }  ///< of the best state

    /// For a training checkpoint, by names that begin with statePrefix; nothing before the first look.
    static constexpr std::string_view statePrefix = "best.";
    std::vector<std::pair<std::string, at::Tensor>> state() const;
    void restore(const std::vector<std::pair<std::string, at::Tensor>>& state);

private:
    const Evaluator& m_evaluator;
    HeldOutSlice m_slice;
    int m_stage;
    bool m_gated;
    std::int64_t m_every = 0, m_patience = 0;
    double m_weight = 0;
    std::vector<at::Tensor> m_best;
    std::int64_t m_bestSteps = 0, m_lookedAt = 0, m_since = 0;
    double m_bestValue = 0;
};

}  // namespace lacuna
