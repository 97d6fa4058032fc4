// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_log.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/runs/makers.h"
#include "core/runs/run_parts.h"
#include "core/runs/run_tables.h"
#include "core/runs/tables/live_file.h"
#include "core/runs/tables/table_write.h"

#include <algorithm>
#include <utility>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::chrono::milliseconds commitInterval{250};
constexpr std::size_t mostPending = 256;

/// Left behind by a writer that was killed while it wrote beside the real file.
void removeParts(const fs::path& folder) {
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
        if (entry->path().extension() == ".part") {
            std::error_code ignored;
            fs::remove(entry->path(), ignored);
        }
}

double lastElapsed(const RunRows& rows, double otherwise) {
    if (rows.steps.size() > 0)
        otherwise = std::max(otherwise, rows.steps.elapsedS.back());
    if (!rows.resources.empty())
        otherwise = std::max(otherwise, rows.resources.back().elapsedS);
    return otherwise;
}

/// What of a stage in work is kept at `point`; nothing when steps before it are missing. Answers and cells are not
/// kept: they are measured after the last step.
RunRows rowsBefore(const ResumePoint& point, const RunRows& rows) {
    RunRows kept;
    for (std::size_t i = 0; i < rows.steps.size() && kept.steps.size() < static_cast<std::size_t>(point.step); ++i)
        if (rows.steps.step[i] == static_cast<std::int64_t>(kept.steps.size()))
            kept.steps.append(rows.steps.row(i));
    if (static_cast<std::int64_t>(kept.steps.size()) != point.step)
        return {};
    if (point.step > 0)
        std::copy_if(rows.resources.begin(), rows.resources.end(), std::back_inserter(kept.resources),
                     [&](const ResourceRow& row) { return row.elapsedS <= kept.steps.elapsedS.back(); });
    std::copy_if(rows.looks.begin(), rows.looks.end(), std::back_inserter(kept.looks),
                 [&](const LookRow& row) { return row.stage == point.stage && row.step < point.step; });
    return kept;
}

}  // namespace

RunLog::RunLog(RunFolder folder, RunSpec spec)
    : m_folder(std::move(folder)),
      m_spec(std::move(spec)),
      m_maker(makerOf(m_spec)),
      m_makers{{0, 0, m_maker}},
      m_lock(std::make_unique<RunLock>(m_folder)) {
    if (!m_lock->byKernel())
        m_notes.push_back(
            fmt::format("{}: this drive has no file locks. The run goes on and guards itself by what stands in "
                        "run.lock; do not start a second one in this folder.",
                        m_folder.path.string()));
}

std::unique_ptr<RunLog> RunLog::create(const fs::path& runs, const RunSpec& spec,
                                       const std::vector<RequestRow>& requests) {
    const auto folder = RunFolder::create(runs, spec);
    try {
        std::unique_ptr<RunLog> log(new RunLog(folder, spec));
        log->m_requests = requests;
        for (const auto& request : requests)
            log->m_manifest.requests.push_back(request.name);
        writeManifest(log->m_folder, log->m_manifest);
        log->startLive();
        return log;
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(folder.path, ignored);  // just made: nothing in it is anybody's
        throw;
    }
}

std::unique_ptr<RunLog> RunLog::resume(const fs::path& path, const ResumePoint& asked,
                                       const std::optional<Maker>& maker) {
    auto point = asked;
    const auto folder = RunFolder::open(path);
    std::unique_ptr<RunLog> log(new RunLog(folder, folder.readSpec()));
    log->m_manifest = readManifest(folder);
    if (point.stage != log->nextStage() || point.step < 0)
        throw inputError("{}: cannot resume at stage {}, step {}: the first stage that is not sealed is {}.",
                         path.string(), point.stage, point.step, log->nextStage());
    for (const auto& stage : log->m_manifest.sealed)
        checkSealed(folder, stage);
    removeParts(folder.path);
    removeParts(folder.sealed());
    auto work = readWorkPart(folder);
    const RunPart none;
    const auto& known = work.live ? *work.live : work.sealed.empty() ? none : work.sealed.front();
    if (log->m_manifest.requests.size() != known.requests.size())
        throw inputError("{}: the list of requests is gone from its log. Start the run anew.", path.string());
    log->m_requests = known.requests;
    log->m_rows = rowsBefore(point, work.live ? work.live->rows : none.rows);
    if (log->stepsInWork() < point.step) {
        log->m_notes.push_back(
            fmt::format("{}: its log lacks some of the {} steps before the last checkpoint. Request {} is trained anew "
                        "from its start, with the same numbers.",
                        path.string(), point.step, log->m_requests.at(static_cast<std::size_t>(point.stage) - 1).name));
        point.step = 0;
    }
    log->goOnAs(maker.value_or(log->m_maker), point, known.makers);
    if (const auto numbers = folder.liveNumbers(); !numbers.empty())
        log->m_liveNumber = numbers.back();
    if (!log->allSealed())
        log->startLive();
    return log;
}

/// Says so where somebody else goes on than who worked last, and notes who makes the stage in work from here on.
void RunLog::goOnAs(const Maker& maker, const ResumePoint& point, const std::vector<StageMaker>& inFile) {
    std::vector<StageMaker> before;
    if (point.step > 0)
        std::copy_if(inFile.begin(), inFile.end(), std::back_inserter(before),
                     [&](const StageMaker& one) { return one.stage == point.stage && one.fromStep < point.step; });
    const auto& last = !before.empty()             ? before.back().maker
                       : m_manifest.makers.empty() ? m_maker
                                                   : m_manifest.makers.back().maker;
    if (maker != last && (point.stage > 0 || point.step > 0))
        m_notes.push_back(differenceOf(last, maker));
    if (before.empty() && point.step > 0)
        before.push_back({point.stage, 0, m_maker});  // by a Lacuna that kept no list
    if (before.empty() || before.back().maker != maker)
        before.push_back({point.stage, point.step, maker});
    m_makers = std::move(before);
    m_maker = maker;
}

