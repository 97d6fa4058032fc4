// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// −γ·L(F) in those numbers alone whose mean squared gradient on the forget set is at least that on the retain set, and
/// α·L(R) in all. The mask is made of what is trained (LoRA: the factors), at the request's start; a factor A whose B
/// is still zero has no gradient on either set and stays in. Squares are of a batch's gradient, weighted by its
/// samples. After Huo et al. 2025 (MMUnlearner), arXiv 2502.11051.
class MaskedAscent final : public Objective {
public:
    explicit MaskedAscent(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_retainWeight(parameters.at("retain_weight")) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}, .gradientsOfParts = true};
    }

    void prepare(ObjectiveSets& sets) override {
        const auto forget = importance(sets, Pass::ForgetTruth), retain = importance(sets, Pass::Retain);
        m_masks.clear();
        for (std::size_t i = 0; i < forget.size(); ++i)
            m_masks.push_back(forget[i].ge(retain[i]));
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth), retain = meanLoss(input, Pass::Retain);
        const auto ascent = m_forgetWeight * forget, descent = m_retainWeight * retain;
        return {ascent + descent, forget, retain, {ascent, descent}};
    }

    Gradients transform(std::vector<Gradients> parts) override {
        const auto &ascent = parts[0], &descent = parts[1];
        Gradients step;
        for (std::size_t i = 0; i < m_masks.size(); ++i)
            step.push_back(ascent[i].defined() ? descent[i] + ascent[i] * m_masks[i] : descent[i]);
        return step;
    }

private:
    static Gradients importance(ObjectiveSets& sets, Pass pass) {
        Gradients squares;
        for (const auto& parameter : sets.parameters())
            squares.push_back(at::zeros_like(parameter));
        double samples = 0;
        eachGradient(sets, pass, [&](const Gradients& gradients, std::int64_t count) {
            for (std::size_t i = 0; i < squares.size(); ++i)
                if (gradients[i].defined())
                    squares[i] += static_cast<double>(count) * gradients[i].square();
            samples += static_cast<double>(count);
        });
        for (auto& square : squares)
            square /= samples;
        return squares;
    }

    double m_forgetWeight, m_retainWeight;
    std::vector<at::Tensor> m_masks;  ///< of each trained tensor
};

}  // namespace

std::unique_ptr<Objective> makeMaskedAscent(const ParameterValues& parameters) {
    return std::make_unique<MaskedAscent>(parameters);
}

}  // namespace lacuna
