// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/time_left.h"
#include "core/engine/engine_states.h"
#include "core/runs/run_queue.h"
#include "widgets/common/workspace.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace lacuna {

/// What the status bar says of the work in hand.
struct WorkStatus {
    QString what;                ///< "LUMoE · request D · epoch 4 of 5"; empty = nothing in hand
    double share = -1;           ///< 0…1, negative = length unknown
    double secondsLeft = -1;     ///< negative = not known, or not steady yet
    double stepsPerS = 0;        ///< 0 = none measured
    int number = 0, runs = 0;    ///< the run in work is that one of so many, with those that wait; 0 = none
    double allSecondsLeft = -1;  ///< until the last of them is done, about; negative = not known
    double cpuMib = 0, gpuMib = 0;
};

/// Between the engine and the workspace: sends what the user wants, and every 40 ms takes what happened and writes it
/// into the workspace. Nothing is shown before the engine says it.
class EngineBridge : public QObject {
    Q_OBJECT
public:
    explicit EngineBridge(Workspace& workspace, QObject* parent = nullptr);
    ~EngineBridge() override;

    void attach(std::unique_ptr<Engine> engine);  ///< commands sent before are sent now
    bool attached() const { return m_engine != nullptr; }
    EngineState state() const { return m_state; }
    bool working() const;  ///< a run is in work or held
    /// May the user ask for that now? By the engine's state table, and not while an earlier wish waits for its answer.
    bool takes(CommandKind kind) const;
    bool stoppable() const;  ///< a run is in work, held, or being prepared, and may be stopped
    std::optional<CommandKind> wish() const { return m_wish; }
    /// What the run in work is doing, as far as it was told.
    RunPhase phase() const { return m_phase; }
    bool measuring() const { return working() && m_phase == RunPhase::Measuring; }
    /// A run with that folder has been asked for and has not begun.
    bool awaits(const std::filesystem::path& run) const;
    /// The runs that were asked for and have not begun, in the order they will.
    std::vector<WaitingRun> unbegun() const;
    bool queueEmpty() const { return m_queued.empty(); }
    /// The first in the queue; empty = none.
    std::filesystem::path nextRun() const {
        return m_queued.empty() ? std::filesystem::path() : m_queued.begin()->second;
    }
    const WorkStatus& work() const { return m_work; }
    const QString& device() const { return m_device; }
    const std::filesystem::path& currentRun() const { return m_current; }

    /// Attacks that were asked for and have not come to their end, in the order they will.
    std::vector<command::Attack> attacks() const;
    void stopAttacks();  ///< all of them; those that have ended are kept
    /// Queues any command; returns its id, or 0 while no engine is attached (it is sent once there is one).
    std::uint64_t send(Command command);
    void unqueue(const std::filesystem::path& run);  ///< takes a run that has not begun out of the queue

    /// Stops after the step in work, with a checkpoint, and empties the queue; `shutDown` tells when that is done.
    void shutDown();
    bool shuttingDown() const { return m_shuttingDown; }

    void drain();  ///< what the timer does

signals:
    void stateChanged();
    void workChanged();
    void deviceChanged();
    void loaded(const std::shared_ptr<const lacuna::Benchmark>& benchmark);
    void noted(const QString& message);
    void confirmed(const QString& message);  ///< what was asked for has been done, or waits
    void failed(ErrorKind kind, const QString& message, const QString& detail);
    void runStarted(int run);
    void stageSealed(int run, int stage);
    void runEnded(const std::filesystem::path& run, event::RunEnded::How how);
    void attacksCame(const std::filesystem::path& run, const AttackLog& attacks);
    void attacksChanged();  ///< some were asked for, began or ended
    void probeAnswered(std::uint64_t command, const AnswerRow& answer);
    void probeFailed(std::uint64_t command, const QString& message);  ///< in place of `failed`: told where it was asked
    void unbegunChanged();  ///< but not by shutting down: those wait for the next session
    void shutDownDone();

private:
    struct Gathered {
        RunRows rows;
        std::optional<event::RunProgress> progress;
    };

    void handle(event::StateChanged& event);
    void handle(event::Loaded& event);
    void handle(event::RunQueued& event);
    void handle(event::RunStarted& event);
    void handle(event::RunProgress& event);
    void handle(event::RowsCame& event);
    void handle(event::RequestTrained& event);
    void handle(event::StageSealed& event);
    void handle(event::RunEnded& event);
    void handle(event::AttackMounted& event);
    void handle(event::ProbeAnswered& event);
    void handle(event::Working& event);
    void showPreparing(std::uint64_t command, const QString& what);
    void handle(event::Failed& event);
    void handle(event::Note& event);

    void answered();
    void dropUnbegun(const std::filesystem::path& folder);
    void remember(std::uint64_t id, const Command& command);
    void loadWhenFree();
    void forget(std::uint64_t id);
    void show(int run, const event::RunProgress& at);
    void flush(const std::filesystem::path& run);
    void forecast(double secondsLeft);
    double stepsOf(const RunSpec& spec) const;
    void checkShutDown();

    Workspace& m_workspace;
    std::unique_ptr<Engine> m_engine;
    QTimer m_timer;
    EngineState m_state = EngineState::Idle;
    std::optional<CommandKind> m_wish;  ///< pause, continue, stop or skip: sent, and nothing has come of it yet
    WorkStatus m_work;
    RunPhase m_phase = RunPhase::Preparing;
    bool m_preparing = false;  ///< what is being loaded is a run's
    bool m_workDirty = false;
    QString m_device;
    std::filesystem::path m_current;
    std::uint64_t m_currentCommand = 0;
    std::uint64_t m_loading = 0;                              ///< the Load that is under way; 0 = none
    std::optional<command::Load> m_loadLater;                 ///< asked for while a run or another was in work
    std::deque<Command> m_waiting;                            ///< for an engine
    std::map<std::uint64_t, WaitingRun> m_asked;              ///< of each Start and Resume sent
    std::map<std::uint64_t, std::filesystem::path> m_queued;  ///< those of them that the engine holds in its queue
    std::map<std::uint64_t, command::Attack> m_attacks;       ///< asked for and not at their end, in their order
    std::set<std::uint64_t> m_probes;                         ///< asked and not answered
    std::map<std::filesystem::path, Gathered> m_gathered;     ///< what a drain has gathered
    TimeLeft m_timeLeft;
    QElapsedTimer m_clock;
    int m_ended = 0;  ///< runs, since none waited or was in work
    bool m_shuttingDown = false;
};

}  // namespace lacuna
