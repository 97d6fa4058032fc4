// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"
#include "core/engine/engine_states.h"
#include "core/engine/worker/job.h"
#include "core/engine/worker/workplace.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace lacuna {

/// A command with the id `send` gave it.
struct NumberedCommand {
    std::uint64_t id = 0;
    Command command;
};

/// The engine on one thread of its own. Public members are called from anywhere, private ones on that thread alone.
class WorkerEngine final : public Engine, private JobHost {
public:
    explicit WorkerEngine(const EngineOptions& options);
    ~WorkerEngine() override;

    std::uint64_t send(Command command) override;
    std::vector<Event> takeEvents() override;
    void waitForEvents(int timeoutMs) override;

private:
    /// Why the job in work is to end.
    enum class Ending { None, Stop, FreeMemory };

    void work();
    std::optional<NumberedCommand> nextCommand(bool wait);
    /// Takes up one command in the present state: at rest, at a job's interruption points, or while loading.
    void takeUp(NumberedCommand numbered);
    /// Those that are for the job in work.
    void takeUpForJob(std::uint64_t id, const Command& command, EngineState next);
    void takeUpOrEnd();  ///< throws Cancelled when what is in work is to end
    void answerAsked();  ///< the probes that waited for something to be loaded
    void dropWaiting(const std::function<bool(const Job&)>& which);
    void setState(EngineState state);
    void openWorkplace(RunSpec& spec, std::uint64_t id);  ///< and says what is to be noted of model and pictures
    void fail(std::uint64_t id, const std::filesystem::path& run, EngineState after);

    void load(std::uint64_t id, const command::Load& load);
    void workOn(Job& job);
    void answer(std::uint64_t id, const command::Probe& probe);
    ProgressFunction working(std::uint64_t id);

    // JobHost, called by the job in work on this same thread.
    Workplace& workplace() override { return m_workplace; }
    void open(RunSpec& spec) override;
    void begin() override;
    void emit(Event event) override;
    void sayOnce(const std::string& note) override;
    ProgressFunction progress() override { return working(m_job->id()); }
    void takeUpCommands() override;
    void takeUpWhileBusy() override;
    void hold(const bool& wake) override;
    bool pausing() const override { return m_state == EngineState::Pausing && m_ending == Ending::None; }
    bool paused() const override { return m_state == EngineState::Paused; }
    bool isToEnd() const override { return m_ending != Ending::None; }
    bool holdWithoutMemory() override;

    // Shared with callers.
    std::mutex m_mutex;
    std::condition_variable m_commandsCame, m_eventsCame;
    std::deque<NumberedCommand> m_inbox;
    std::vector<Event> m_events;
    std::uint64_t m_lastId = 0;
    bool m_closed = false;

    // The thread's own.
    Workplace m_workplace;
    EngineState m_state = EngineState::Idle;
    std::deque<std::unique_ptr<Job>> m_waiting;
    Job* m_job = nullptr;         ///< in work
    std::filesystem::path m_run;  ///< its folder from when everything is open for it; empty = none
    Ending m_ending = Ending::None;
    bool m_shutDown = false;
    bool m_busy = false;  ///< in the middle of a step or an answer: questions wait, and no other model is opened
    std::vector<std::pair<std::uint64_t, command::Probe>> m_probes;  ///< asked while a job works or loads
    std::set<std::string> m_noted;                                   ///< notes that were sent, each once
    bool m_lowPriority = false;
    std::thread m_thread;
};

}  // namespace lacuna
