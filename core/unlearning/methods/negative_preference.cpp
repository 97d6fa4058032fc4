// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·(2/β)·mean log σ(β·(S_θ − S_ref)) over the forget samples: push an answer's likelihood below the original
/// model's, ever more gently. Source: Zhang et al. 2024, arXiv 2404.05868, eq. 3; MLUBench uses beta = 5, the paper
/// 0.1. Preset `as_released`: a reference that drifts, as of KlRetention.
class NegativePreference final : public Objective {
public:
    explicit NegativePreference(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_beta(parameters.at("beta")),
          m_drifts(parameters.at("reference_drifts") > 0) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .referenceSums = true}}, .driftingReference = m_drifts};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto& forgotten = input[Pass::ForgetTruth];
        requireAnswers(input, Pass::ForgetTruth);
        const auto sums = answerSums(forgotten.answers, forgotten.samples);
        const auto forget = at::log_sigmoid(m_beta * (sums - forgotten.referenceSums)).mean() * (-2 / m_beta);
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight, m_beta;
    bool m_drifts;
};

}  // namespace

std::unique_ptr<Objective> makeNegativePreference(const ParameterValues& parameters) {
    return std::make_unique<NegativePreference>(parameters);
}

}  // namespace lacuna
