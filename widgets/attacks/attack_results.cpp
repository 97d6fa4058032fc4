// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attack_results.h"

#include <algorithm>

namespace lacuna {

AttackResults::Log AttackResults::of(const std::filesystem::path& run) const {
    static const Log nothing = std::make_shared<const AttackLog>();
    const auto found = m_logs.find(run);
    return found == m_logs.end() ? nothing : found->second;
}

void AttackResults::set(const std::filesystem::path& run, AttackLog log) {
    m_logs[run] = std::make_shared<const AttackLog>(std::move(log));
    emit changed();
}

void AttackResults::append(const std::filesystem::path& run, const AttackLog& more) {
    auto log = *of(run);
    log.append(more);
    m_logs[run] = std::make_shared<const AttackLog>(std::move(log));
    // What has come to its end waits no longer.
    for (auto& wanted : m_waiting)
        if (wanted.run == run)
            std::erase_if(wanted.attacks,
                          [&](const std::string& attack) { return more.find(attack, wanted.stage) != nullptr; });
    emit changed();
}

void AttackResults::setWaiting(std::vector<WantedAttacks> waiting) {
    m_waiting = std::move(waiting);
    emit changed();
}

bool AttackResults::waits(const std::filesystem::path& run, int stage, const std::string& attack) const {
    return std::any_of(m_waiting.begin(), m_waiting.end(), [&](const auto& wanted) {
        return wanted.run == run && wanted.stage == stage &&
               std::find(wanted.attacks.begin(), wanted.attacks.end(), attack) != wanted.attacks.end();
    });
}

}  // namespace lacuna
