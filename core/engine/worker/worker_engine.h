// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"
#include "core/engine/engine_states.h"
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
class WorkerEngine final : public Engine, private RunControl {
public:
    explicit WorkerEngine(const EngineOptions& options);
    ~WorkerEngine() override;

    std::uint64_t send(Command command) override;
    std::vector<Event> takeEvents() override;
    void waitForEvents(int timeoutMs) override;

private:
    class Observer;
    /// A run waiting its turn.
    struct WaitingRun {
        std::uint64_t id = 0;
        std::variant<command::Start, command::Resume> command;
    };
    /// Why the run in work is to end.
    enum class Ending { None, Stop, FreeMemory };

    void work();
    std::optional<NumberedCommand> nextCommand(bool wait);
    /// Takes up one command in the present state: at rest, between two steps, or while loading.
    void takeUp(NumberedCommand numbered);
    void takeUpAll();
    void takeUpWhileBusy();  ///< never throws: in the middle of a step or of writing
    void takeUpOrEnd();      ///< throws Cancelled when what is in work is to end
    void answerAsked();      ///< the probes that waited for something to be loaded
    void dropWaiting(const std::function<bool(const WaitingRun&)>& which);
    static std::filesystem::path folderOf(const WaitingRun& waiting);
    void setState(EngineState state);
    void emit(Event event);
    void openWorkplace(RunSpec& spec, std::uint64_t id);  ///< and says what is to be noted of model and pictures
    void sayOnce(const std::string& note);                ///< as event::Note, unless it was said before
    void fail(std::uint64_t id, const std::filesystem::path& run, EngineState after);

    void load(std::uint64_t id, const command::Load& load);
    void runOne(WaitingRun waiting);
    /// The run, again and again while it is only paused with its memory given back.
    LifelongRun::Outcome workOn(const std::filesystem::path& folder, RunSpec asked, std::uint64_t id, bool fresh);
    void answer(std::uint64_t id, const command::Probe& probe);
    ProgressFunction working(std::uint64_t id);

    // RunControl, called by the run on this same thread.
    Decision betweenSteps() override;
    void within() override;
    void progress(int stage, RunPhase phase, const Progress& progress) override;
    void hold();  ///< while paused
    void refuseSkip(std::uint64_t id);

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
    std::deque<WaitingRun> m_waiting;
    std::filesystem::path m_run;  ///< folder of the run in work; empty = none
    Ending m_ending = Ending::None;
    bool m_skip = false, m_checkpointWanted = false, m_shutDown = false;
    bool m_savedForPause = false;
    bool m_busy = false;  ///< in the middle of a step or an answer: questions wait, and no other model is opened
    RunPhase m_phase = RunPhase::Preparing;
    double m_share = 0;                                              ///< of the run in work, told last
    std::vector<std::pair<std::uint64_t, command::Probe>> m_probes;  ///< asked while a run works or loads
    std::set<std::string> m_noted;                                   ///< notes that were sent, each once
    bool m_lowPriority = false;
    std::thread m_thread;
};

}  // namespace lacuna
