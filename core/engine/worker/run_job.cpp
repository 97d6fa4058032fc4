// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/benchmark/cache_folder.h"
#include "core/catalog/gates.h"
#include "core/engine/worker/job.h"
#include "core/engine/worker/messages.h"
#include "core/runs/makers.h"
#include "core/runs/run_branch.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_log.h"
#include "core/unlearning/matched_utility.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Hands a run's rows to the log on disk, then to whoever takes events: a reader never hears of a row that is not
/// written.
class Observer final : public RunObserver {
public:
    Observer(JobHost& host, RunLog& log, fs::path run) : m_host(host), m_log(log), m_run(std::move(run)) {}
    void rowsCame(const RunRows& rows) override {
        m_log.rowsCame(rows);
        m_host.emit(event::RowsCame{m_run, rows});
    }
    void requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) override {
        m_log.requestTrained(stage, stepsDone, stepsPlanned);
        m_host.emit(event::RequestTrained{m_run, stage, stepsDone, stepsPlanned});
    }
    void beforeCheckpoint() override { m_log.sync(); }
    void stageDone(int stage) override {
        m_log.stageDone(stage);
        m_host.emit(event::StageSealed{m_run, stage});
    }

private:
    JobHost& m_host;
    RunLog& m_log;
    fs::path m_run;
};

/// Of what the gate needs of this machine: before anything is opened.
void checkReady(const RunSpec& spec) {
    if (combinationOf(choicesOf(spec)).serving->usesGate)
        if (const auto ready = gateFactory(gateRow(spec.gate).id).ready)
            ready(spec);
}

/// A lifelong run, from its start or from its last checkpoint.
class RunJob final : public Job, private RunControl {
public:
    /// `fresh`: the spec of a new run; without one the folder's is gone on with.
    RunJob(std::uint64_t id, fs::path folder, std::optional<RunSpec> fresh)
        : Job(id, std::move(folder)), m_fresh(std::move(fresh)) {}

    std::optional<Event> queued() const override {
        try {
            return event::RunQueued{id(), m_fresh ? *m_fresh : RunFolder::open(folder()).readSpec()};
        } catch (const Error&) {
            return std::nullopt;  // what is wrong with the folder is said when its turn comes
        }
    }
    event::RunEnded::How work(JobHost& host) override;

    std::string checkpointNow() override {
        m_checkpointWanted = true;
        return {};
    }
    std::string skip() override {
        if (m_phase == RunPhase::Measuring)
            return nothingToSkip;
        m_skip = true;
        return {};
    }

private:
    static constexpr const char* nothingToSkip =
        "the model is being tested and nothing is trained. The next request begins by itself";

    RunSpec checkedSpec() const;
    /// The run up to its end; nothing after a pause that gave the memory back: it is to go on with `asked`.
    std::optional<event::RunEnded::How> workOn(RunSpec& asked, bool fresh);

    std::vector<TrialRow> matchedUtility(const ResolvedRun& run, RunSpec& spec);

    Decision betweenSteps() override;
    void within() override;
    void progress(int stage, RunPhase phase, const Progress& progress) override;
    void note(const std::string& text) override { m_host->emit(event::Note{text}); }

    std::optional<RunSpec> m_fresh;
    JobHost* m_host = nullptr;  ///< while it works
    const RunLog* m_log = nullptr;
    bool m_skip = false, m_checkpointWanted = false, m_checkpointToTell = false, m_savedForPause = false;
    RunPhase m_phase = RunPhase::Preparing;
    double m_share = 0;  ///< told last
};

RunSpec RunJob::checkedSpec() const {
    if (!m_fresh) {
        auto spec = RunFolder::open(folder()).readSpec();
        requirePlaces(spec, folder());
        return spec;
    }
    RunFolder::checkFree(folder().parent_path(), *m_fresh);
    auto spec = located(checkedRunSpec(*m_fresh), {});
    spec.madeIn = fs::absolute(folder()).lexically_normal().string();
    return spec;
}

event::RunEnded::How RunJob::work(JobHost& host) {
    m_host = &host;
    auto spec = checkedSpec();
    auto how = workOn(spec, m_fresh.has_value());
    while (!how)
        how = workOn(spec, false);
    return *how;
}

