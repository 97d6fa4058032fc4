// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

namespace lacuna {
namespace {

/// Rows of the states that say an answer's first token, [samples]: each sample's last of the prompt.
at::Tensor lastOfPrompts(const PassOutputs& seen) {
    const auto answers = at::bincount(seen.answers.sample, {}, seen.samples);
    return at::tensor(seen.textTokens, answers.options()).cumsum(0) - answers - 1;
}

/// Rows that say an answer's tokens, [answer tokens], packed sample after sample.
at::Tensor sayingAnswers(const PassOutputs& seen) {
    const auto& sample = seen.answers.sample;
    const auto answers = at::bincount(sample, {}, seen.samples);
    const auto within =
        at::arange(sample.size(0), sample.options()) - (answers.cumsum(0) - answers).index_select(0, sample);
    return lastOfPrompts(seen).index_select(0, sample) + within;
}

/// γ·MSE(h(F), h_ref(F) + s·v) at the last token of each prompt + α·MSE(h(R), h_ref(R)) at all text tokens, h the
/// hidden states behind one layer. v leads from the truth to an honest refusal: mean h_ref where refusals on pictures
/// of unknown entities are said less that where the forget set's true answers are. After arXiv 2605.15687 (ASRU), stage
/// 1; its forget steps among several retain steps are one gradient here.
class ActivationShift final : public Objective {
public:
    explicit ActivationShift(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_steering(parameters.at("steering")),
          m_layer(static_cast<std::size_t>(parameters.at("layer"))) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth, .layers = {m_layer}, .referenceStates = true},
                           {.pass = Pass::Retain, .layers = {m_layer}, .referenceStates = true},
                           {.pass = Pass::Unknown, .layers = {m_layer}, .inSteps = false}}};
    }

    void prepare(ObjectiveSets& sets) override {
        const auto mean = [&](Pass pass) {
            at::Tensor sum;
            double tokens = 0;
            sets.each(pass, ObjectiveSets::Model::Original, [&](const PassOutputs& seen) {
                const auto said = seen.states[0].to(at::kFloat).index_select(0, sayingAnswers(seen));
                sum = sum.defined() ? sum + said.sum(0) : said.sum(0);
                tokens += static_cast<double>(said.size(0));
            });
            return sum / tokens;
        };
        m_shift = m_steering * (mean(Pass::Unknown) - mean(Pass::ForgetTruth));
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        requireAnswers(input, Pass::ForgetTruth);
        requireAnswers(input, Pass::Retain);
        const auto &moved = input[Pass::ForgetTruth], &kept = input[Pass::Retain];
        const auto rows = lastOfPrompts(moved);
        const auto target = moved.referenceStates[0].index_select(0, rows) + m_shift;
        const auto forget = at::mse_loss(moved.states[0].index_select(0, rows), target);
        const auto retain = at::mse_loss(kept.states[0], kept.referenceStates[0]);
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight, m_steering;
    std::size_t m_layer;
    at::Tensor m_shift;  ///< [hidden]
};

}  // namespace

std::unique_ptr<Objective> makeActivationShift(const ParameterValues& parameters) {
    return std::make_unique<ActivationShift>(parameters);
}

}  // namespace lacuna
