#include "core/training/optimizer.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lacuna {

AdamW::AdamW(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : m_parameters(std::move(parameters)), m_options(options) {
    for (const auto& parameter : m_parameters) {
        m_first.push_back(at::zeros_like(parameter).detach());
        m_second.push_back(at::zeros_like(parameter).detach());
        m_stepTensors.push_back(at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false)));
    }
}

double AdamW::rate() const {
    const auto total = static_cast<double>(std::max<std::int64_t>(m_options.totalSteps, 1));
    const double warm = std::ceil(m_options.warmup * total);
    const auto at = static_cast<double>(m_steps);
    if (at < warm)
        return m_options.lr * (at + 1) / (warm + 1);
    const double through = std::min(1.0, (at - warm) / std::max(1.0, total - warm));
    return m_options.lr * 0.5 * (1 + std::cos(std::numbers::pi * through));
}

double AdamW::step() {
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> first;
    std::vector<at::Tensor> second;
    std::vector<at::Tensor> steps;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (!m_parameters[i].grad().defined())
            continue;
        parameters.push_back(m_parameters[i]);
        gradients.push_back(m_parameters[i].grad());
        first.push_back(m_first[i]);
        second.push_back(m_second[i]);
        steps.push_back(m_stepTensors[i]);
    }
    if (gradients.empty())
        throw internalError("No parameter received a gradient: nothing would be trained. Please report this.");
    const auto norms = at::_foreach_norm(gradients);
    const double norm = at::stack(norms).norm().item<double>();
    if (std::isfinite(norm)) {
        if (m_options.clip > 0 && norm > m_options.clip)
            at::_foreach_mul_(gradients, m_options.clip / (norm + 1e-6));
        at::_foreach_add_(steps, 1);
        at::_fused_adamw_(parameters, gradients, first, second, {}, steps, rate(), m_options.beta1, m_options.beta2,
                          m_options.weightDecay, m_options.epsilon, false, false);
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
