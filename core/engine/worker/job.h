// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the engine's queue holds, and what a job may ask of the engine.
#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "core/engine/worker/workplace.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lacuna {

/// The engine as the job in work sees it. All on the compute thread.
class JobHost {
public:
    virtual ~JobHost() = default;
    virtual Workplace& workplace() = 0;
    /// Opens what the spec names, fills in its provenance, and says what is to be noted of model and pictures.
    virtual void open(RunSpec& spec) = 0;
    /// Everything is open: the engine is Running, and can be paused.
    virtual void begin() = 0;
    virtual void emit(Event event) = 0;
    virtual void sayOnce(const std::string& note) = 0;  ///< as event::Note, unless it was said before
    virtual ProgressFunction progress() = 0;            ///< of the job, as event::Working; an interruption point

    virtual void takeUpCommands() = 0;   ///< those that came; questions are answered
    virtual void takeUpWhileBusy() = 0;  ///< the same in the middle of something: questions wait
    /// Waits while the engine is paused, or until `wake` (which a command may set).
    virtual void hold(const bool& wake) = 0;
    virtual bool pausing() const = 0;  ///< a pause was asked for, and is not yet held
    virtual bool paused() const = 0;
    virtual bool isToEnd() const = 0;  ///< a stop was asked for, or a pause that gives the memory back
    /// In a pause of that kind, after all is written: gives the memory back and waits. False when a stop came; else all
    /// is to be opened anew.
    virtual bool holdWithoutMemory() = 0;
};

/// Work that waits its turn in the engine's queue and then has thread, model and device to itself. Wherever it comes to
/// an interruption point the engine takes up commands, waits while it is paused, and throws Cancelled when it is
/// stopped; who may not be stopped there sets Interruptions of his own.
class Job {
public:
    Job(std::uint64_t id, std::filesystem::path folder) : m_id(id), m_folder(std::move(folder)) {}
    virtual ~Job() = default;

    std::uint64_t id() const { return m_id; }                         ///< of its command
    const std::filesystem::path& folder() const { return m_folder; }  ///< the run it works on
    /// For those who show the queue; nothing where it cannot be known before its turn.
    virtual std::optional<Event> queued() const { return std::nullopt; }

    /// Does it all. Throws Error, Cancelled.
    virtual event::RunEnded::How work(JobHost& host) = 0;

    // Commands to the job in work. Nothing, or why it is refused.
    virtual std::string checkpointNow() { return "what is in work writes no checkpoints"; }
    virtual std::string skip() { return "what is in work has no requests to skip"; }

private:
    std::uint64_t m_id;
    std::filesystem::path m_folder;
};

// One per command that is a job.
std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Start& start);
std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Resume& resume);
std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Attack& attack);

}  // namespace lacuna
