// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·L(F) + α·KL(p_ref ‖ p_θ) on R, summed over the vocabulary, mean over answer tokens (other code divides by samples
/// or by all positions). The reference is the ORIGINAL model at every stage; preset `as_released` lets it drift as
/// MLUBench's released code does (whose training forward also sees no image; that is not followed). Source: Maini et
/// al. 2024 (TOFU), arXiv 2401.06121.
class KlRetention final : public Objective {
public:
    explicit KlRetention(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_drifts(parameters.at("reference_drifts") > 0) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain, .referenceLogProbabilities = true}},
                .driftingReference = m_drifts};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth);
        const auto& retained = input[Pass::Retain];
        requireAnswers(input, Pass::Retain);
        const auto ours = at::log_softmax(retained.answers.logits, 1);
        const auto& reference = retained.referenceLogProbabilities;
        const auto retain = (reference.exp() * (reference - ours)).sum(1).mean();
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight;
    bool m_drifts;
};

}  // namespace

std::unique_ptr<Objective> makeKlRetention(const ParameterValues& parameters) {
    return std::make_unique<KlRetention>(parameters);
}

}  // namespace lacuna
