// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// A direction for good, the same in every run: uniform in [0, 1) in each dimension, of length 1; [hidden].
at::Tensor fixedDirection(const at::Tensor& states) {
    Random random(deriveSeed(0, "rmu direction"));
    std::vector<double> numbers(static_cast<std::size_t>(states.size(1)));
    for (auto& number : numbers)
        number = random.uniform();
    const auto direction = at::tensor(numbers, at::kDouble);
    return (direction / direction.norm()).to(states.options());
}

/// γ·mean((h(F) − c·u)²) + α·mean((h(R) − h_ref(R))²) over text tokens and dimensions, h the hidden states behind one
/// layer, u a fixed direction, c so many times the mean length of h_ref(F). Source: Li et al. 2024 (RMU, WMDP),
/// arXiv 2403.03218, sec. 4; its c is absolute, ours goes with the model.
class Misdirection final : public Objective {
public:
    explicit Misdirection(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_steering(parameters.at("steering")),
          m_layer(static_cast<std::size_t>(parameters.at("layer"))) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .layers = {m_layer}},
                           {.pass = Pass::Retain, .layers = {m_layer}, .referenceStates = true}}};
    }

    void prepare(ObjectiveSets& sets) override {
        double lengths = 0, tokens = 0;
        at::Tensor direction;
        sets.each(Pass::ForgetTruth, ObjectiveSets::Model::Original, [&](const PassOutputs& seen) {
            const auto states = seen.states[0].to(at::kFloat);
            lengths += states.norm(2, 1).sum().item<double>();
            tokens += static_cast<double>(states.size(0));
            direction = fixedDirection(states);
        });
        m_target = m_steering * lengths / tokens * direction;
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        requireAnswers(input, Pass::Retain);
        const auto& kept = input[Pass::Retain];
        const auto forget = (input[Pass::ForgetTruth].states[0] - m_target).square().mean();
        const auto retain = (kept.states[0] - kept.referenceStates[0]).square().mean();
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight, m_steering;
    std::size_t m_layer;
    at::Tensor m_target;  ///< [hidden]
};

}  // namespace

std::unique_ptr<Objective> makeMisdirection(const ParameterValues& parameters) {
    return std::make_unique<Misdirection>(parameters);
}

}  // namespace lacuna
