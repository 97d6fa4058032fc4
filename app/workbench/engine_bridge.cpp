// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/engine_bridge.h"

#include "core/base/error.h"
#include "core/runs/planned_steps.h"
#include "widgets/common/quantities.h"
#include "widgets/common/run_names.h"

#include <algorithm>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The requests of a spec before the engine has told them: by the benchmark, as far as it is known.
std::vector<RequestRow> expectedRequests(const RunSpec& spec, const Benchmark* benchmark) {
    std::vector<RequestRow> rows;
    if (!spec.order.empty())
        for (const auto& name : spec.order)
            rows.push_back({name, {}, {}});
    else if (benchmark)
        for (const auto& request : benchmark->requests)
            rows.push_back({request.name, {}, {}});
    return rows;
}

/// The run that a command asks for.
std::optional<WaitingRun> askedRun(const Command& command) {
    if (const auto* start = std::get_if<command::Start>(&command))
        return WaitingRun{start->runs / start->spec.name, start->spec};
    if (const auto* resume = std::get_if<command::Resume>(&command))
        return WaitingRun{resume->folder, {}};
    return std::nullopt;
}

}  // namespace

EngineBridge::EngineBridge(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    m_timer.setInterval(40);
    m_clock.start();
    connect(&m_timer, &QTimer::timeout, this, &EngineBridge::drain);
}

EngineBridge::~EngineBridge() = default;

void EngineBridge::attach(std::unique_ptr<Engine> engine) {
    m_engine = std::move(engine);
    // Between runs no benchmark is loaded.
    std::stable_partition(m_waiting.begin(), m_waiting.end(),
                          [](const auto& command) { return std::holds_alternative<command::Load>(command); });
    while (!m_waiting.empty()) {  // whoever keeps what waits never misses one
        auto command = std::move(m_waiting.front());
        m_waiting.pop_front();
        send(std::move(command));
    }
    m_timer.start();
    emit stateChanged();
}

bool EngineBridge::working() const {
    return m_state == EngineState::Running || m_state == EngineState::Pausing || m_state == EngineState::Paused ||
           m_state == EngineState::Stopping;
}

bool EngineBridge::takes(CommandKind kind) const {
    if (!m_engine || m_shuttingDown || !stateAfter(m_state, kind))
        return false;
    if (kind == CommandKind::SkipToNextRequest && measuring())
        return false;  // nothing is trained then
    // Stop is the way out of everything but a stop.
    return kind == CommandKind::Stop ? m_wish != CommandKind::Stop : !m_wish;
}

bool EngineBridge::stoppable() const {
    return (working() || m_preparing) && takes(CommandKind::Stop);
}

std::vector<WaitingRun> EngineBridge::unbegun() const {
    std::vector<WaitingRun> runs;
    for (const auto& [id, run] : m_asked)
        runs.push_back(run);
    for (const auto& command : m_waiting)
        if (auto run = askedRun(command))
            runs.push_back(*std::move(run));
    return runs;
}

bool EngineBridge::awaits(const std::filesystem::path& run) const {
    const auto waiting = unbegun();
    return std::any_of(waiting.begin(), waiting.end(), [&](const auto& each) { return each.folder == run; });
}

std::uint64_t EngineBridge::send(Command command) {
    if (m_shuttingDown)
        return 0;
    if (!m_engine) {
        m_waiting.push_back(std::move(command));
        emit unbegunChanged();
        return 0;
    }
    if (const auto* load = std::get_if<command::Load>(&command); load && (working() || m_loading || !m_asked.empty())) {
        m_loadLater = *load;
        if (working() || !m_asked.empty())
            emit confirmed(tr("The model is loaded for questions when the runs are done."));
        return 0;
    }
    const auto copy = command;
    const auto id = m_engine->send(std::move(command));
    remember(id, copy);
    const auto kind = kindOf(copy);
    if (kind == CommandKind::Pause || kind == CommandKind::Continue || kind == CommandKind::Stop ||
        kind == CommandKind::SkipToNextRequest) {
        m_wish = kind;
        emit stateChanged();
    }
    return id;
}

/// Something came of the last wish: a new state, a refusal, the end of the request that was skipped.
void EngineBridge::answered() {
    if (std::exchange(m_wish, std::nullopt))
        emit stateChanged();
}

void EngineBridge::loadWhenFree() {
    if (m_loadLater && !m_shuttingDown && !m_loading && !working() && m_state != EngineState::Loading &&
        m_asked.empty())
        send(*std::exchange(m_loadLater, std::nullopt));
}

void EngineBridge::remember(std::uint64_t id, const Command& command) {
    if (auto run = askedRun(command)) {
        m_asked[id] = *std::move(run);
        emit unbegunChanged();
    } else if (const auto* attack = std::get_if<command::Attack>(&command)) {
        m_attacks[id] = *attack;
        emit attacksChanged();
    } else if (std::holds_alternative<command::Probe>(command)) {
        m_probes.insert(id);
    } else if (std::holds_alternative<command::Load>(command)) {
        m_loading = id;
    }
}

