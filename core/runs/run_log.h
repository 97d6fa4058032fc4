// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_folder.h"

#include <chrono>
#include <memory>
#include <optional>

namespace lacuna {

class LiveFile;

/// Where a run goes on: a checkpoint's stage in the making and the next step in it, from 0.
struct ResumePoint {
    int stage = 0;
    std::int64_t step = 0;
};

/// Writes a run folder as its run goes along. Rows are in the live file, readable by other processes, within a quarter
/// of a second (those of a measured stage at once); a stage is sealed by `stageDone`. Used by one thread at a time.
///
/// Killed at any moment, every sealed stage is kept whole, and the rows of the stage in work up to its last commit.
/// On a full disk a call throws ResourceError; the rows stay in memory, and the next call tries again in a new live
/// file.
class RunLog final : public RunObserver {
public:
    /// Makes the folder `runs`/`spec.name`. Throws InputError (bad or taken name), ResourceError (disk).
    static std::unique_ptr<RunLog> create(const std::filesystem::path& runs, const RunSpec& spec,
                                          const std::vector<RequestRow>& requests);

    /// Goes on with a folder whose writer ended or died: what is sealed stays, of the stage in work the steps before
    /// `point.step` are kept. `point.stage` must be the first stage that is not sealed (`nextStage`).
    /// Where some of those are missing, none is kept: see `stepsInWork`. Throws InputError: another writer lives, or a
    /// sealed file is not as it was sealed. `maker`: who goes on, where it is not whom the spec names.
    static std::unique_ptr<RunLog> resume(const std::filesystem::path& folder, const ResumePoint& point,
                                          const std::optional<Maker>& maker = {});

    /// Commits what is pending and releases the folder. Never throws.
    ~RunLog() override;

    const RunFolder& folder() const { return m_folder; }
    const RunSpec& spec() const { return m_spec; }
    const std::vector<RequestRow>& requests() const { return m_requests; }
    /// What is worth a line to the user before the work begins: another maker, a drive without locks. Mostly empty.
    const std::vector<std::string>& notes() const { return m_notes; }
    /// Of the stage in work: after a resume those before its point, or 0 where the log lacks some of them: then the
    /// stage begins anew.
    std::int64_t stepsInWork() const { return static_cast<std::int64_t>(m_rows.steps.size()); }
    int nextStage() const { return static_cast<int>(m_manifest.sealed.size()); }  ///< the one in the making
    double elapsedS() const;  ///< working time up to the last row: where a resumed run's clock goes on

    void rowsCame(const RunRows& rows) override;
    void requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) override;
    /// Seals the stage: written whole, synced, renamed into place, checksum in the manifest. May be called again after
    /// it threw ResourceError.
    void stageDone(int stage) override;

    void beforeCheckpoint() override { sync(); }  ///< a resume needs the rows up to the checkpoint

    /// Everything so far on the disk, safe from a power cut.
    void sync();

    /// After the last stage: writes run.h5 and releases the folder.
    void finish();

    /// The run ends before its last stage: everything so far on the disk, run.h5 from the stages that are sealed (none:
    /// no run.h5), the folder released. A resumed run writes run.h5 anew when it ends.
    void stop();

private:
    RunLog(RunFolder folder, RunSpec spec);

    bool allSealed() const;
    void goOnAs(const Maker& maker, const ResumePoint& point, const std::vector<StageMaker>& inFile);
    void checkStage(int stage) const;
    void commit();
    void startLive();
    void removeLiveFiles() const;

    RunFolder m_folder;
    RunSpec m_spec;
    Maker m_maker;
    std::vector<StageMaker> m_makers;  ///< of the stage in the making
    std::vector<RequestRow> m_requests;
    std::vector<std::string> m_notes;
    RunManifest m_manifest;
    std::unique_ptr<RunLock> m_lock;
    std::unique_ptr<LiveFile> m_live;  ///< null until the stage has its first row
    int m_liveNumber = -1;
    RunRows m_rows;     ///< of the stage in the making, as they stand in the live file
    RunRows m_pending;  ///< not there yet
    std::chrono::steady_clock::time_point m_committed;
};

/// Writes `file` (run.h5) from all stages that are sealed. Throws InputError when none is, or one is not as it was
/// sealed.
void mergeRun(const RunFolder& folder, const std::filesystem::path& file);

}  // namespace lacuna
