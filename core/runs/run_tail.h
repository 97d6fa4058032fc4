// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_parts.h"
#include "core/runs/run_reader.h"

#include <optional>

namespace lacuna {

/// What came to a run since its RunTail last looked.
struct RunGrowth {
    RunRows rows;
    std::vector<int> sealed;           ///< stages that were sealed
    std::vector<RequestRow> requests;  ///< as the last of those has them; empty when none was
    RunStatus status = RunStatus::Interrupted;
    /// Set when the writer went back to a checkpoint: the whole run as it stands now, in place of all before.
    std::optional<RunHistory> replaced;
};

/// Follows a run folder that another process writes. Its calls wait for a child process: not for the interface thread.
class RunTail {
public:
    /// Reads what there is. Throws as readRun.
    explicit RunTail(const std::filesystem::path& folder, const ReadOptions& options = {});

    /// The run as the constructor found it; to be taken once.
    RunHistory takeHistory() { return std::move(m_history); }

    /// What came since the last call, in the order it was written. When nothing did it costs a look at two files. Rows
    /// that cannot be read because they are being written come with a later call.
    /// Throws InputError when the folder is gone or a sealed file damaged.
    RunGrowth poll();

private:
    RunHistory readWhole();
    std::string fingerprint() const;
    bool takeSealed(RunGrowth& growth);
    bool takeLive(RunGrowth& growth);

    RunFolder m_folder;
    ReadOptions m_options;
    RunHistory m_history;
    int m_stage = 0;        ///< the first that is not sealed, as far as was told
    int m_liveNumber = -1;  ///< of the live file that the told rows of this stage came from
    RowCounts m_told;       ///< rows of this stage
    std::string m_seen;     ///< fingerprint of the folder when everything in it had been told
};

/// What `growth` means for a history: for those who keep one.
void applyGrowth(RunHistory& history, RunGrowth growth);

}  // namespace lacuna
