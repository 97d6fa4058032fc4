// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/intervals.h"

#include "core/base/random.h"
#include "core/runs/statistics.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

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

/// `figureOf(first)`: of one draw, whose places begin at `first`; nothing where it does not count.
template <typename Figure>
std::optional<Interval> resampled(std::size_t entities, std::uint64_t seed, int resamplings, const Figure& figureOf) {
    if (entities < 2)
        return std::nullopt;
    const auto draws = drawsOf(entities, seed, resamplings);
    std::vector<double> figures;
    figures.reserve(static_cast<std::size_t>(resamplings));
    for (int i = 0; i < resamplings; ++i)
        if (const auto figure = figureOf(draws->drawn.data() + static_cast<std::size_t>(i) * entities))
            figures.push_back(*figure);
    if (2 * figures.size() <= static_cast<std::size_t>(resamplings))
        return std::nullopt;
    std::sort(figures.begin(), figures.end());
    return Interval{percentile(figures, 0.025), percentile(figures, 0.975)};
}

}  // namespace

std::optional<Interval> entityInterval(const std::vector<EntitySum>& sums, std::uint64_t seed, int resamplings) {
    return resampled(sums.size(), seed, resamplings, [&](const std::uint32_t* drawn) -> std::optional<double> {
        EntitySum sum;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sum.part += sums[drawn[i]].part;
            sum.whole += sums[drawn[i]].whole;
        }
        return sum.whole > 0 ? std::optional(sum.part / sum.whole) : std::nullopt;
    });
}

std::optional<Interval> entityIntervalOfMean(const std::vector<std::vector<EntitySum>>& sums, std::uint64_t seed,
                                             int resamplings) {
    const std::size_t figures = sums.empty() ? 0 : sums.front().size();
    std::vector<EntitySum> drawnSums(figures);
    return resampled(sums.size(), seed, resamplings, [&](const std::uint32_t* drawn) -> std::optional<double> {
        std::fill(drawnSums.begin(), drawnSums.end(), EntitySum());
        for (std::size_t i = 0; i < sums.size(); ++i)
            for (std::size_t j = 0; j < figures; ++j) {
                drawnSums[j].part += sums[drawn[i]][j].part;
                drawnSums[j].whole += sums[drawn[i]][j].whole;
            }
        double mean = 0;
        for (const auto& sum : drawnSums) {
            if (sum.whole <= 0)
                return std::nullopt;
            mean += sum.part / sum.whole / static_cast<double>(figures);
        }
        return mean;
    });
}

std::optional<Interval> entityIntervalOfArea(const std::vector<std::vector<std::vector<double>>>& members,
                                             const std::vector<std::vector<double>>& others, std::uint64_t seed,
                                             int resamplings) {
    if (members.empty() || others.size() < 2)
        return std::nullopt;
    const std::size_t areas = members.front().size();
    auto sorted = others;
    for (auto& values : sorted)
        std::sort(values.begin(), values.end());
    // Won by entity i in area a against other j: a draw is a sum over what was drawn.
    std::vector<double> won(members.size() * areas * others.size(), 0);
    std::size_t place = 0;
    for (const auto& ofEntity : members)
        for (const auto& values : ofEntity)
            for (const auto& against : sorted) {
                for (const double value : values)
                    won[place] += wonAgainst(value, against);
                ++place;
            }
    const auto drawsOfOthers = drawsOf(others.size(), deriveSeed(seed, "others"), resamplings);
    std::vector<double> times(others.size());
    int resampling = 0;
    return resampled(members.size(), seed, resamplings, [&](const std::uint32_t* drawn) -> std::optional<double> {
        std::fill(times.begin(), times.end(), 0);
        const auto* drawnOthers = drawsOfOthers->drawn.data() + static_cast<std::size_t>(resampling++) * others.size();
        double countOfOthers = 0;
        for (std::size_t j = 0; j < others.size(); ++j) {
            times[drawnOthers[j]] += 1;
            countOfOthers += static_cast<double>(others[drawnOthers[j]].size());
        }
        double mean = 0;
        for (std::size_t a = 0; a < areas; ++a) {
            double sum = 0, count = 0;
            for (std::size_t i = 0; i < members.size(); ++i) {
                const auto* row = won.data() + (drawn[i] * areas + a) * others.size();
                sum += std::inner_product(times.begin(), times.end(), row, 0.0);
                count += static_cast<double>(members[drawn[i]][a].size());
            }
            if (count == 0 || countOfOthers == 0)
                return std::nullopt;
            mean += sum / (count * countOfOthers) / static_cast<double>(areas);
        }
        return mean;
    });
}

}  // namespace lacuna
