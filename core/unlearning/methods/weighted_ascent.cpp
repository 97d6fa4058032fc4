// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·mean(p^a·(1 − p)^b·CE) over the forget answers' tokens + α·L(R); p, the probability of the right token, weighs
/// and is not differentiated. WGA: b = 0. Sources: Wang et al. 2025, arXiv 2502.19301 (WGA); Yang et al. 2025, arXiv
/// 2505.11953 (SatImp).
class WeightedAscent final : public Objective {
public:
    WeightedAscent(const ParameterValues& parameters, double known, double unknown)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_known(known),
          m_unknown(unknown) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        const auto& answers = input[Pass::ForgetTruth].answers;
        // In float32 a token that is known all but surely keeps too few digits of its loss and of 1 − p.
        const auto each =
            at::cross_entropy_loss(answers.logits.to(at::kDouble), answers.targets, {}, at::Reduction::None);
        const auto known = (-each.detach()).exp();
        const auto forget =
            -(known.pow(m_known) * (1 - known).pow(m_unknown) * each).mean().to(answers.logits.scalar_type());
        const auto retain = meanLoss(input, Pass::Retain);
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight, m_known, m_unknown;
};

}  // namespace

std::unique_ptr<Objective> makeWeightedAscent(const ParameterValues& parameters) {
    return std::make_unique<WeightedAscent>(parameters, parameters.at("beta"), 0);
}

std::unique_ptr<Objective> makeSaturationImportance(const ParameterValues& parameters) {
    return std::make_unique<WeightedAscent>(parameters, parameters.at("beta1"), parameters.at("beta2"));
}

}  // namespace lacuna