/// It has begun, or never will.
void EngineBridge::forget(std::uint64_t id) {
    m_queued.erase(id);
    if (m_asked.erase(id) > 0 && !m_shuttingDown)
        emit unbegunChanged();
}

std::vector<command::Attack> EngineBridge::attacks() const {
    std::vector<command::Attack> all;
    for (const auto& [id, attack] : m_attacks)
        all.push_back(attack);
    return all;
}

void EngineBridge::stopAttacks() {
    const auto asked = m_attacks;
    for (const auto& [id, attack] : asked)
        send(command::Unqueue{id});
    // What is in work, where it is one of them: a run in work goes on.
    if (!asked.empty() && m_current.empty() && (working() || m_state == EngineState::Loading))
        send(command::Stop{});
}

void EngineBridge::unqueue(const std::filesystem::path& run) {
    for (const auto& [id, folder] : m_queued)
        if (folder == run)
            send(command::Unqueue{id});
}

void EngineBridge::shutDown() {
    if (m_shuttingDown)
        return;
    if (m_engine)
        m_engine->send(command::Shutdown{});
    m_shuttingDown = true;
    checkShutDown();
}

void EngineBridge::checkShutDown() {
    if (m_shuttingDown && (!m_engine || (!working() && m_state != EngineState::Loading)))
        emit shutDownDone();
}

void EngineBridge::drain() {
    if (!m_engine)
        return;
    for (auto& event : m_engine->takeEvents())
        std::visit([this](auto& each) { handle(each); }, event);
    while (!m_gathered.empty())
        flush(m_gathered.begin()->first);
    if (std::exchange(m_workDirty, false))
        emit workChanged();
}

void EngineBridge::flush(const std::filesystem::path& run) {
    const auto found = m_gathered.find(run);
    if (found == m_gathered.end())
        return;
    // `run` may be the key itself, which lives as long as the node.
    auto node = m_gathered.extract(found);
    auto& [rows, progress] = node.mapped();
    const int index = m_workspace.indexOf(run);
    if (index < 0)
        return;
    m_workspace.appendRows(index, std::move(rows));
    if (run == m_current)
        m_work.stepsPerS = recentStepsPerS(m_workspace.runs()[static_cast<std::size_t>(index)].history.steps);
    if (progress)
        show(index, *progress);
}

void EngineBridge::handle(event::StateChanged& event) {
    m_state = event.state;
    m_preparing = false;
    m_wish.reset();
    const int run = m_workspace.indexOf(m_current);
    if (run >= 0 && m_state == EngineState::Paused)
        m_workspace.setStatus(run, RunStatus::Paused);
    if (run >= 0 && m_state == EngineState::Running)
        m_workspace.setStatus(run, RunStatus::Running);
    if (m_state != EngineState::Running) {  // no forecast for what is held; after it the rate is another
        m_timeLeft.reset();
        m_work.stepsPerS = 0;
    }
    if (m_state == EngineState::Ready || m_state == EngineState::Idle)
        m_loading = 0;  // it was given up
    m_work.secondsLeft = m_work.allSecondsLeft = -1;
    m_workDirty = true;
    if (!working() && m_state != EngineState::Loading)
        m_work = {};
    emit stateChanged();
    checkShutDown();
    loadWhenFree();
}

void EngineBridge::handle(event::Loaded& event) {
    m_loading = 0;
    m_device = text(event.device) + (event.deviceName.empty() ? QString() : " · " + text(event.deviceName));
    m_work = {};
    m_workDirty = true;
    emit deviceChanged();
    emit loaded(event.benchmark);
}

void EngineBridge::handle(event::RunQueued& event) {
    const auto folder = m_asked[event.command].folder;
    m_queued[event.command] = folder;
    int run = m_workspace.indexOf(folder);
    if (run < 0) {
        RunHistory history;
        history.name = event.spec.name;
        history.source = folder;
        history.spec = event.spec;
        history.requests = expectedRequests(event.spec, m_workspace.benchmark());
        run = m_workspace.addRun(std::move(history));
    }
    m_workspace.setStatus(run, RunStatus::Queued);
    m_workspace.setActivity(run, {}, -1);
    const auto place = static_cast<int>(m_queued.size());
    if (working() && place > 0)
        emit confirmed(place == 1 ? tr("%1 is queued and comes next.").arg(runName(m_workspace, run))
                                  : tr("%1 is queued as number %2.").arg(runName(m_workspace, run)).arg(place));
}

