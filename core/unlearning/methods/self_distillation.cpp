// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// γ·CE(softmax(z_ref − β·onehot(y)), p_θ), mean over the forget answers' tokens: the original model's own
/// distribution, the right token's logit lowered. Source: Dong et al. 2024 (UNDIAL), arXiv 2402.10052, eq. 2.
class SelfDistillation final : public Objective {
public:
    explicit SelfDistillation(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_beta(parameters.at("beta")),
          m_drifts(parameters.at("reference_drifts") > 0) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .referenceLogProbabilities = true}},
                .driftingReference = m_drifts};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        const auto& seen = input[Pass::ForgetTruth];
        const auto right = seen.answers.targets.unsqueeze(1);
        const auto& reference = seen.referenceLogProbabilities;
        const auto lowered = reference.scatter_add(1, right, at::full_like(right, -m_beta, reference.options()));
        const auto forget = -(at::softmax(lowered, 1) * at::log_softmax(seen.answers.logits, 1)).sum(1).mean();
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight, m_beta;
    bool m_drifts;
};

}  // namespace

std::unique_ptr<Objective> makeSelfDistillation(const ParameterValues& parameters) {
    return std::make_unique<SelfDistillation>(parameters);
}

}  // namespace lacuna
