// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker/worker_engine.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/engine/worker/messages.h"
#include "core/engine/worker/probe.h"
#include "core/runs/makers.h"
#include "core/runs/run_branch.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_log.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <sys/resource.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr int backgroundNiceness = 10;

}  // namespace

/// Hands a run's rows to the log on disk, then to whoever takes events: a reader never hears of a row that is not
/// written.
class WorkerEngine::Observer final : public RunObserver {
public:
    Observer(WorkerEngine& engine, RunLog& log, fs::path run) : m_engine(engine), m_log(log), m_run(std::move(run)) {}
    void rowsCame(const RunRows& rows) override {
        m_log.rowsCame(rows);
        m_engine.emit(event::RowsCame{m_run, rows});
    }
    void requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) override {
        m_log.requestTrained(stage, stepsDone, stepsPlanned);
        m_engine.emit(event::RequestTrained{m_run, stage, stepsDone, stepsPlanned});
    }
    void beforeCheckpoint() override { m_log.sync(); }
    void stageDone(int stage) override {
        m_log.stageDone(stage);
        m_engine.emit(event::StageSealed{m_run, stage});
    }

private:
    WorkerEngine& m_engine;
    RunLog& m_log;
    fs::path m_run;
};

WorkerEngine::WorkerEngine(const EngineOptions& options)
    : m_workplace(options, [this](const std::string& note) { sayOnce(note); }),
      m_lowPriority(options.lowPriority),
      m_thread([this] { work(); }) {}

WorkerEngine::~WorkerEngine() {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_closed)
            m_inbox.push_back({++m_lastId, command::Shutdown{}});
        m_closed = true;
    }
    m_commandsCame.notify_all();
    m_thread.join();
}

std::uint64_t WorkerEngine::send(Command command) {
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed)
            throw internalError("A command was sent to an engine that is shutting down. Please report this.");
        m_closed = kindOf(command) == CommandKind::Shutdown;
        id = ++m_lastId;
        m_inbox.push_back({id, std::move(command)});
    }
    m_commandsCame.notify_all();
    return id;
}

std::vector<Event> WorkerEngine::takeEvents() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_events, {});
}

void WorkerEngine::waitForEvents(int timeoutMs) {
    std::unique_lock lock(m_mutex);
    m_eventsCame.wait_for(lock, std::chrono::milliseconds(timeoutMs), [this] { return !m_events.empty(); });
}

void WorkerEngine::emit(Event event) {
    {
        const std::lock_guard lock(m_mutex);
        // Rows that nobody has taken yet travel together.
        auto* rows = std::get_if<event::RowsCame>(&event);
        auto* before = m_events.empty() ? nullptr : std::get_if<event::RowsCame>(&m_events.back());
        if (rows && before && before->run == rows->run)
            before->rows.append(std::move(rows->rows));
        else
            m_events.push_back(std::move(event));
    }
    m_eventsCame.notify_all();
}

void WorkerEngine::setState(EngineState state) {
    if (state == m_state)
        return;
    m_state = state;
    emit(event::StateChanged{state});
}

void WorkerEngine::openWorkplace(RunSpec& spec, std::uint64_t id) {
    m_workplace.open(spec, working(id));
    for (const auto& note : m_workplace.notes())
        emit(event::Note{note});
}

void WorkerEngine::sayOnce(const std::string& note) {
    if (m_noted.insert(note).second)
        emit(event::Note{note});
}

void WorkerEngine::fail(std::uint64_t id, const fs::path& run, EngineState after) {
    auto failed = describeCurrentException();
    failed.command = id;
    failed.run = run;
    // What a run in work stands on stays: it may go on without what failed beside it.
    const bool giveBack = failed.kind == ErrorKind::Resource && m_run.empty();
    emit(std::move(failed));
    if (giveBack)
        m_workplace.close();
    setState(m_shutDown ? EngineState::Stopping : after);
}

std::optional<NumberedCommand> WorkerEngine::nextCommand(bool wait) {
    std::unique_lock lock(m_mutex);
    if (wait)
        m_commandsCame.wait(lock, [this] { return !m_inbox.empty(); });
    // In the middle of an answer no other model is opened: that, and what came after it, waits.
    if (m_inbox.empty() || (m_busy && std::holds_alternative<command::Load>(m_inbox.front().command) &&
                            stateAfter(m_state, CommandKind::Load)))
        return std::nullopt;
    auto next = std::move(m_inbox.front());
    m_inbox.pop_front();
    return next;
}

