// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// Where things lie in a run folder.
struct RunFolder {
    std::filesystem::path path;

    std::filesystem::path spec() const { return path / "spec.json"; }
    std::filesystem::path lock() const { return path / "run.lock"; }
    std::filesystem::path sealed() const { return path / "sealed"; }
    std::filesystem::path manifest() const { return sealed() / "manifest.json"; }
    std::filesystem::path sealedStage(int stage) const;
    std::filesystem::path live(int number) const;
    std::filesystem::path checkpoint() const { return path / "checkpoint"; }
    std::filesystem::path adapters(int stage) const;
    std::filesystem::path extra() const { return path / "extra"; }
    std::filesystem::path merged() const { return path / "run.h5"; }

    std::vector<int> liveNumbers() const;  ///< of the live files there are, ascending

    /// Makes `runs`/`spec.name` with spec.json. Throws InputError for a bad or taken name, ResourceError when it cannot
    /// be written.
    static RunFolder create(const std::filesystem::path& runs, const RunSpec& spec);
    /// The same checks before long work, as far as they go without making anything.
    static void checkFree(const std::filesystem::path& runs, const RunSpec& spec);

    /// Throws InputError when there is no run folder at `path`.
    static RunFolder open(const std::filesystem::path& path);
    RunSpec readSpec() const;  ///< located; throws InputError, also for a spec of wrong types
};

/// One sealed file, as sealed/manifest.json has it.
struct SealedStage {
    int stage = 0;
    std::string sha256;
    std::uintmax_t bytes = 0;
    double elapsedS = 0;  ///< the run's working time at its end
    bool operator==(const SealedStage&) const = default;
};

/// What is reported as sealed. A stage is in it only after its file stands on the disk.
struct RunManifest {
    std::vector<std::string> requests;  ///< names, in the order they arrive
    std::vector<SealedStage> sealed;    ///< stages 0, 1, … without a gap
    std::vector<StageMaker> makers;     ///< of the sealed stages
    bool operator==(const RunManifest&) const = default;
};

/// An empty one when the folder has none yet. Throws InputError for one that is damaged, or missing beside its stages.
RunManifest readManifest(const RunFolder& folder);
void writeManifest(const RunFolder& folder, const RunManifest& manifest);

/// Finished (every stage is sealed), Running (the writer of the lock lives) or Interrupted. Never changes the folder.
RunStatus runStatus(const RunFolder& folder, const RunManifest& manifest);

/// The right to write into a run folder, held by one process at a time. Released with the object, and by the kernel
/// when the process dies: a lock that was left behind is taken over.
class RunLock {
public:
    /// Throws InputError while another writer lives, here or (seen at work in the last ten minutes) on another host.
    explicit RunLock(const RunFolder& folder);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    /// Shows other hosts that the writer is at work.
    void touch() const;

    /// False on a drive without file locks (some network drives): what stands in the lock file alone then keeps a
    /// second writer out, which holds but for two that begin in the same moment.
    bool byKernel() const { return m_byKernel; }

private:
    int m_descriptor = -1;
    bool m_byKernel = false;
};

/// True while some process holds the RunLock of this folder.
bool hasWriter(const RunFolder& folder);

}  // namespace lacuna
