// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·(2/β)·mean log σ(β·[(S_ref − S)(refusal) − (S_ref − S)(truth)]) over the forget samples, S the summed
/// cross-entropy of an answer. A sample's refusal is one for good, so that the original model is asked once. Source:
/// Rafailov et al. 2023, arXiv 2305.18290, eq. 7, scaled by 2/β as NPO's paper compares it (arXiv 2404.05868).
class PreferencePairs final : public Objective {
public:
    explicit PreferencePairs(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_beta(parameters.at("beta")),
          m_drifts(parameters.at("reference_drifts") > 0) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .referenceSums = true},
                           {.pass = Pass::ForgetRefusal, .referenceSums = true}},
                .driftingReference = m_drifts};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto gain = [&](Pass pass) {  // how much likelier the answer is than to the reference, [samples]
            requireAnswers(input, pass);
            const auto& seen = input[pass];
            return seen.referenceSums - answerSums(seen.answers, seen.samples);
        };
        const auto margin = gain(Pass::ForgetRefusal) - gain(Pass::ForgetTruth);
        const auto forget = at::log_sigmoid(m_beta * margin).mean() * (-2 / m_beta);
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight, m_beta;
    bool m_drifts;
};

}  // namespace

std::unique_ptr<Objective> makePreferencePairs(const ParameterValues& parameters) {
    return std::make_unique<PreferencePairs>(parameters);
}

}  // namespace lacuna
