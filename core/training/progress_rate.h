// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"

#include <chrono>
#include <string>

namespace lacuna {

/// Progress of work in equal pieces, its time left from the measured rate of this call alone (not of an earlier,
/// resumed one).
class ProgressRate {
public:
    ProgressRate(std::string what, std::int64_t total, std::int64_t first = 0)
        : m_what(std::move(what)), m_total(total), m_first(first), m_begun(std::chrono::steady_clock::now()) {}

    Progress at(std::int64_t done) const {
        const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begun).count();
        const auto fresh = static_cast<double>(done - m_first);
        return {m_what, done, m_total, fresh > 0 ? elapsed / fresh * static_cast<double>(m_total - done) : -1};
    }

private:
    std::string m_what;
    std::int64_t m_total, m_first;
    std::chrono::steady_clock::time_point m_begun;
};

}  // namespace lacuna
