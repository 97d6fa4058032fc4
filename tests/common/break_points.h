// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QElapsedTimer>
#include <QtGlobal>

#include <cmath>
#include <optional>

namespace lacuna::testing {

/// Calls [0, count) to break at: `most` of them, or fewer on a slow machine or under a sanitizer, as many as fit 40 s.
/// Each lies in the widest gap between those before it (golden section), so that they are spread evenly wherever they
/// end. LACUNA_CRASH_EVERY=N takes every N-th instead, all of them.
class BreakPoints {
public:
    BreakPoints(long count, int most, double shift = 0) : m_count(count), m_most(most), m_shift(shift) {
        m_timer.start();
    }
    std::optional<long> next() {
        const auto taken = m_taken++;
        if (const auto every = qEnvironmentVariableIntValue("LACUNA_CRASH_EVERY"); every > 0)
            return taken * every < m_count ? std::optional(taken * every) : std::nullopt;
        if (taken >= m_most || (taken >= 10 && m_timer.elapsed() > 40'000))
            return std::nullopt;
        const double at = (static_cast<double>(taken) + m_shift) * 0.6180339887498949;
        return static_cast<long>((at - std::floor(at)) * static_cast<double>(m_count));
    }

private:
    long m_count, m_most;
    double m_shift;
    long m_taken = 0;
    QElapsedTimer m_timer;
};

}  // namespace lacuna::testing