void EngineBridge::handle(event::RunStarted& event) {
    flush(event.run);
    const auto asked = m_asked.find(event.command);
    int run = asked == m_asked.end() ? -1 : m_workspace.indexOf(asked->second.folder);
    if (run >= 0 && asked->second.folder != event.run)  // the engine found another name for it
        m_workspace.setSource(run, event.run, event.spec.title);
    run = m_workspace.indexOf(event.run);
    RunHistory history;
    AnswerLog answers;
    if (run >= 0) {
        history = m_workspace.runs()[static_cast<std::size_t>(run)].history;
        answers = m_workspace.takeAnswers(run);
    }
    history.name = event.run.filename().string();
    history.source = event.run;
    history.spec = event.spec;
    history.requests = event.requests;
    history.status = RunStatus::Running;
    // It does its steps from there on again.
    history.dropFrom(event.firstStage, event.firstStep);
    history.stages = std::min(history.stages, event.firstStage);
    answers.forgetFrom(event.firstStage);
    run = m_workspace.addRun(std::move(history), std::move(answers));
    m_workspace.setActivity(run, tr("preparing"), m_workspace.runs()[static_cast<std::size_t>(run)].progress,
                            tr("preparing"));
    m_phase = RunPhase::Preparing;
    forget(event.command);
    m_currentCommand = event.command;
    m_current = event.run;
    m_timeLeft.reset();
    m_work.stepsPerS = 0;
    emit runStarted(run);
    emit stateChanged();
}

void EngineBridge::handle(event::RunProgress& event) {
    const bool other = event.run == m_current && std::exchange(m_phase, event.phase) != event.phase;
    // A skip that was asked for comes true with the request's end, or is refused by a note.
    if (other && m_phase == RunPhase::Measuring && m_wish == CommandKind::SkipToNextRequest)
        m_wish.reset();
    if (other)
        emit stateChanged();
    m_gathered[event.run].progress = std::move(event);  // only the last of a drain is worth telling
}

void EngineBridge::show(int run, const event::RunProgress& at) {
    const auto& history = m_workspace.runs()[static_cast<std::size_t>(run)].history;
    const auto& progress = at.progress;
    const double share =
        progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
    const auto index = static_cast<std::size_t>(at.stage - 1);
    const auto place = at.stage <= 0 || index >= history.requests.size()
                           ? originalName()
                           : tr("request %1").arg(text(history.requests[index].name));
    // At most 99 % until the engine says it is over.
    const auto percent = share < 0 ? QString() : tr(" · %1 %").arg(std::min(99, static_cast<int>(share * 100)));
    m_workspace.setActivity(run, place + percent, share, text(progress.what));
    const auto name = runName(m_workspace, run);
    m_work.what = name + " · " + (progress.what.empty() ? place : text(progress.what));
    m_work.share = share;
    forecast(progress.secondsLeft);
    m_workDirty = true;
}

void EngineBridge::handle(event::RowsCame& event) {
    if (!event.rows.resources.empty()) {
        m_work.cpuMib = event.rows.resources.back().cpuMib;
        m_work.gpuMib = event.rows.resources.back().gpuMib;
        m_workDirty = true;
    }
    m_gathered[event.run].rows.append(std::move(event.rows));
}

/// What a run has to do, in training steps by the benchmark that is seen; 0 = not known.
double EngineBridge::stepsOf(const RunSpec& spec) const {
    const auto* benchmark = m_workspace.benchmark();
    if (!benchmark || !spec.requests.empty())
        return 0;
    std::vector<std::int64_t> pairs;
    for (const auto& request : benchmark->requests)
        if (spec.order.empty() || std::find(spec.order.begin(), spec.order.end(), request.name) != spec.order.end())
            pairs.push_back(forgetPairs(*benchmark, request, spec.trainPhrasings == "all"));
    try {
        const auto steps = plannedSteps(pairs, checkedRunSpec(spec));
        return static_cast<double>(std::accumulate(steps.begin(), steps.end(), std::int64_t{0}));
    } catch (const Error&) {
        return 0;  // of another version
    }
}

/// Of the run in work, by the engine's word, and of those that wait: as long as this one for each of their steps.
void EngineBridge::forecast(double secondsLeft) {
    const double now = static_cast<double>(m_clock.elapsed()) / 1000;
    m_timeLeft.told(secondsLeft, now);
    m_work.secondsLeft = m_state == EngineState::Running ? m_timeLeft.left(now) : -1;
    const auto waiting = unbegun();
    m_work.number = m_ended + 1;
    m_work.runs = m_ended + 1 + static_cast<int>(waiting.size());
    m_work.allSecondsLeft = -1;
    const int run = m_workspace.indexOf(m_current);
    if (run < 0 || m_work.secondsLeft < 0 || m_work.share <= 0 || m_work.share >= 1)
        return;
    const double whole = m_work.secondsLeft / (1 - m_work.share);
    const double steps = stepsOf(m_workspace.runs()[static_cast<std::size_t>(run)].history.spec);
    double all = m_work.secondsLeft;
    for (const auto& each : waiting) {
        const double own = each.spec ? stepsOf(*each.spec) : 0;
        if (own <= 0 || steps <= 0)
            return;
        all += whole * own / steps;
    }
    m_work.allSecondsLeft = all;
}