void WorkerEngine::work() {
    // Before the first parallel region: OpenMP's workers inherit it, and the interface stays quick.
    if (m_lowPriority)
        setpriority(PRIO_PROCESS, 0, backgroundNiceness);
    const Interruptions taken([this] { takeUpWhileBusy(); });
    emit(event::StateChanged{m_state});
    while (!m_shutDown) {
        if (!m_waiting.empty()) {
            auto next = std::move(m_waiting.front());
            m_waiting.pop_front();
            runOne(std::move(next));
        } else if (auto command = nextCommand(true)) {
            takeUp(std::move(*command));
        }
        answerAsked();
    }
    setState(EngineState::Idle);  // a window that is to close waits for this
}

void WorkerEngine::takeUpAll() {
    while (auto command = nextCommand(false))
        takeUp(std::move(*command));
    if (m_state != EngineState::Loading)
        answerAsked();
}

void WorkerEngine::answerAsked() {
    while (!m_probes.empty() && !m_busy)
        for (auto& [id, probe] : std::exchange(m_probes, {}))
            answer(id, probe);
}

void WorkerEngine::takeUp(NumberedCommand numbered) {
    const auto& [id, command] = numbered;
    const auto next = stateAfter(m_state, kindOf(command));
    if (!next) {
        auto why = refusal(m_state, kindOf(command));
        if (std::holds_alternative<command::Load>(command) || std::holds_alternative<command::Probe>(command))
            emit(event::Failed{id, {}, ErrorKind::Input, std::move(why), {}});
        else
            emit(event::Note{std::move(why), id});
        return;
    }
    if (const auto* load = std::get_if<command::Load>(&command)) {
        this->load(id, *load);
    } else if (const auto* start = std::get_if<command::Start>(&command)) {
        m_waiting.push_back({id, *start});
        emit(event::RunQueued{id, start->spec});
    } else if (const auto* resume = std::get_if<command::Resume>(&command)) {
        m_waiting.push_back({id, *resume});
        try {
            emit(event::RunQueued{id, RunFolder::open(resume->folder).readSpec()});
        } catch (const Error&) {
            // What is wrong with the folder is said when its turn comes.
        }
    } else if (const auto* pause = std::get_if<command::Pause>(&command)) {
        setState(*next);
        if (pause->freeMemory)
            m_ending = Ending::FreeMemory;
    } else if (std::holds_alternative<command::Continue>(command)) {
        setState(*next);
    } else if (std::holds_alternative<command::Stop>(command)) {
        setState(*next);
        m_ending = Ending::Stop;
    } else if (const auto* unqueue = std::get_if<command::Unqueue>(&command)) {
        dropWaiting([&](const auto& waiting) { return waiting.id == unqueue->start; });
    } else if (std::holds_alternative<command::CheckpointNow>(command)) {
        m_checkpointWanted = true;
    } else if (std::holds_alternative<command::SkipToNextRequest>(command)) {
        if (m_phase == RunPhase::Measuring)
            refuseSkip(id);
        else
            m_skip = true;
    } else if (const auto* probe = std::get_if<command::Probe>(&command)) {
        if (m_state == EngineState::Loading || m_busy)
            m_probes.emplace_back(id, *probe);
        else
            answer(id, *probe);
    } else {
        m_shutDown = true;
        dropWaiting([](const auto&) { return true; });
        m_ending = Ending::Stop;
        setState(*next);
    }
}

void WorkerEngine::dropWaiting(const std::function<bool(const WaitingRun&)>& which) {
    for (const auto& waiting : m_waiting)
        if (which(waiting))
            emit(event::RunEnded{waiting.id, folderOf(waiting), event::RunEnded::How::Stopped});
    std::erase_if(m_waiting, which);
}

fs::path WorkerEngine::folderOf(const WaitingRun& waiting) {
    if (const auto* start = std::get_if<command::Start>(&waiting.command))
        return start->runs / start->spec.name;
    return std::get<command::Resume>(waiting.command).folder;
}

ProgressFunction WorkerEngine::working(std::uint64_t id) {
    return [this, id](const Progress& progress) {
        emit(event::Working{id, progress});
        interruptionPoint();
    };
}

void WorkerEngine::takeUpWhileBusy() {
    const bool before = std::exchange(m_busy, true);
    takeUpAll();
    m_busy = before;
}

void WorkerEngine::takeUpOrEnd() {
    takeUpWhileBusy();
    if (m_ending != Ending::None)
        throw Cancelled{};
}

