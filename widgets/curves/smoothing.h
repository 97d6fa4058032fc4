// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <span>
#include <vector>

namespace lacuna {

enum class Smoothing {
    None,
    Average,  ///< exponential moving average of the past, debiased as Adam does it (Kingma & Ba 2015)
    Mean,     ///< of the window around each value
    Median    ///< of the window around each value
};

/// `values` smoothed over `span` neighbours: the window's length (made odd) for Mean and Median, the past's weight
/// 1 − 2 / (span + 1) for Average. A result never leaves the range of the data. Not finite values count for nothing and
/// stay gaps (NaN); windows are cut off at both ends.
std::vector<double> smoothed(std::span<const double> values, Smoothing kind, int span);

}  // namespace lacuna
