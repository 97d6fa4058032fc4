// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/unlearning/methods/objective.h"

#include <cmath>

// The examples of docs/add-a-method.md, word for word: example_objectives_test holds the two against each other.

namespace lacuna::testing {

/// −γ·mean(p^β · CE), p detached: what is known best is pushed hardest. Source: Wang et al. 2025, arXiv 2502.19301.
class WeightedAscent final : public Objective {
public:
    explicit WeightedAscent(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_beta(parameters.at("beta")) {}

    ObjectiveNeeds needs() const override { return {.passes = {{.pass = Pass::ForgetTruth}}}; }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        const auto& answers = input[Pass::ForgetTruth].answers;
        const auto each = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::None);
        const auto forget = -((-m_beta * each).exp().detach() * each).mean();
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight, m_beta;
};

/// −(2/β)·mean log σ(β·[(S_ref − S)(refusal) − (S_ref − S)(truth)]). Source: Rafailov et al. 2023, arXiv 2305.18290.
class PreferencePairs final : public Objective {
public:
    explicit PreferencePairs(const ParameterValues& parameters) : m_beta(parameters.at("beta")) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .referenceSums = true},
                           {.pass = Pass::ForgetRefusal, .referenceSums = true}}};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto gain = [&](Pass pass) {  // how much likelier the answer is than to the original model, [samples]
            const auto& seen = input[pass];
            return seen.referenceSums - answerSums(seen.answers, seen.samples);
        };
        const auto margin = gain(Pass::ForgetRefusal) - gain(Pass::ForgetTruth);
        const auto forget = at::log_sigmoid(m_beta * margin).mean() * (-2 / m_beta);
        return {forget, forget, {}};
    }

private:
    double m_beta;
};

/// Forget samples' hidden states are drawn to one fixed direction, retain samples' stay where the original model has
/// them. Source: Li et al. 2024 (RMU), arXiv 2403.03218.
class Misdirection final : public Objective {
public:
    explicit Misdirection(std::size_t layer) : m_layer(layer) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .layers = {m_layer}},
                           {.pass = Pass::Retain, .layers = {m_layer}, .referenceStates = true}}};
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto& states = input[Pass::ForgetTruth].states[0];
        const auto target =
            at::ones({states.size(1)}, states.options()) / std::sqrt(static_cast<double>(states.size(1)));
        const auto forget = (states - m_length * target).square().mean();
        const auto& kept = input[Pass::Retain];
        const auto retain = (kept.states[0] - kept.referenceStates[0]).square().mean();
        return {forget + retain, forget, retain};
    }

private:
    std::size_t m_layer;
    double m_length = 5;
};

/// Ascent on the forget set in those numbers alone that matter more to it than to the retain set. After Huo et al. 2025
/// (MMUnlearner), arXiv 2502.11051.
class MaskedAscent final : public Objective {
public:
    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}, .gradientsOfParts = true};
    }

    void prepare(ObjectiveSets& sets) override {
        const auto forget = importance(sets, Pass::ForgetTruth), retain = importance(sets, Pass::Retain);
        for (std::size_t i = 0; i < forget.size(); ++i)
            m_masks.push_back(forget[i].ge(retain[i]));
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth), retain = meanLoss(input, Pass::Retain);
        return {forget + retain, forget, retain, {forget, retain}};
    }

    Gradients transform(std::vector<Gradients> parts) override {
        auto &forget = parts[0], &retain = parts[1];
        for (std::size_t i = 0; i < m_masks.size(); ++i)
            if (forget[i].defined())
                retain[i] += forget[i] * m_masks[i];
        return retain;
    }

private:
    /// Mean squared gradient of each trained number over a set's batches.
    static std::vector<at::Tensor> importance(ObjectiveSets& sets, Pass pass) {
        std::vector<at::Tensor> sums;
        for (const auto& parameter : sets.parameters())
            sums.push_back(at::zeros_like(parameter));
        sets.each(pass, ObjectiveSets::Model::Trained, [&](const PassOutputs& seen) {
            at::cross_entropy_loss(seen.answers.logits, seen.answers.targets).backward();
            for (std::size_t i = 0; i < sums.size(); ++i) {
                at::Tensor parameter = sets.parameters()[i];
                if (parameter.grad().defined())
                    sums[i] += parameter.grad().square();
                parameter.mutable_grad() = at::Tensor();
            }
        });
        return sums;
    }

    std::vector<at::Tensor> m_masks;
};

}  // namespace lacuna::testing
