// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/best_state.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <limits>
#include <set>

namespace lacuna {
namespace {

constexpr double notAsked = std::numeric_limits<double>::quiet_NaN();

/// Share of the most that the answers could score on a half; those without a verdict do not count.
double quality(const std::vector<AnswerRow>& answers, int VerdictRow::*score) {
    double sum = 0, judged = 0;
    for (const auto& answer : answers)
        if (answer.verdict) {
            sum += verdictRow(*answer.verdict).*score;
            judged += 2;
        }
    return judged > 0 ? sum / judged : 0;
}

std::vector<Probe> spread(const std::vector<Probe>& all, const std::vector<int>& entities, std::size_t most) {
    std::vector<std::vector<Probe>> byEntity;
    for (const int entity : entities) {
        auto& own = byEntity.emplace_back();
        std::copy_if(all.begin(), all.end(), std::back_inserter(own),
                     [&](const Probe& probe) { return probe.entity == entity; });
        Random(deriveSeed(0, fmt::format("look {}", entity))).shuffle(own);
    }
    std::vector<Probe> some;
    for (std::size_t turn = 0;; ++turn) {
        const auto before = some.size();
        for (const auto& own : byEntity)
            if (turn < own.size() && some.size() < most)
                some.push_back(own[turn]);
        if (some.size() == before)
            return some;
    }
}

}  // namespace

HeldOutSlice heldOutSlice(const Benchmark& benchmark, const EvaluationPlan& plan, const Request& request,
                          std::size_t most) {
    std::vector<int> entities = request.forgetEntities;
    entities.insert(entities.end(), request.retainEntities.begin(), request.retainEntities.end());
    const auto all = makePlan(benchmark, "full", entities).probes;
    auto other = all;
    std::erase_if(other, [&](const Probe& probe) {
        return std::find(plan.probes.begin(), plan.probes.end(), probe) != plan.probes.end();
    });
    const auto of = [&](const std::vector<int>& half) {
        auto some = spread(other, half, most);
        return some.empty() ? spread(all, half, most) : some;
    };
    return {of(request.forgetEntities), of(request.retainEntities)};
}

BestState::BestState(const Evaluator& evaluator, const Benchmark& benchmark, const ResolvedRun& run, int stage)
    : m_evaluator(evaluator),
      m_stage(stage),
      m_gated(run.serving->usesGate),
      m_every(static_cast<std::int64_t>(run.parameters.at("look_every"))),
      m_patience(static_cast<std::int64_t>(run.parameters.at("patience"))),
      m_weight(run.parameters.at("look_weight")) {
    if (m_every > 0)
        m_slice = heldOutSlice(benchmark, evaluator.plan(), run.request(stage));
    if (m_gated)
        m_slice.retain.clear();
}

bool BestState::due(std::int64_t steps, std::int64_t planned) const {
    return m_every > 0 && steps > m_lookedAt && (steps % m_every == 0 || steps == planned);
}

LookRow BestState::look(const Subject& subject, const std::vector<at::Tensor>& parameters, std::int64_t steps) {
    const bool keptAlone = m_slice.retain.empty();
    auto probes = m_slice.forget;
    probes.insert(probes.end(), m_slice.retain.begin(), m_slice.retain.end());
    const auto answers = m_evaluator.ask(subject, probes);
    const auto middle = answers.begin() + static_cast<std::ptrdiff_t>(m_slice.forget.size());
    LookRow row{m_stage, steps - 1, quality({answers.begin(), middle}, &VerdictRow::forgetScore), notAsked};
    if (!keptAlone)
        row.utility = quality({middle, answers.end()}, &VerdictRow::retainScore);
    row.value = keptAlone ? row.forgetQuality : m_weight * row.forgetQuality + (1 - m_weight) * row.utility;
    row.best = m_best.empty() || row.value > m_bestValue;
    m_lookedAt = steps;
    ++m_since;
    if (row.best) {
        m_best.clear();
        for (const auto& parameter : parameters)
            m_best.push_back(parameter.detach().clone());
        m_bestValue = row.value;
        m_bestSteps = steps;
        m_since = 0;
    }
    return row;
}

std::vector<std::pair<std::string, at::Tensor>> BestState::state() const {
    if (m_best.empty())
        return {};
    const auto prefixed = [](std::string_view name) { return std::string(statePrefix) + std::string(name); };
    std::vector<std::pair<std::string, at::Tensor>> all;
    all.emplace_back(prefixed("numbers"), at::tensor({static_cast<double>(m_bestSteps), static_cast<double>(m_lookedAt),
                                                      static_cast<double>(m_since), m_bestValue},
                                                     at::kDouble));
    for (const auto& parameter : m_best)
        all.emplace_back(prefixed("parameter"), parameter);
    return all;
}

void BestState::restore(const std::vector<std::pair<std::string, at::Tensor>>& state) {
    if (state.empty())
        return;
    const auto* numbers = state.front().second.const_data_ptr<double>();
    m_bestSteps = static_cast<std::int64_t>(numbers[0]);
    m_lookedAt = static_cast<std::int64_t>(numbers[1]);
    m_since = static_cast<std::int64_t>(numbers[2]);
    m_bestValue = numbers[3];
    m_best.clear();
    for (auto entry = state.begin() + 1; entry != state.end(); ++entry)
        m_best.push_back(entry->second);
}

}  // namespace lacuna
