// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizer.h"

#include "core/base/error.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace lacuna {

AdamW::AdamW(std::vector<at::Tensor> parameters, const OptimizerOptions& options, std::vector<double> rates)
    : m_parameters(std::move(parameters)), m_options(options), m_rates(std::move(rates)) {
    if (m_rates.empty())
        m_rates.assign(m_parameters.size(), options.lr);
    for (const auto& parameter : m_parameters) {
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

double AdamW::step() {
    const at::NoGradGuard noGrad;
    struct Group {
        std::vector<at::Tensor> parameters, gradients, first, second, steps;
    };
    std::map<double, Group> groups;  // by rate
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (!m_parameters[i].grad().defined())
            continue;
        Group& group = groups[m_rates[i]];
        group.parameters.push_back(m_parameters[i]);
        group.gradients.push_back(m_parameters[i].grad());
        group.first.push_back(m_first[i]);
        group.second.push_back(m_second[i]);
        group.steps.push_back(m_stepTensors[i]);
        all.push_back(m_parameters[i].grad());
    }
    if (all.empty())
        throw internalError("No parameter received a gradient: nothing would be trained. Please report this.");
    const double norm = at::stack(at::_foreach_norm(all)).norm().item<double>();
    if (std::isfinite(norm)) {
        if (m_options.clip > 0 && norm > m_options.clip)
            at::_foreach_mul_(all, m_options.clip / (norm + 1e-6));
        for (auto& [rate, group] : groups) {
            at::_foreach_add_(group.steps, 1);
            at::_fused_adamw_(group.parameters, group.gradients, group.first, group.second, {}, group.steps,
                              rate * schedule(), m_options.beta1, m_options.beta2, m_options.weightDecay,
                              m_options.epsilon, false, false);
        }
        ++m_steps;
    }
    for (auto& parameter : m_parameters)
        parameter.mutable_grad() = at::Tensor();
    return norm;
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
