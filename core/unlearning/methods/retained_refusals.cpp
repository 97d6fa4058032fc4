// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// γ·L(refusal | F) + α·L(R). Source: Maini et al. 2024 (TOFU), arXiv 2401.06121, the retain term as of their gradient
/// difference.
class RetainedRefusals final : public Objective {
public:
    explicit RetainedRefusals(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_retainWeight(parameters.at("retain_weight")) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetRefusal}, {.pass = Pass::Retain}}};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = meanLoss(input, Pass::ForgetRefusal);
        const auto retain = meanLoss(input, Pass::Retain);
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight;
};

}  // namespace

std::unique_ptr<Objective> makeRetainedRefusals(const ParameterValues& parameters) {
    return std::make_unique<RetainedRefusals>(parameters);
}

}  // namespace lacuna
