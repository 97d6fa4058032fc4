// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/smoothing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lacuna {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::vector<double> movingAverage(std::span<const double> values, int span) {
    const double keep = 1 - 2.0 / (span + 1);
    double state = 0, weight = 0;
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    std::vector<double> out;
    out.reserve(values.size());
    for (const double value : values) {
        if (!std::isfinite(value)) {
            out.push_back(kGap);
            continue;
        }
        least = std::min(least, value);
        greatest = std::max(greatest, value);
        state = keep * state + (1 - keep) * value;
        weight = keep * weight + (1 - keep);
        out.push_back(std::clamp(state / weight, least, greatest));
    }
    return out;
}

struct Sum {
    double value = 0;
    int count = 0;
    void add(double v) {
        if (std::isfinite(v)) {
            value += v;
            ++count;
        }
    }
};

/// Every window is the tail of one block of `window` values and the head of the next, so that nothing is ever
/// subtracted: a spike of 1e30 leaves no trace once it is out of the window.
std::vector<double> windowMean(std::span<const double> values, std::size_t window) {
    const std::size_t n = values.size(), half = window / 2;
    std::vector<Sum> head(n), tail(n);
    for (std::size_t i = 0; i < n; ++i) {
        head[i] = i % window == 0 ? Sum{} : head[i - 1];
        head[i].add(values[i]);
    }
    for (std::size_t i = n; i-- > 0;) {
        tail[i] = i + 1 == n || (i + 1) % window == 0 ? Sum{} : tail[i + 1];
        tail[i].add(values[i]);
    }
    std::vector<double> out(n, kGap);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = i < half ? 0 : i - half, last = std::min(n - 1, i + half);
        Sum sum = first % window == 0 ? head[last] : tail[first];
        if (first / window != last / window) {
            sum = {tail[first].value + head[last].value, tail[first].count + head[last].count};
        }
        if (std::isfinite(values[i]))
            out[i] = sum.value / sum.count;
    }
    return out;
}

std::vector<double> windowMedian(std::span<const double> values, std::size_t window) {
    const std::size_t n = values.size(), half = window / 2;
    std::vector<double> sorted, out(n, kGap);
    const auto enter = [&](double v) {
        if (std::isfinite(v))
            sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), v), v);
    };
    const auto leave = [&](double v) {
        if (std::isfinite(v))
            sorted.erase(std::lower_bound(sorted.begin(), sorted.end(), v));
    };
    for (std::size_t i = 0; i < std::min(half, n); ++i)
        enter(values[i]);
    for (std::size_t i = 0; i < n; ++i) {
        if (i + half < n)
            enter(values[i + half]);
        if (i > half)
            leave(values[i - half - 1]);
        if (!std::isfinite(values[i]))
            continue;
        const std::size_t middle = sorted.size() / 2;
        out[i] = sorted.size() % 2 == 1 ? sorted[middle] : std::midpoint(sorted[middle - 1], sorted[middle]);
    }
    return out;
}

}  // namespace

std::vector<double> smoothed(std::span<const double> values, Smoothing kind, int span) {
    span = std::max(1, span);
    const auto window = static_cast<std::size_t>(span | 1);
    std::vector<double> out;
    switch (kind) {
        case Smoothing::None:
            return {values.begin(), values.end()};
        case Smoothing::Average:
            return movingAverage(values, span);
        case Smoothing::Mean:
            out = windowMean(values, window);
            break;
        case Smoothing::Median:
            return windowMedian(values, window);
    }
    // Rounding of a sum may step over the range by a bit or two.
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    for (const double value : values)
        if (std::isfinite(value)) {
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
    for (double& value : out)
        if (!std::isnan(value))
            value = std::clamp(value, least, greatest);
    return out;
}

}  // namespace lacuna
