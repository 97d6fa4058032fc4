// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/attack_log.h"

#include <QObject>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

/// Attacks on the stage of a run.
struct WantedAttacks {
    std::filesystem::path run;
    int stage = 0;
    std::vector<std::string> attacks;  ///< ids of the catalog
};

/// What was tried against the runs that are open, and what is asked for. Fed from the disk and by the engine.
class AttackResults : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    using Log = std::shared_ptr<const AttackLog>;    ///< never changed: more of them is another
    Log of(const std::filesystem::path& run) const;  ///< empty where nothing was tried
    const std::map<std::filesystem::path, Log>& all() const { return m_logs; }
    void set(const std::filesystem::path& run, AttackLog log);  ///< as it lies on the disk
    void append(const std::filesystem::path& run, const AttackLog& more);

    /// Asked for and not at their end, in the order they will be mounted; the first are in work.
    void setWaiting(std::vector<WantedAttacks> waiting);
    const std::vector<WantedAttacks>& waiting() const { return m_waiting; }
    bool waits(const std::filesystem::path& run, int stage, const std::string& attack) const;

signals:
    void changed();

private:
    std::map<std::filesystem::path, Log> m_logs;
    std::vector<WantedAttacks> m_waiting;
};

}  // namespace lacuna
