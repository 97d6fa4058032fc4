// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker/worker_engine.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/engine/worker/messages.h"
#include "core/engine/worker/probe.h"
#include "core/runs/run_folder.h"
#include "core/tensors/device_memory.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <sys/resource.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr int backgroundNiceness = 10;

/// The job that a command stands for; null for the others.
std::unique_ptr<Job> jobOf(std::uint64_t id, const Command& command) {
    return std::visit(
        [id](const auto& each) -> std::unique_ptr<Job> {
            if constexpr (requires { makeJob(id, each); })
                return makeJob(id, each);
            else
                return nullptr;
        },
        command);
}

}  // namespace

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
            workOn(*next);
        } else if (auto command = nextCommand(true)) {
            takeUp(std::move(*command));
        }
        answerAsked();
    }
    setState(EngineState::Idle);  // a window that is to close waits for this
}

void WorkerEngine::takeUpCommands() {
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
    } else if (auto job = jobOf(id, command)) {
        if (auto queued = job->queued())
            emit(*std::move(queued));
        m_waiting.push_back(std::move(job));
    } else if (const auto* unqueue = std::get_if<command::Unqueue>(&command)) {
        dropWaiting([&](const auto& waiting) { return waiting.id() == unqueue->start; });
    } else if (const auto* probe = std::get_if<command::Probe>(&command)) {
        if (m_state == EngineState::Loading || m_busy)
            m_probes.emplace_back(id, *probe);
        else
            answer(id, *probe);
    } else if (std::holds_alternative<command::Shutdown>(command)) {
        m_shutDown = true;
        dropWaiting([](const auto&) { return true; });
        m_ending = Ending::Stop;
        setState(*next);
    } else {
        takeUpForJob(id, command, *next);
    }
}

void WorkerEngine::takeUpForJob(std::uint64_t id, const Command& command, EngineState next) {
    const auto refused = [&](const std::string& why) {
        if (!why.empty())
            emit(event::Note{refusal(kindOf(command), why), id});
    };
    setState(next);
    if (const auto* pause = std::get_if<command::Pause>(&command); pause && pause->freeMemory)
        m_ending = Ending::FreeMemory;
    else if (std::holds_alternative<command::Stop>(command))
        m_ending = Ending::Stop;
    else if (std::holds_alternative<command::CheckpointNow>(command))
        refused(m_job->checkpointNow());
    else if (std::holds_alternative<command::SkipToNextRequest>(command))
        refused(m_job->skip());
}

void WorkerEngine::dropWaiting(const std::function<bool(const Job&)>& which) {
    for (const auto& waiting : m_waiting)
        if (which(*waiting))
            emit(event::RunEnded{waiting->id(), waiting->folder(), event::RunEnded::How::Stopped});
    std::erase_if(m_waiting, [&](const auto& waiting) { return which(*waiting); });
}

ProgressFunction WorkerEngine::working(std::uint64_t id) {
    return [this, id](const Progress& progress) {
        emit(event::Working{id, progress});
        interruptionPoint();
    };
}

void WorkerEngine::takeUpWhileBusy() {
    const bool before = std::exchange(m_busy, true);
    takeUpCommands();
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

void WorkerEngine::workOn(Job& job) {
    setState(EngineState::Loading);
    m_ending = Ending::None;
    m_job = &job;
    event::RunEnded ended{job.id(), job.folder(), event::RunEnded::How::Failed};
    const auto over = [this] {
        m_run.clear();
        m_job = nullptr;
    };
    try {
        const Interruptions taken([this] {
            if (m_state == EngineState::Loading)
                return takeUpOrEnd();
            takeUpCommands();
            if (m_ending == Ending::FreeMemory)
                m_ending = Ending::None;  // whoever can go on without what it holds asks for itself
            hold(false);
            if (m_ending != Ending::None)
                throw Cancelled{};
        });
        ended.how = job.work(*this);
        over();
        emit(ended);
        setState(m_shutDown ? EngineState::Stopping : EngineState::Finished);
    } catch (const Cancelled&) {
        over();
        ended.how = event::RunEnded::How::Stopped;
        emit(ended);
        setState(m_shutDown ? EngineState::Stopping : m_workplace.isOpen() ? EngineState::Ready : EngineState::Idle);
    } catch (...) {
        over();
        fail(job.id(), job.folder(), EngineState::Failed);
        emit(ended);
    }
}

void WorkerEngine::open(RunSpec& spec) {
    setState(EngineState::Loading);
    openWorkplace(spec, m_job->id());
}

void WorkerEngine::begin() {
    m_run = m_job->folder();
    setState(EngineState::Running);
}

void WorkerEngine::hold(const bool& wake) {
    if (pausing())
        setState(EngineState::Paused);
    while (m_state == EngineState::Paused && !wake)
        if (auto command = nextCommand(true))
            takeUp(std::move(*command));
}

bool WorkerEngine::holdWithoutMemory() {
    if (m_ending != Ending::FreeMemory)
        return false;
    const auto device = m_workplace.device().device;
    const auto before = heldMib(device);
    m_workplace.close();
    const auto after = heldMib(device);
    if (before && after)
        emit(event::Note{fmt::format("Memory is given back: {:.0f} MB were held, {:.0f} MB are.", *before, *after), 0,
                         true});
    m_ending = Ending::None;
    setState(EngineState::Paused);
    hold(false);
    return m_ending != Ending::Stop;
}

void WorkerEngine::answer(std::uint64_t id, const command::Probe& probe) {
    const bool atRest = m_run.empty();
    const auto unopened = atRest ? EngineState::Idle : m_state;  // where a load that does not come about leads back to
    const bool closed = !m_workplace.isOpen();  // also under a run that is paused with its memory given back
    const bool busyBefore = std::exchange(m_busy, true);
    if (atRest && !m_shutDown)
        m_ending = Ending::None;  // of a run that was stopped before
    const Interruptions taken([this] {
        takeUpCommands();
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