void WorkerEngine::load(std::uint64_t id, const command::Load& load) {
    setState(EngineState::Loading);
    m_ending = Ending::None;
    const Interruptions taken([this] { takeUpOrEnd(); });
    RunSpec spec;
    spec.model = load.model;
    spec.benchmark = load.benchmark;
    spec.images = load.images;
    spec.asReleased = load.asReleased;
    spec.device = load.device;
    try {
        openWorkplace(spec, id);
        interruptionPoint();
        emit(event::Loaded{id, spec.device, m_workplace.device().name, m_workplace.modelSummary(),
                           m_workplace.sharedBenchmark()});
        setState(EngineState::Ready);
    } catch (const Cancelled&) {
        setState(m_shutDown ? EngineState::Stopping : m_workplace.isOpen() ? EngineState::Ready : EngineState::Idle);
    } catch (...) {
        fail(id, {}, EngineState::Failed);
    }
}

void WorkerEngine::runOne(WaitingRun waiting) {
    setState(EngineState::Loading);
    m_ending = Ending::None;
    m_skip = m_checkpointWanted = m_savedForPause = false;
    m_phase = RunPhase::Preparing;
    m_share = 0;
    const auto folder = folderOf(waiting);
    event::RunEnded ended{waiting.id, folder, event::RunEnded::How::Failed};
    try {
        const auto* start = std::get_if<command::Start>(&waiting.command);
        if (start)
            RunFolder::checkFree(start->runs, start->spec);
        auto spec = start ? located(checkedRunSpec(start->spec), {}) : RunFolder::open(folder).readSpec();
        if (start)
            spec.madeIn = fs::absolute(folder).lexically_normal().string();
        else
            requirePlaces(spec, folder);
        const auto outcome = workOn(folder, spec, waiting.id, start != nullptr);
        ended.how =
            outcome == LifelongRun::Outcome::Finished ? event::RunEnded::How::Finished : event::RunEnded::How::Stopped;
        m_run.clear();
        emit(ended);
        setState(m_shutDown ? EngineState::Stopping : EngineState::Finished);
    } catch (const Cancelled&) {
        m_run.clear();
        ended.how = event::RunEnded::How::Stopped;
        emit(ended);
        setState(m_shutDown ? EngineState::Stopping : m_workplace.isOpen() ? EngineState::Ready : EngineState::Idle);
    } catch (...) {
        m_run.clear();
        fail(waiting.id, ended.run, EngineState::Failed);
        emit(ended);
    }
}

WorkerEngine::Decision WorkerEngine::betweenSteps() {
    takeUpAll();
    if (m_state == EngineState::Pausing && m_ending == Ending::None && !std::exchange(m_savedForPause, true))
        return Decision::Checkpoint;  // who pauses may never come back
    hold();
    if (m_ending != Ending::None)
        return Decision::Stop;
    if (std::exchange(m_checkpointWanted, false))
        return Decision::Checkpoint;
    m_savedForPause = false;
    return std::exchange(m_skip, false) ? Decision::NextRequest : Decision::GoOn;
}

void WorkerEngine::within() {
    takeUpAll();
    do {
        hold();
        // What was trained before has its checkpoint, and nothing came to it since.
        m_checkpointWanted = m_checkpointWanted && m_phase != RunPhase::Measuring && m_state != EngineState::Paused;
    } while (m_state == EngineState::Paused);
    if (m_ending != Ending::None)
        throw Cancelled{};
}

void WorkerEngine::hold() {
    if (m_state == EngineState::Pausing && m_ending == Ending::None)
        setState(EngineState::Paused);
    while (m_state == EngineState::Paused && !m_checkpointWanted)
        if (auto command = nextCommand(true))
            takeUp(std::move(*command));
}

void WorkerEngine::refuseSkip(std::uint64_t id) {
    emit(event::Note{fmt::format("{} was refused, nothing was changed: the model is being tested and nothing is "
                                 "trained. The next request begins by itself.",
                                 commandName(CommandKind::SkipToNextRequest)),
                     id});
}

void WorkerEngine::progress(int stage, RunPhase phase, const Progress& progress) {
    if (phase == RunPhase::Measuring && std::exchange(m_skip, false))
        refuseSkip(0);
    m_phase = phase;
    m_share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    emit(event::RunProgress{m_run, stage, phase, progress});
}

