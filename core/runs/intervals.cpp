// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/intervals.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace lacuna {
namespace {

/// The draws of as many as there are, resampling after resampling: the same for all cells of so many entities, and most
/// of the time of an interval.
struct Draws {
    std::size_t entities = 0;
    std::uint64_t seed = 0;
    int resamplings = 0;
    std::vector<std::uint32_t> drawn;
};

std::shared_ptr<const Draws> drawsOf(std::size_t entities, std::uint64_t seed, int resamplings) {
    constexpr std::size_t mostKept = 16;
    thread_local std::vector<std::shared_ptr<const Draws>> kept;
    for (const auto& draws : kept)
        if (draws->entities == entities && draws->seed == seed && draws->resamplings == resamplings)
            return draws;
    auto draws = std::make_shared<Draws>(Draws{entities, seed, resamplings, {}});
    Random random(deriveSeed(seed, "interval"));
    draws->drawn.resize(entities * static_cast<std::size_t>(resamplings));
    for (auto& one : draws->drawn)
        one = static_cast<std::uint32_t>(random.index(entities));
    if (kept.size() == mostKept)
        kept.erase(kept.begin());
    kept.push_back(draws);
    return draws;
}

/// Of sorted values, linear between ranks.
double percentile(const std::vector<double>& sorted, double share) {
    const double rank = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

std::optional<Interval> entityInterval(const std::vector<EntitySum>& sums, std::uint64_t seed, int resamplings) {
    if (sums.size() < 2)
        return std::nullopt;
    const auto draws = drawsOf(sums.size(), seed, resamplings);
    std::vector<double> figures;
    figures.reserve(static_cast<std::size_t>(resamplings));
    auto drawn = draws->drawn.begin();
    for (int i = 0; i < resamplings; ++i) {
        EntitySum sum;
        for (std::size_t j = 0; j < sums.size(); ++j, ++drawn) {
            sum.part += sums[*drawn].part;
            sum.whole += sums[*drawn].whole;
        }
        if (sum.whole > 0)
            figures.push_back(sum.part / sum.whole);
    }
    if (2 * figures.size() <= static_cast<std::size_t>(resamplings))
        return std::nullopt;
    std::sort(figures.begin(), figures.end());
    return Interval{percentile(figures, 0.025), percentile(figures, 0.975)};
}

}  // namespace lacuna
