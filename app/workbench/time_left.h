// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <deque>
#include <utility>

namespace lacuna {

/// How long work still takes, told only once its forecasts agree: the first ones after a start or a pause come from a
/// rate that is not the work's.
class TimeLeft {
public:
    void told(double secondsLeft, double nowS);  ///< a forecast; negative = none
    void reset() { m_forecasts.clear(); }
    /// Seconds; negative while the forecasts of the last seconds do not agree.
    double left(double nowS) const;

private:
    std::deque<std::pair<double, double>> m_forecasts;  ///< when it was told, and when the work would be over
};

}  // namespace lacuna