LifelongRun::Outcome WorkerEngine::workOn(const fs::path& folder, RunSpec asked, std::uint64_t id, bool fresh) {
    while (true) {
        setState(EngineState::Loading);
        std::optional<Interruptions> opening(std::in_place, [this] { takeUpOrEnd(); });
        RunSpec spec = asked;
        openWorkplace(spec, id);
        if (!m_workplace.memorySummary().empty())
            emit(event::Note{m_workplace.memorySummary()});
        if (!fresh && (spec.modelHash != asked.modelHash || spec.benchmarkHash != asked.benchmarkHash) &&
            !asked.modelHash.empty())
            throw inputError(
                "{}: the {} has changed since this run began; going on would mix two. Start a new run instead.",
                folder.string(), spec.modelHash != asked.modelHash ? "model" : "benchmark");
        const auto resolved = resolvedRun(m_workplace.benchmark(), spec);
        auto requests = requestRows(m_workplace.benchmark(), resolved.requests);
        if (fresh && !spec.parent.run.empty()) {
            checkBranch(checkedRunSpec(spec));
            const auto before = parentRequests(spec.parent);
            std::copy(before.begin(), before.end(), requests.begin());  // with the steps that were made
        }

        auto checkpoint = fresh ? std::nullopt : loadCheckpoint(folder / "checkpoint");
        const int firstStage = fresh ? 0 : static_cast<int>(readManifest(RunFolder::open(folder)).sealed.size());
        const bool inTheMiddle = checkpoint && checkpoint->stage == firstStage;
        const auto log = fresh
                             ? RunLog::create(folder.parent_path(), spec, requests)
                             : RunLog::resume(folder, {firstStage, inTheMiddle ? checkpoint->step : 0}, makerOf(spec));
        const auto firstStep = log->stepsInWork();
        if (inTheMiddle && firstStep < checkpoint->step)
            checkpoint.reset();
        for (const auto& note : log->notes())
            sayOnce(note);
        if (!spec.parent.run.empty())
            copyParentStages(spec.parent, log->folder());
        m_run = folder;
        m_phase = RunPhase::Preparing;
        emit(event::RunStarted{id, folder, spec, log->requests(), firstStage, firstStep});
        Observer observer(*this, *log, folder);
        LifelongRun run(m_workplace.inputs(folder, &resolved, working(id)), resolved, observer, *this);
        interruptionPoint();  // a stop that came while the log was written
        opening.reset();
        setState(EngineState::Running);
        const auto outcome = run.run(firstStage, checkpoint, log->elapsedS(), m_share);
        if (outcome == LifelongRun::Outcome::Finished) {
            log->finish();
            return outcome;
        }
        const bool paused = m_ending == Ending::FreeMemory;
        if (paused) {
            // With the memory given back: what was written is enough to go on with the same bits.
            m_workplace.close();
            m_ending = Ending::None;
            setState(EngineState::Paused);
            while (m_state == EngineState::Paused)
                if (auto command = nextCommand(true))
                    takeUp(std::move(*command));
        }
        if (!paused || m_ending == Ending::Stop) {
            log->stop();
            return outcome;
        }
        fresh = false;
        asked = spec;
    }
}

void WorkerEngine::answer(std::uint64_t id, const command::Probe& probe) {
    const bool atRest = m_run.empty();
    const auto unopened = atRest ? EngineState::Idle : m_state;  // where a load that does not come about leads back to
    const bool closed = !m_workplace.isOpen();  // also under a run that is paused with its memory given back
    const bool busyBefore = std::exchange(m_busy, true);
    if (atRest && !m_shutDown)
        m_ending = Ending::None;  // of a run that was stopped before
    const Interruptions taken([this] {
        takeUpAll();
        if (m_ending == Ending::Stop)
            throw Cancelled{};
    });
    try {
        // Beside a run, what is opened is the run's.
        const auto& folder = atRest ? probe.run : m_run;
        RunSpec spec = folder.empty() ? RunSpec{} : RunFolder::open(folder).readSpec();
        if (!folder.empty())
            requirePlaces(spec, folder);
        if (closed || (atRest && !m_workplace.serves(spec))) {
            setState(EngineState::Loading);
            openWorkplace(spec, id);
            setState(atRest ? EngineState::Ready : unopened);
        }
        auto answer = answerProbe(m_workplace, probe, [this](const std::string& note) { sayOnce(note); });
        emit(event::ProbeAnswered{id, std::move(answer)});
    } catch (const Cancelled&) {
        emit(event::Failed{id, {}, ErrorKind::Input, "The question was given up: a stop came first. Ask again.", {}});
        setState(m_shutDown || (!atRest && m_ending == Ending::Stop) ? EngineState::Stopping : unopened);
    } catch (...) {
        // A probe that fails never ends a run.
        fail(id, {}, m_state == EngineState::Loading ? unopened : m_state);
    }
    m_busy = busyBefore;
    if (closed && !atRest)
        m_workplace.close();
}

std::unique_ptr<Engine> makeEngine(const EngineOptions& options) {
    return std::make_unique<WorkerEngine>(options);
}

}  // namespace lacuna

extern "C" lacuna::Engine* lacunaMakeEngine(const lacuna::EngineOptions* options, std::string* error) {
    try {
        return lacuna::makeEngine(*options).release();
    } catch (const std::exception& failure) {
        if (error)
            *error = failure.what();
        return nullptr;
    }
}
