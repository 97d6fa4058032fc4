// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/time_left.h"

#include <algorithm>

namespace lacuna {
namespace {

constexpr double window = 6, least = 3;        // seconds that are looked back at, and that forecasts must agree for
constexpr double agreement = 0.3, always = 3;  // of what is left; seconds that never matter

}  // namespace

void TimeLeft::told(double secondsLeft, double nowS) {
    if (secondsLeft < 0) {
        reset();
        return;
    }
    m_forecasts.emplace_back(nowS, nowS + secondsLeft);
    // One older than the window stays: it says that forecasts are that old.
    while (m_forecasts.size() > 2 && m_forecasts[1].first <= nowS - window)
        m_forecasts.pop_front();
}

double TimeLeft::left(double nowS) const {
    if (m_forecasts.empty() || nowS - m_forecasts.front().first < least)
        return -1;
    double first = m_forecasts.front().second, last = first;
    for (const auto& [when, end] : m_forecasts) {
        first = std::min(first, end);
        last = std::max(last, end);
    }
    const double left = std::max(0.0, m_forecasts.back().second - nowS);
    return last - first <= agreement * left + always ? left : -1;
}

}  // namespace lacuna
