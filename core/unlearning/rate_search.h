// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Bisection on a logarithmic scale for the learning rates at which a method leaves so much utility. Utility falls as
/// rates rise; what is searched is the factor that all rates of a run are multiplied by.
class RateSearch {
public:
    static constexpr std::size_t mostTrials = 6;
    static constexpr double tolerance = 0.03;

    explicit RateSearch(double target) : m_target(target) {}

    /// The factor to try next, 1 first; nothing when the search is over.
    std::optional<double> next() const;
    void tried(double factor, double utility) { m_trials.push_back({factor, utility}); }

    /// Of the trial nearest to the target, 1 where rates decide nothing. There is a trial.
    double best() const;
    bool met() const;
    /// Rates from one end to the other left the utility where it was: a gate keeps it, or nothing reaches it.
    bool decidesNothing() const;

private:
    struct Trial {
        double factor = 1, utility = 0;
    };
    const Trial& nearest() const;

    double m_target;
    std::vector<Trial> m_trials;
};

}  // namespace lacuna
