// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// γ·L(refusal | F) + λ·Σ‖A_earlier·Aᵀ‖² over earlier requests and linears: this request's factors read other
/// directions than the earlier ones'. After Gao et al. 2024 (O3), arXiv 2407.10223: its penalty; which adapter answers
/// is the gate's.
class OrthogonalRefusals final : public Objective {
public:
    explicit OrthogonalRefusals(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_orthogonality(parameters.at("orthogonality")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetRefusal}}, .adapters = true}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = meanLoss(input, Pass::ForgetRefusal);
        auto total = m_forgetWeight * forget;
        for (const auto* earlier : input.earlier)
            total = total + m_orthogonality * overlap(*earlier, *input.own);
        return {total, forget, {}};
    }

private:
    static at::Tensor overlap(const Adapter& earlier, const Adapter& own) {
        std::vector<at::Tensor> squares;
        for (std::size_t layer = 0; layer < own.layers.size(); ++layer)
            for (std::size_t linear = 0; linear < own.layers[layer].size(); ++linear) {
                const auto& a = own.layers[layer][linear].a;
                squares.push_back(earlier.layers[layer][linear].a.to(a.dtype()).mm(a.t()).square().sum());
            }
        return at::stack(squares).sum();
    }

    double m_forgetWeight, m_orthogonality;
};

}  // namespace

std::unique_ptr<Objective> makeOrthogonalRefusals(const ParameterValues& parameters) {
    return std::make_unique<OrthogonalRefusals>(parameters);
}

}  // namespace lacuna
