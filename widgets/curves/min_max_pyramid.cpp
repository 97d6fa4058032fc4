// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/min_max_pyramid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lacuna {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr MinMax kNone{kInfinity, -kInfinity};

MinMax joined(MinMax a, MinMax b) {
    return {std::min(a.least, b.least), std::max(a.greatest, b.greatest)};
}

MinMax of(std::span<const double> values) {
    MinMax all = kNone;
    for (const double value : values)
        if (std::isfinite(value))
            all = joined(all, {value, value});
    return all;
}

MinMax of(std::span<const MinMax> blocks) {
    MinMax all = kNone;
    for (const auto& block : blocks)
        all = joined(all, block);
    return all;
}

template <typename Below>
void buildLevel(std::vector<MinMax>& level, std::span<const Below> below, std::size_t changedFrom, std::size_t fan) {
    level.resize((below.size() + fan - 1) / fan);
    for (std::size_t i = changedFrom / fan; i < level.size(); ++i)
        level[i] = of(below.subspan(i * fan, std::min(fan, below.size() - i * fan)));
}

}  // namespace

void MinMaxPyramid::update(std::span<const double> values, std::size_t changedFrom) {
    if (m_levels.empty())
        m_levels.emplace_back();
    changedFrom = std::min({changedFrom, m_count, values.size()});
    m_count = values.size();
    buildLevel(m_levels[0], values, changedFrom, kFan);
    std::size_t level = 0;
    for (; m_levels[level].size() > 1; ++level) {
        if (level + 1 == m_levels.size())
            m_levels.emplace_back();
        changedFrom /= kFan;
        // A level that is new has nothing to keep.
        const std::size_t from = m_levels[level + 1].empty() ? 0 : changedFrom;
        buildLevel(m_levels[level + 1], std::span<const MinMax>(m_levels[level]), from, kFan);
    }
    m_levels.resize(level + 1);
}

std::optional<MinMax> MinMaxPyramid::range(std::span<const double> values, std::size_t begin, std::size_t end) const {
    end = std::min(end, m_count);
    MinMax all = kNone;
    const auto take = [&](std::size_t level, std::size_t from, std::size_t to) {
        if (from >= to)
            return;
        all = joined(all, level == 0 ? of(values.subspan(from, to - from))
                                     : of(std::span(m_levels[level - 1]).subspan(from, to - from)));
    };
    // Ragged ends at each level, whole blocks one level up.
    for (std::size_t level = 0; begin < end; ++level) {
        const std::size_t up = (begin + kFan - 1) / kFan, down = end / kFan;
        if (up >= down || level >= m_levels.size()) {
            take(level, begin, end);
            break;
        }
        take(level, begin, up * kFan);
        take(level, down * kFan, end);
        begin = up;
        end = down;
    }
    if (all.least > all.greatest)
        return std::nullopt;
    return all;
}

DrawnLine drawnLine(std::span<const double> values, const MinMaxPyramid& pyramid, std::size_t begin, std::size_t end,
                    double origin, double scale) {
    DrawnLine line;
    end = std::min(end, values.size());
    bool open = false;
    const auto add = [&](double x, double value) {
        if (!std::isfinite(value)) {
            open = false;
            return;
        }
        if (!open)
            line.parts.emplace_back();
        open = true;
        line.parts.back().emplace_back(x, value);
    };
    for (std::size_t i = begin; i < end;) {
        const double x = origin + static_cast<double>(i) * scale;
        const double nextColumn = std::floor(x) + 1;
        const auto next = static_cast<std::size_t>(std::max(0.0, std::ceil((nextColumn - origin) / scale)));
        const std::size_t stop = std::clamp(next, i + 1, end);
        if (stop - i <= 4) {
            for (; i < stop; ++i)
                add(origin + static_cast<double>(i) * scale, values[i]);
            continue;
        }
        line.decimated = true;
        const double middle = std::floor(x) + 0.5;
        add(x, values[i]);
        if (const auto extremes = pyramid.range(values, i, stop)) {
            add(middle, extremes->least);
            add(middle, extremes->greatest);
        }
        add(origin + static_cast<double>(stop - 1) * scale, values[stop - 1]);
        i = stop;
    }
    return line;
}

}  // namespace lacuna
