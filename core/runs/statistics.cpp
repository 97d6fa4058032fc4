// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna {
namespace {

/// Of each value its place in the order, from 1; of equals their mean.
std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t first = 0; first < order.size();) {
        auto last = first + 1;
        while (last < order.size() && values[order[last]] == values[order[first]])
            ++last;
        for (auto i = first; i < last; ++i)
            result[order[i]] = static_cast<double>(first + last + 1) / 2;
        first = last;
    }
    return result;
}

/// How likely a path from (0, 0) to (n, m), all equally likely, leaves the band where |i/n − j/m| < distance; nothing
/// is subtracted, so that the smallest are right too. Source: Hodges 1958, Arkiv för Matematik 3.
double leavesBand(std::size_t n, std::size_t m, double distance) {
    const double least = distance - 1e-12;  // rounding alone shall not take a path across
    const auto outside = [&](std::size_t i, std::size_t j) {
        return std::abs(static_cast<double>(i) / static_cast<double>(n) -
                        static_cast<double>(j) / static_cast<double>(m)) >= least;
    };
    std::vector<double> out(m + 1, 0);
    for (std::size_t i = 0; i <= n; ++i)
        for (std::size_t j = 0; j <= m; ++j) {
            if (outside(i, j)) {
                out[j] = 1;
                continue;
            }
            const auto all = static_cast<double>(i + j);
            const double fromLeft = j > 0 ? static_cast<double>(j) / all * out[j - 1] : 0;
            const double fromBelow = i > 0 ? static_cast<double>(i) / all * out[j] : 0;
            out[j] = fromLeft + fromBelow;
        }
    return out[m];
}

double entropyOf(double p) {
    const auto part = [](double share) { return share > 0 ? -share * std::log2(share) : 0; };
    return part(p) + part(1 - p);
}

}  // namespace

double wonAgainst(double value, const std::vector<double>& others) {
    const auto [first, last] = std::equal_range(others.begin(), others.end(), value);
    return static_cast<double>(first - others.begin()) + static_cast<double>(last - first) / 2;
}

Area areaUnderCurve(const std::vector<double>& members, std::vector<double> others) {
    std::sort(others.begin(), others.end());
    double won = 0;
    for (const double value : members)
        won += wonAgainst(value, others);
    const auto n = static_cast<double>(members.size()), m = static_cast<double>(others.size());
    const double area = won / (n * m);
    const double twice = area / (2 - area), square = 2 * area * area / (1 + area);
    const double variance =
        (area * (1 - area) + (n - 1) * (twice - area * area) + (m - 1) * (square - area * area)) / (n * m);
    return {area, std::sqrt(std::max(0.0, variance))};
}

TwoSamples kolmogorovSmirnov(std::vector<double> a, std::vector<double> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    TwoSamples result;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const double value = std::min(a[i], b[j]);
        while (i < a.size() && a[i] == value)
            ++i;
        while (j < b.size() && b[j] == value)
            ++j;
        result.distance = std::max(result.distance, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                                             static_cast<double>(j) / static_cast<double>(b.size())));
    }
    result.p = leavesBand(a.size(), b.size(), result.distance);
    return result;
}

std::optional<double> kendallTau(const std::vector<double>& a, const std::vector<double>& b) {
    double agree = 0, tiedInA = 0, tiedInB = 0, pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = i + 1; j < a.size(); ++j) {
            ++pairs;
            const double first = a[i] - a[j], second = b[i] - b[j];
            tiedInA += first == 0 ? 1 : 0;
            tiedInB += second == 0 ? 1 : 0;
            if (first != 0 && second != 0)
                agree += (first > 0) == (second > 0) ? 1 : -1;
        }
    const double scale = std::sqrt((pairs - tiedInA) * (pairs - tiedInB));
    return scale > 0 ? std::optional(agree / scale) : std::nullopt;
}

std::optional<double> spearmanRho(const std::vector<double>& a, const std::vector<double>& b) {
    const auto x = ranks(a), y = ranks(b);
    const double mean = static_cast<double>(a.size() + 1) / 2;
    double both = 0, squaresX = 0, squaresY = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        both += (x[i] - mean) * (y[i] - mean);
        squaresX += (x[i] - mean) * (x[i] - mean);
        squaresY += (y[i] - mean) * (y[i] - mean);
    }
    return squaresX > 0 && squaresY > 0 ? std::optional(both / std::sqrt(squaresX * squaresY)) : std::nullopt;
}

double coinDivergence(double p, double q) {
    return std::max(0.0, entropyOf((p + q) / 2) - (entropyOf(p) + entropyOf(q)) / 2);
}

}  // namespace lacuna
