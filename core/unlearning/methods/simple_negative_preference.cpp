// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·(2/β)·mean log σ(β·(L − δ)) + α·L(R), L the mean cross-entropy of one forget answer: NPO without a reference,
/// answers of any length alike. Source: Fan et al. 2024, arXiv 2410.07163, eq. 4 (its margin γ/β is δ here).
class SimpleNegativePreference final : public Objective {
public:
    explicit SimpleNegativePreference(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_beta(parameters.at("beta")),
          m_delta(parameters.at("delta")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        const auto& seen = input[Pass::ForgetTruth];
        const auto means =
            answerSums(seen.answers, seen.samples) / at::bincount(seen.answers.sample, {}, seen.samples).clamp_min(1);
        const auto forget = at::log_sigmoid(m_beta * (means - m_delta)).mean() * (-2 / m_beta);
        const auto retain = meanLoss(input, Pass::Retain);
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight, m_beta, m_delta;
};

}  // namespace

std::unique_ptr<Objective> makeSimpleNegativePreference(const ParameterValues& parameters) {
    return std::make_unique<SimpleNegativePreference>(parameters);
}

}  // namespace lacuna
