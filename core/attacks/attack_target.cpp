// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack_target.h"

#include "core/base/error.h"

namespace lacuna {

AttackTarget::AttackTarget(const RunInputs& inputs, const ResolvedRun& run, int stage)
    : m_inputs(inputs), m_run(run), m_stage(stage) {
    if (stage < 1 || stage > run.stages())
        throw inputError("Stage {} forgets nobody: attacks are mounted on stages 1 to {}.", stage, run.stages());
    for (int t = 1; t <= stage; ++t)
        m_forgotten.insert(run.request(t).forgetEntities.begin(), run.request(t).forgetEntities.end());
    for (const auto& probe : inputs.evaluator.plan().probes)
        if (m_forgotten.contains(probe.entity))
            m_probes.push_back(probe);
    if (m_probes.empty())
        throw inputError("The run's plan asks nothing about those whom stage {} forgets: there is nothing to win back.",
                         stage);
    m_model = StageModel::open(m_inputs, m_run, m_stage);
}

std::vector<AskedQuestion> AttackTarget::questions(const std::vector<std::size_t>& places) const {
    std::vector<Probe> some;
    for (const auto place : places)
        some.push_back(m_probes[place]);
    return m_inputs.evaluator.questionsOf(some);
}

const Entity& AttackTarget::entityOf(std::size_t place) const {
    return m_inputs.benchmark.entities[static_cast<std::size_t>(m_probes[place].entity)];
}

const Question& AttackTarget::questionOf(std::size_t place) const {
    return entityOf(place).questions[static_cast<std::size_t>(m_probes[place].question)];
}

std::set<int> AttackTarget::retained() const {
    std::set<int> kept;
    for (int t = 1; t <= m_stage; ++t)
        for (const int entity : m_run.request(t).retainEntities)
            if (!m_forgotten.contains(entity))
                kept.insert(entity);
    return kept;
}

void AttackTarget::addPictures(const std::vector<std::filesystem::path>& pictures, const ProgressFunction& progress) {
    m_inputs.features.add(pictures, progress);
    m_model.reset();
    m_model = StageModel::open(m_inputs, m_run, m_stage);
}

}  // namespace lacuna
