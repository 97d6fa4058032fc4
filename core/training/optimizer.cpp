// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizer.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lacuna {

AdamW::AdamW(std::vector<at::Tensor> parameters, const OptimizerOptions& options, std::vector<double> rates)
    : m_parameters(std::move(parameters)), m_options(options), m_rates(std::move(rates)) {
    if (m_rates.empty())
        m_rates.assign(m_parameters.size(), options.lr);
    for (const auto& parameter : m_parameters) {
        interruptionPoint();
        m_first.push_back(at::zeros_like(parameter).detach());
        m_second.push_back(at::zeros_like(parameter).detach());
        m_stepTensors.push_back(at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false)));
    }
}

/// Share of a peak rate that the next step takes.
double AdamW::schedule() const {
    const auto total = static_cast<double>(std::max<std::int64_t>(m_options.totalSteps, 1));
    const double warm = std::ceil(m_options.warmup * total);
    const auto at = static_cast<double>(m_steps);
    if (at < warm)
        return (at + 1) / (warm + 1);
    const double through = std::min(1.0, (at - warm) / std::max(1.0, total - warm));
    return 0.5 * (1 + std::cos(std::numbers::pi * through));
}

double AdamW::rate() const {
    return m_options.lr * schedule();
}

namespace {

/// Parameters that step together: of one rate, and few enough that a command need not wait for more.
struct Group {
    double rate = 0;
    std::vector<at::Tensor> parameters, gradients, first, second, steps;
    std::int64_t numbers = 0;

    bool takes(double other) const {
        constexpr std::size_t mostTensors = 4;
        constexpr std::int64_t mostNumbers = 1 << 24;
        return rate == other && parameters.size() < mostTensors && numbers < mostNumbers;
    }
};

}  // namespace

double AdamW::step() {
    const at::NoGradGuard noGrad;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (!m_parameters[i].grad().defined())
            continue;
        if (groups.empty() || !groups.back().takes(m_rates[i]))
            groups.emplace_back().rate = m_rates[i];
        Group& group = groups.back();
        group.parameters.push_back(m_parameters[i]);
        group.gradients.push_back(m_parameters[i].grad());
        group.first.push_back(m_first[i]);
        group.second.push_back(m_second[i]);
        group.steps.push_back(m_stepTensors[i]);
        group.numbers += m_parameters[i].numel();
    }
    if (groups.empty())
        throw internalError("No parameter received a gradient: nothing would be trained. Please report this.");
    std::vector<at::Tensor> norms;
    for (const auto& group : groups) {
        quietInterruptionPoint();
        const auto some = at::_foreach_norm(group.gradients);
        norms.insert(norms.end(), some.begin(), some.end());
    }
    const double norm = at::stack(norms).norm().item<double>();
    if (std::isfinite(norm)) {
        const bool clips = m_options.clip > 0 && norm > m_options.clip;
        for (auto& group : groups) {
            quietInterruptionPoint();  // a step is whole: nothing may end it half-way
            if (clips)
                at::_foreach_mul_(group.gradients, m_options.clip / (norm + 1e-6));
            at::_foreach_add_(group.steps, 1);
            at::_fused_adamw_(group.parameters, group.gradients, group.first, group.second, {}, group.steps,
                              group.rate * schedule(), m_options.beta1, m_options.beta2, m_options.weightDecay,
                              m_options.epsilon, false, false);
        }
        ++m_steps;
    }
    for (auto& parameter : m_parameters)
        parameter.mutable_grad() = at::Tensor();
    return norm;
}

void AdamW::takeBack() {
    const at::NoGradGuard noGrad;
    --m_steps;
    const double share = schedule();
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const auto steps = m_stepTensors[i].item<double>();
        if (steps == 0)  // no gradient ever came
            continue;
        const double rate = m_rates[i] * share;
        const auto scale = (m_second[i] / (1 - std::pow(m_options.beta2, steps))).sqrt_().add_(m_options.epsilon);
        m_parameters[i]
            .add_(m_first[i] / scale, rate / (1 - std::pow(m_options.beta1, steps)))
            .div_(1 - rate * m_options.weightDecay);
        m_stepTensors[i].sub_(1);
    }
}

std::vector<std::pair<std::string, at::Tensor>> AdamW::state() const {
    std::vector<std::pair<std::string, at::Tensor>> all;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        all.emplace_back(fmt::format("first.{}", i), m_first[i]);
        all.emplace_back(fmt::format("second.{}", i), m_second[i]);
    }
    return all;
}

void AdamW::restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps) {
    const at::NoGradGuard noGrad;
    if (state.size() != 2 * m_parameters.size())
        throw inputError(
            "The training checkpoint holds {} moments and {} are needed. It belongs to another run; remove it.",
            state.size(), 2 * m_parameters.size());
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        m_first[i].copy_(state[2 * i].second);
        m_second[i].copy_(state[2 * i + 1].second);
        m_stepTensors[i].fill_(steps);
    }
    m_steps = steps;
}

}  // namespace lacuna
