// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

class RunLock;

/// A run that waits for its turn: a new one, or a run folder that is to be gone on with.
struct WaitingRun {
    std::filesystem::path folder;  ///< where it is, or will be made
    std::optional<RunSpec> spec;   ///< of a new one
    bool operator==(const WaitingRun&) const = default;
};

/// The runs that wait, on the disk: a session keeps its own in `runs`/.queue/N, locked while it lives, and takes over
/// what sessions left that ended or were killed. Not for two threads at once.
class RunQueue {
public:
    explicit RunQueue(std::filesystem::path runs);
    ~RunQueue();
    RunQueue(const RunQueue&) = delete;
    RunQueue& operator=(const RunQueue&) = delete;

    const std::filesystem::path& runs() const { return m_runs; }

    /// What earlier sessions left, in their order; this session's own from now on. A list that cannot be read stays
    /// where it is, and `problems` gains a sentence. Throws ResourceError when its own cannot be written.
    std::vector<WaitingRun> takeOver(std::vector<std::string>& problems);

    /// This session waits with these and no others. Throws ResourceError; what was kept before then stays.
    void keep(const std::vector<WaitingRun>& waiting);

private:
    std::filesystem::path own();  ///< this session's list

    std::filesystem::path m_runs, m_folder;
    std::unique_ptr<RunLock> m_lock;
    std::vector<WaitingRun> m_kept;
};

}  // namespace lacuna
