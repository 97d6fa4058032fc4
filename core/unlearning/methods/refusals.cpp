// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// γ·L(refusal | F). Source: Maini et al. 2024 (TOFU), arXiv 2401.06121.
class Refusals final : public Objective {
public:
    explicit Refusals(const ParameterValues& parameters) : m_forgetWeight(parameters.at("forget_weight")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetRefusal}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = meanLoss(input, Pass::ForgetRefusal);
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight;
};

}  // namespace

std::unique_ptr<Objective> makeRefusals(const ParameterValues& parameters) {
    return std::make_unique<Refusals>(parameters);
}

}  // namespace lacuna
