// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·L(F) + α·L(R). Source: Liu et al. 2022, arXiv 2203.12817.
class GradientDifference final : public Objective {
public:
    explicit GradientDifference(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_retainWeight(parameters.at("retain_weight")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth);
        const auto retain = meanLoss(input, Pass::Retain);
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight;
};

}  // namespace

std::unique_ptr<Objective> makeGradientDifference(const ParameterValues& parameters) {
    return std::make_unique<GradientDifference>(parameters);
}

}  // namespace lacuna
