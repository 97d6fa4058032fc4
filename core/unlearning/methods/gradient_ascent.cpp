// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·L(F). Source: Jang et al. 2023, arXiv 2210.01504.
class GradientAscent final : public Objective {
public:
    explicit GradientAscent(const ParameterValues& parameters) : m_forgetWeight(parameters.at("forget_weight")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetTruth}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth);
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight;
};

}  // namespace

std::unique_ptr<Objective> makeGradientAscent(const ParameterValues& parameters) {
    return std::make_unique<GradientAscent>(parameters);
}

}  // namespace lacuna
