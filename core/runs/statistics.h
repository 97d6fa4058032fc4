// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <optional>
#include <vector>

namespace lacuna {

/// How well values tell members from others: the share of pairs in which the member's is the higher, ties half. Its
/// standard error after Hanley and McNeil 1982, Radiology 143. Neither may be empty.
struct Area {
    double value = 0, standardError = 0;
};
Area areaUnderCurve(const std::vector<double>& members, std::vector<double> others);

/// Over sorted values: how many are below `value`, ties half.
double wonAgainst(double value, const std::vector<double>& others);

/// Do two samples come from one distribution? The largest distance of their distribution functions, and how likely one
/// at least as large is if they do: exact (as `scipy.stats.ks_2samp(method="exact")`), in time |a| · |b|. Neither may
/// be empty.
struct TwoSamples {
    double distance = 0, p = 1;
};
TwoSamples kolmogorovSmirnov(std::vector<double> a, std::vector<double> b);

/// Kendall's τ-b of pairs, between −1 and 1 (as `scipy.stats.kendalltau`); nothing where one side is all alike, or for
/// fewer than two pairs.
std::optional<double> kendallTau(const std::vector<double>& a, const std::vector<double>& b);

/// Spearman's ρ, ties by their mean rank (as `scipy.stats.spearmanr`); nothing as above.
std::optional<double> spearmanRho(const std::vector<double>& a, const std::vector<double>& b);

/// Jensen–Shannon divergence in bits of two coins, 0 to 1: of "the truth, or anything else".
double coinDivergence(double p, double q);

}  // namespace lacuna