RunLog::~RunLog() {
    try {
        if (m_lock)
            commit();
    } catch (const std::exception&) {
        // Whoever closes the log has been told of the disk before, or loses a quarter of a second.
    }
}

double RunLog::elapsedS() const {
    const auto sealed = m_manifest.sealed.empty() ? 0 : m_manifest.sealed.back().elapsedS;
    return lastElapsed(m_pending, lastElapsed(m_rows, sealed));
}

bool RunLog::allSealed() const {
    return m_manifest.sealed.size() == m_requests.size() + 1;
}

void RunLog::checkStage(int stage) const {
    if (stage != nextStage() || !m_lock)
        throw internalError("{}: a row of stage {} came while stage {} is in the making. Please report this.",
                            m_folder.path.string(), stage, nextStage());
}

void RunLog::rowsCame(const RunRows& rows) {
    RunRows::tables(
        [&](auto table) { visitPlaces(rows.*table, [this](int stage, std::optional<int>) { checkStage(stage); }); });
    auto kept = rows;
    makeStorable(kept);
    m_pending.append(std::move(kept));
    bool atOnce = false;
    RunRows::tables([&](auto table) {
        const auto& came = rows.*table;
        using Row = typename std::decay_t<decltype(came)>::value_type;
        atOnce = atOnce || (!came.empty() && !requires { Row::often; }) || (m_pending.*table).size() >= mostPending;
    });
    if (atOnce || std::chrono::steady_clock::now() - m_committed >= commitInterval)
        commit();
}

/// In the files from the seal of this stage on; a run that is killed before is told again when it goes on.
void RunLog::requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) {
    checkStage(stage);
    auto& request = m_requests.at(static_cast<std::size_t>(stage) - 1);
    request.stepsDone = stepsDone;
    request.stepsPlanned = stepsPlanned;
}

void RunLog::stageDone(int stage) {
    checkStage(stage);
    m_rows.append(std::exchange(m_pending, {}));  // straight into the seal: the live file goes in a moment
    auto tables = rowTables(m_rows);
    tables.insert(tables.begin(), requestTable(m_requests));
    const auto image = sealedImage({fileAttributes(m_spec, m_makers), std::move(tables)});
    writeFileAtomically(m_folder.sealedStage(stage), image);
    auto manifest = m_manifest;
    manifest.sealed.push_back({stage, sha256(image), image.size(), elapsedS()});
    manifest.makers.insert(manifest.makers.end(), m_makers.begin(), m_makers.end());
    writeManifest(m_folder, manifest);
    m_manifest = std::move(manifest);
    m_makers = {{stage + 1, 0, m_maker}};
    m_rows = {};
    m_live.reset();
    removeLiveFiles();
    m_lock->touch();
}

void RunLog::sync() {
    commit();
    if (m_live)
        m_live->sync();
}

void RunLog::finish() {
    if (!allSealed())
        throw internalError("{}: {} of {} stages are sealed, so the run is not finished. Please report this.",
                            m_folder.path.string(), m_manifest.sealed.size(), m_requests.size() + 1);
    mergeRun(m_folder, m_folder.merged());
    m_live.reset();
    removeLiveFiles();
    m_lock.reset();
}

void RunLog::stop() {
    sync();
    if (!m_manifest.sealed.empty())
        mergeRun(m_folder, m_folder.merged());
    m_live.reset();
    m_lock.reset();
}

void RunLog::commit() {
    m_committed = std::chrono::steady_clock::now();
    m_lock->touch();
    if (m_pending.empty() || allSealed())
        return;
    const auto answersBefore = m_rows.answers.size();
    const auto tables = m_live ? rowTables(m_pending, answersBefore) : std::vector<Table>{};
    m_rows.append(std::exchange(m_pending, {}));
    if (!m_live) {
        startLive();
        return;
    }
    try {
        m_live->append(tables);
    } catch (...) {
        m_live.reset();  // some columns may be longer than others now: the next commit starts a new file
        throw;
    }
}

void RunLog::startLive() {
    auto tables = rowTables(m_rows);
    tables.insert(tables.begin(), requestTable(m_requests));
    auto attributes = fileAttributes(m_spec, m_makers);
    attributes["stage"] = std::to_string(nextStage());
    const auto path = m_folder.live(m_liveNumber + 1);
    auto temporary = path;
    temporary += ".part";
    try {
        writeLiveFile(temporary, {std::move(attributes), std::move(tables)});
        publishFile(temporary, path);
    } catch (...) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        throw;
    }
    ++m_liveNumber;
    m_live = std::make_unique<LiveFile>(path);
}

void RunLog::removeLiveFiles() const {
    std::error_code ignored;  // one that stays is only passed over by readers
    for (const auto number : m_folder.liveNumbers())
        fs::remove(m_folder.live(number), ignored);
}

void mergeRun(const RunFolder& folder, const fs::path& file) {
    auto run = readSealed(folder);
    if (run.stages == 0)
        throw inputError("{}: no stage is sealed yet, so there is nothing to put into one file.", folder.path.string());
    auto attributes = fileAttributes(run.spec, run.makers);
    auto tables = rowTables(run);
    tables.insert(tables.begin(), requestTable(run.requests));
    writeFileAtomically(file, sealedImage({std::move(attributes), std::move(tables)}));
}

}  // namespace lacuna
