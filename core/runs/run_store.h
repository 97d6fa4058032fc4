// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_extra.h"
#include "core/runs/run_history.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// One run as a list shows it.
struct RunListing {
    std::filesystem::path folder;
    std::string name;  ///< of the folder
    RunSpec spec;
    RunStatus status = RunStatus::Interrupted;
    int stages = 0;       ///< sealed
    int stageCount = 0;   ///< when finished; 0 = not known yet
    double elapsedS = 0;  ///< working time up to the last seal
    RunExtra extra;
    std::string problem;  ///< why it cannot be opened; empty = it can
};

/// A run that was moved away, for undo.
struct TrashedRun {
    std::filesystem::path folder;  ///< where it lies now
    std::string name;              ///< where it came from
};

/// What lies in the trash.
struct TrashContent {
    int runs = 0;
    std::uintmax_t bytes = 0;
};

/// The runs folder: every run in it, and what is done to a run as a whole.
class RunStore {
public:
    explicit RunStore(std::filesystem::path runs) : m_runs(std::move(runs)) {}

    const std::filesystem::path& path() const { return m_runs; }
    std::filesystem::path trashFolder() const;  ///< it need not be there

    /// Every run folder, the newest first. Reads their small JSON files alone and opens no HDF5, so that a hundred runs
    /// take milliseconds. Folders without a spec.json are no runs. Empty when the runs folder does not exist.
    std::vector<RunListing> list() const;

    /// `wanted`, or the first of `wanted`-2, `wanted`-3, … that is free.
    std::string freeName(const std::string& wanted) const;

    /// The spec as a new run: a free name, and nothing of what the engine filled in when the old one started.
    RunSpec duplicate(const RunSpec& spec) const;

    /// All of it or nothing: folder, and name and title in spec.json change together; `newName` may be the old one.
    /// Throws InputError: no such run, it is being written, or the new name or title is bad or taken; ResourceError.
    /// Returns the new folder.
    std::filesystem::path rename(const std::string& name, const std::string& newName,
                                 const std::string& title = {}) const;

    /// Moves a run into the folder .trash. Throws InputError: no such run, or it is being written.
    TrashedRun trash(const std::string& name) const;

    /// Undo. Throws InputError when a run of that name was made since, or the trash was emptied.
    void restore(const TrashedRun& run) const;

    /// Of the whole trash, also what earlier sessions put there. Looks at every file: not for the interface thread.
    TrashContent trashed() const;

    /// Removes what is in the trash for good. Nothing else ever does.
    void emptyTrash() const;

private:
    std::filesystem::path existing(const std::string& name) const;

    std::filesystem::path m_runs;
};

}  // namespace lacuna
