// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

struct OptimizerOptions {
    double lr = 1e-3;  ///< at its peak
    double weightDecay = 0;
    double warmup = 0.03;  ///< share of the steps over which the rate rises from zero; then a cosine down to zero
    double clip = 1;       ///< largest gradient norm over all parameters; 0 = none
    std::int64_t totalSteps = 1;  ///< of the schedule
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

/// AdamW with a warm-up and cosine schedule. Source: Loshchilov and Hutter 2019, arXiv 1711.05101.
class AdamW {
public:
    /// `rates`: of each parameter, in place of `lr`; empty = lr for all.
    AdamW(std::vector<at::Tensor> parameters, const OptimizerOptions& options, std::vector<double> rates = {});

    /// Rate of the next step where `lr` is the peak.
    double rate() const;
    /// Clips, steps, clears the gradients. Returns the gradient norm before clipping; when it is not finite nothing is
    /// changed.
    double step();
    std::int64_t steps() const { return m_steps; }
    /// The parameters as they were before the last step, but for rounding; the moments stay as they are. Once per step.
    void takeBack();

    /// Moments by name, for a training checkpoint; restore wants the same parameters in the same order.
    std::vector<std::pair<std::string, at::Tensor>> state() const;
    void restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps);

private:
    double schedule() const;

    std::vector<at::Tensor> m_parameters, m_first, m_second, m_stepTensors;
    OptimizerOptions m_options;
    std::vector<double> m_rates;  ///< one per parameter
    std::int64_t m_steps = 0;
};

}  // namespace lacuna
