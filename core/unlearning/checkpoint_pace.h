// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <algorithm>

namespace lacuna {

/// When training writes its next checkpoint: so that writing takes at most a fiftieth of the time, whatever model and
/// disk make of one, and not more often than `leastS`. It counts what it is told: a pause makes nothing due.
class CheckpointPace {
public:
    explicit CheckpointPace(double leastS = 10) : m_leastS(leastS) {}

    void worked(double seconds) { m_workedS += seconds; }
    /// One was written, for whatever reason, and took so long.
    void written(double seconds) {
        m_writeS = seconds;
        m_workedS = 0;
    }
    bool due() const { return m_workedS >= std::max(m_leastS, timesTheWriting * m_writeS); }

private:
    static constexpr double timesTheWriting = 50;
    double m_leastS, m_writeS = 0, m_workedS = 0;
};

}  // namespace lacuna
