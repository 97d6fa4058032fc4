// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/evaluator.h"
#include "core/unlearning/lifelong_run.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lacuna {

/// What an attacker finds: the model after a stage as its run serves it, and who was to be forgotten by then. What
/// `inputs` and `run` name outlives it.
class AttackTarget {
public:
    /// Throws InputError for a stage that forgets nobody, and where its archive is not whole.
    AttackTarget(const RunInputs& inputs, const ResolvedRun& run, int stage);

    const RunInputs& inputs() const { return m_inputs; }
    const ResolvedRun& run() const { return m_run; }
    int stage() const { return m_stage; }
    const LoadedModel& model() const { return m_inputs.model; }
    const Subject& subject() const { return m_model->subject(); }

    /// All that the run's plan asks about those who are forgotten by requests 1 … stage, and the same as questions.
    const std::vector<Probe>& probes() const { return m_probes; }
    std::vector<AskedQuestion> questions(const std::vector<std::size_t>& places) const;
    const Entity& entityOf(std::size_t place) const;
    const Question& questionOf(std::size_t place) const;

    const std::set<int>& forgotten() const { return m_forgotten; }  ///< indices into the benchmark's entities
    std::set<int> retained() const;                                 ///< of requests 1 … stage, none of the forgotten

    /// Puts pictures of an attack's own among the features; gates are opened anew and see them too.
    void addPictures(const std::vector<std::filesystem::path>& pictures, const ProgressFunction& progress = {});

private:
    RunInputs m_inputs;
    const ResolvedRun& m_run;
    int m_stage;
    std::set<int> m_forgotten;
    std::vector<Probe> m_probes;
    std::optional<StageModel> m_model;
};

/// A subject that answers as another does but for what is overridden. The other outlives it.
class AttackedSubject : public Subject {
public:
    explicit AttackedSubject(const Subject& inner) : m_inner(inner) {}
    bool hasGate() const override { return m_inner.hasGate(); }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return m_inner.route(pictures);
    }
    RouteDecision routeUnseen() const override { return m_inner.routeUnseen(); }
    AdapterMix adapters(const RouteDecision& decision) const override { return m_inner.adapters(decision); }
    std::string routeName(const RouteDecision& decision) const override { return m_inner.routeName(decision); }
    std::string fixedAnswer(const RouteDecision& decision) const override { return m_inner.fixedAnswer(decision); }
    std::string instruction(const RouteDecision& decision) const override { return m_inner.instruction(decision); }

protected:
    const Subject& inner() const { return m_inner; }

private:
    const Subject& m_inner;
};

}  // namespace lacuna
