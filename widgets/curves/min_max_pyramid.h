// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPointF>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace lacuna {

struct MinMax {
    double least = 0;
    double greatest = 0;
};

/// Least and greatest value of any stretch of a column in O(log n), for columns of millions that only grow. Values that
/// are not finite count for nothing.
class MinMaxPyramid {
public:
    /// Takes in what `values` has gained since the last call; `changedFrom` = first value that is not as it was.
    void update(std::span<const double> values, std::size_t changedFrom);
    /// Of values [begin, end) of the column given to `update`; nothing when none of them is finite.
    std::optional<MinMax> range(std::span<const double> values, std::size_t begin, std::size_t end) const;

private:
    static constexpr std::size_t kFan = 16;
    std::size_t m_count = 0;
    std::vector<std::vector<MinMax>> m_levels;  // m_levels[k][i] covers kFan^(k+1) values; least > greatest = none
};

/// A line as it is drawn: parts between gaps, x in pixels, y still a value.
struct DrawnLine {
    std::vector<std::vector<QPointF>> parts;
    bool decimated = false;  ///< some pixel column holds more values than are drawn
};

/// Values [begin, end) of a column, value i at pixel `origin + i · scale` (scale > 0). Where a pixel column holds more
/// than four values, its first, least, greatest and last stand for them all (M4: Jugel et al. 2014), so that no outlier
/// is ever lost. Values that are not finite are gaps.
DrawnLine drawnLine(std::span<const double> values, const MinMaxPyramid& pyramid, std::size_t begin, std::size_t end,
                    double origin, double scale);

}  // namespace lacuna
