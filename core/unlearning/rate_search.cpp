// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/rate_search.h"

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

/// From one rate to the next while only one side of the target is known; each stride is this many times the last.
constexpr double stride = 4;
constexpr std::size_t stridesThatDecide = 3;
constexpr double leastMove = 0.02;

}  // namespace

const RateSearch::Trial& RateSearch::nearest() const {
    return *std::min_element(m_trials.begin(), m_trials.end(), [this](const auto& a, const auto& b) {
        return std::abs(a.utility - m_target) < std::abs(b.utility - m_target);
    });
}

bool RateSearch::met() const {
    return !m_trials.empty() && std::abs(nearest().utility - m_target) <= tolerance;
}

bool RateSearch::decidesNothing() const {
    if (m_trials.size() < stridesThatDecide)
        return false;
    const auto [least, most] = std::minmax_element(m_trials.begin(), m_trials.end(),
                                                   [](const auto& a, const auto& b) { return a.utility < b.utility; });
    return most->utility - least->utility < leastMove;
}

double RateSearch::best() const {
    return !met() && decidesNothing() ? 1 : nearest().factor;
}

std::optional<double> RateSearch::next() const {
    if (m_trials.empty())
        return 1;
    if (met() || decidesNothing() || m_trials.size() >= mostTrials)
        return std::nullopt;
    // The largest factor that leaves too much, and the smallest that leaves too little.
    double low = 0, high = 0;
    for (const auto& trial : m_trials) {
        if (trial.utility > m_target)
            low = std::max(low, trial.factor);
        else
            high = high == 0 ? trial.factor : std::min(high, trial.factor);
    }
    const double further = std::pow(stride, static_cast<double>(m_trials.size()));
    if (low == 0)
        return high / further;
    if (high == 0)
        return low * further;
    return std::sqrt(low * high);
}

}  // namespace lacuna
