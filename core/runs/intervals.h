// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace lacuna {

/// Where 95 % of what resampling gives lies.
struct Interval {
    double low = 0, high = 0;
    bool operator==(const Interval&) const = default;
};

/// What the answers about one entity bring to a figure, which is the sum of parts over the sum of wholes: a mean of
/// values over answers, or a difference won over a difference lost.
struct EntitySum {
    double part = 0, whole = 0;
};

inline constexpr int intervalResamplings = 1000;

/// Of Σ part / Σ whole, by drawing as many ENTITIES as there are, with replacement, and taking the 2.5th and 97.5th
/// percentile (linear between ranks, as numpy does): answers about one entity hang together. Draws whose wholes come to
/// nothing or less count for none. Nothing for fewer than two entities, or where over half of the draws do not count.
/// The same numbers for the same sums and seed. Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap,
/// ch. 13; Field and Welsh 2007 on clusters.
std::optional<Interval> entityInterval(const std::vector<EntitySum>& sums, std::uint64_t seed = 0,
                                       int resamplings = intervalResamplings);

/// Of the mean of several such figures, as many as each entity has sums: an entity that is drawn counts in all of them.
/// Draws that leave one of them nothing count for none.
std::optional<Interval> entityIntervalOfMean(const std::vector<std::vector<EntitySum>>& sums, std::uint64_t seed = 0,
                                             int resamplings = intervalResamplings);

/// Of the mean of several areas (see areaUnderCurve) against the same others, by drawing the members' entities and the
/// others'. `members` holds of each entity its values in each of the areas, `others` of each other entity its values.
std::optional<Interval> entityIntervalOfArea(const std::vector<std::vector<std::vector<double>>>& members,
                                             const std::vector<std::vector<double>>& others, std::uint64_t seed = 0,
                                             int resamplings = intervalResamplings);

}  // namespace lacuna