std::optional<event::RunEnded::How> RunJob::workOn(RunSpec& asked, bool fresh) {
    auto& host = *m_host;
    auto& workplace = host.workplace();
    RunSpec spec = asked;
    checkReady(spec);
    if (fresh && !spec.stages.empty())
        checkGivenStages(spec.stages, workplace.modelFolder(spec.model),
                         [&](const std::string& note) { host.emit(event::Note{note}); });
    host.open(spec);
    if (!workplace.memorySummary().empty())
        host.emit(event::Note{workplace.memorySummary()});
    if (!fresh && (spec.modelHash != asked.modelHash || spec.benchmarkHash != asked.benchmarkHash) &&
        !asked.modelHash.empty())
        throw inputError(
            "{}: the {} has changed since this run began; going on would mix two. Start a new run instead.",
            folder().string(), spec.modelHash != asked.modelHash ? "model" : "benchmark");
    auto resolved = resolvedRun(workplace.benchmark(), spec);
    std::vector<TrialRow> trials;
    if (fresh && matchesUtility(resolved)) {
        trials = matchedUtility(resolved, spec);
        resolved = resolvedRun(workplace.benchmark(), spec);
    }
    checkRun(workplace.model(), workplace.benchmark(), resolved);
    for (const auto& note : oddities(workplace.benchmark(), resolved, workplace.model().network->text()))
        host.sayOnce(note);
    auto requests = requestRows(workplace.benchmark(), resolved.requests);
    if (fresh && !spec.parent.run.empty()) {
        checkBranch(checkedRunSpec(spec));
        const auto before = parentRequests(spec.parent);
        std::copy(before.begin(), before.end(), requests.begin());  // with the steps that were made
    }

    auto checkpoint = fresh ? std::nullopt : loadCheckpoint(folder() / "checkpoint");
    const int firstStage = fresh ? 0 : static_cast<int>(readManifest(RunFolder::open(folder())).sealed.size());
    const bool inTheMiddle = checkpoint && checkpoint->stage == firstStage;
    const auto log = fresh ? RunLog::create(folder().parent_path(), spec, requests)
                           : RunLog::resume(folder(), {firstStage, inTheMiddle ? checkpoint->step : 0}, makerOf(spec));
    const auto firstStep = log->stepsInWork();
    if (inTheMiddle && firstStep < checkpoint->step)
        checkpoint.reset();
    m_log = log.get();
    for (const auto& note : log->notes())
        host.sayOnce(note);
    if (!spec.parent.run.empty())
        copyParentStages(spec.parent, log->folder());
    if (!spec.stages.empty())
        takeGivenStages(spec.stages, *workplace.model().network,
                        fs::absolute(workplace.modelFolder(spec.model)).string(), log->folder());
    m_phase = RunPhase::Preparing;
    host.emit(event::RunStarted{id(), folder(), spec, log->requests(), firstStage, firstStep});
    Observer observer(host, *log, folder());
    LifelongRun run(workplace.inputs(folder(), &resolved, host.progress()), resolved, observer, *this);
    if (!trials.empty())
        observer.rowsCame({.trials = std::move(trials)});
    interruptionPoint();  // a stop that came while the log was written
    host.begin();
    // A step is whole or not at all: it is asked between them, and within what has none.
    const Interruptions unended([&host] { host.takeUpWhileBusy(); });
    if (run.run(firstStage, checkpoint, log->elapsedS(), m_share) == LifelongRun::Outcome::Finished) {
        log->finish();
        return event::RunEnded::How::Finished;
    }
    // What was written is enough to go on with the same bits.
    if (host.holdWithoutMemory()) {
        asked = spec;
        return std::nullopt;
    }
    log->stop();
    return event::RunEnded::How::Stopped;
}

/// Searches the learning rates for the utility that is asked for, and writes them into the spec.
std::vector<TrialRow> RunJob::matchedUtility(const ResolvedRun& run, RunSpec& spec) {
    if (!spec.parent.run.empty())
        throw inputError(
            "{}: the rates are matched by the first request, which this run takes over from another. Leave "
            "match_utility at 0.",
            folder().string());
    m_phase = RunPhase::Measuring;  // there is nothing to skip
    auto& host = *m_host;
    const auto matched = matchUtility(
        host.workplace().inputs({}, &run, host.progress()), run, cacheFolder() / "matched-utility",
        [this] { within(); }, host.progress());
    spec.parameters = run.parameters;
    scaleRates(spec.parameters, combinationOf(choicesOf(spec)).parameters, matched.factor);
    host.emit(event::Note{matched.note});
    return matched.trials;
}

RunControl::Decision RunJob::betweenSteps() {
    if (std::exchange(m_checkpointToTell, false))
        m_host->emit(
            event::Note{fmt::format("The checkpoint after step {} is written.", m_log->stepsInWork()), 0, true});
    m_host->takeUpCommands();
    if (m_host->pausing() && !std::exchange(m_savedForPause, true))
        return Decision::Checkpoint;  // who pauses may never come back
    m_host->hold(m_checkpointWanted);
    if (m_host->isToEnd())
        return Decision::Stop;
    if (std::exchange(m_checkpointWanted, false)) {
        m_checkpointToTell = true;
        return Decision::Checkpoint;
    }
    m_savedForPause = false;
    return std::exchange(m_skip, false) ? Decision::NextRequest : Decision::GoOn;
}

void RunJob::within() {
    m_host->takeUpCommands();
    do {
        m_host->hold(m_checkpointWanted);
        // What was trained before has its checkpoint, and nothing came to it since.
        m_checkpointWanted = m_checkpointWanted && m_phase != RunPhase::Measuring && !m_host->paused();
    } while (m_host->paused());
    if (m_host->isToEnd())
        throw Cancelled{};
}

void RunJob::progress(int stage, RunPhase phase, const Progress& progress) {
    if (phase == RunPhase::Measuring && std::exchange(m_skip, false))
        m_host->emit(event::Note{refusal(CommandKind::SkipToNextRequest, nothingToSkip)});
    m_phase = phase;
    m_share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    m_host->emit(event::RunProgress{folder(), stage, phase, progress});
}

}  // namespace

std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Start& start) {
    return std::make_unique<RunJob>(id, start.runs / start.spec.name, start.spec);
}

std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Resume& resume) {
    return std::make_unique<RunJob>(id, resume.folder, std::nullopt);
}

}  // namespace lacuna