void EngineBridge::handle(event::RequestTrained& event) {
    flush(event.run);
    if (const int run = m_workspace.indexOf(event.run); run >= 0)
        m_workspace.setTrained(run, event.stage, event.stepsDone, event.stepsPlanned);
}

void EngineBridge::handle(event::StageSealed& event) {
    answered();
    flush(event.run);
    const int run = m_workspace.indexOf(event.run);
    if (run < 0)
        return;
    m_workspace.setStages(run, event.stage + 1);
    emit stageSealed(run, event.stage);
}

void EngineBridge::handle(event::RunEnded& event) {
    flush(event.run);
    if (m_attacks.erase(event.command) > 0) {  // of the run itself nothing has changed
        answered();
        m_work = {};
        m_workDirty = true;
        emit attacksChanged();
        return;
    }
    if (const auto queued = m_queued.find(event.command); queued != m_queued.end()) {  // taken out before it began
        dropUnbegun(queued->second);
        forget(event.command);
        return;
    }
    forget(event.command);
    if (event.run == m_current)
        m_current.clear();
    if (const int run = m_workspace.indexOf(event.run); run >= 0) {
        using How = event::RunEnded::How;
        m_workspace.setStatus(run, event.how == How::Finished  ? RunStatus::Finished
                                   : event.how == How::Stopped ? RunStatus::Interrupted
                                                               : RunStatus::Failed);
        m_workspace.setActivity(run, event.how == How::Stopped ? tr("stopped") : QString(), -1);
    }
    m_work = {};
    m_workDirty = true;
    m_ended = unbegun().empty() ? 0 : m_ended + 1;
    emit runEnded(event.run, event.how);
}

/// A run that never began has no folder and goes from the list; one that was to go on stays as it was.
/// While Lacuna closes all stay: they wait for the next session.
void EngineBridge::dropUnbegun(const std::filesystem::path& folder) {
    const int run = m_workspace.indexOf(folder);
    if (run < 0 || m_shuttingDown)
        return;
    if (m_workspace.runs()[static_cast<std::size_t>(run)].history.stages == 0) {
        m_workspace.removeRun(run);
        return;
    }
    m_workspace.setStatus(run, RunStatus::Interrupted);
    m_workspace.setActivity(run, {}, -1);
}

void EngineBridge::handle(event::AttackMounted& event) {
    emit attacksCame(event.run, event.attacks);
}

void EngineBridge::handle(event::ProbeAnswered& event) {
    m_probes.erase(event.command);
    emit probeAnswered(event.command, event.answer);
}

void EngineBridge::handle(event::Working& event) {
    const auto& progress = event.progress;
    m_work.what = text(progress.what);
    m_work.share = progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
    m_work.secondsLeft = progress.secondsLeft;
    m_workDirty = true;
    showPreparing(event.command, text(progress.what));
}

/// Model, pictures and features are made ready before a run's first step.
void EngineBridge::showPreparing(std::uint64_t command, const QString& what) {
    const auto asked = m_asked.find(command);
    const auto folder = asked != m_asked.end()        ? asked->second.folder
                        : command == m_currentCommand ? m_current
                                                      : std::filesystem::path();
    if (const int run = folder.empty() ? -1 : m_workspace.indexOf(folder); run >= 0) {
        // A run that goes on has come so far already, and a new one's share is not known: the pictures' is another.
        m_workspace.setActivity(run, tr("preparing"), m_workspace.runs()[static_cast<std::size_t>(run)].progress,
                                tr("preparing: %1").arg(what));
        m_work.share = m_workspace.runs()[static_cast<std::size_t>(run)].progress;
        if (m_state == EngineState::Loading && !std::exchange(m_preparing, true))
            emit stateChanged();
    }
}

void EngineBridge::handle(event::Failed& event) {
    if (event.command == m_loading)
        m_loading = 0;
    // A run that was refused before it began: the message says why.
    if (const auto asked = m_asked.find(event.command); asked != m_asked.end()) {
        dropUnbegun(asked->second.folder);
        forget(event.command);
    }
    if (m_probes.erase(event.command)) {
        emit probeFailed(event.command, text(event.message));
        return;
    }
    answered();
    emit failed(event.kind, text(event.message), text(event.detail));
}

void EngineBridge::handle(event::Note& event) {
    answered();
    emit noted(text(event.message));
    if (event.done)
        emit confirmed(text(event.message));
}

}  // namespace lacuna
