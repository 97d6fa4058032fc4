// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: crash
// ctest timeout: 300
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/runs/run_log.h"
#include "core/runs/run_reader.h"
#include "tests/common/break_points.h"
#include "tests/common/interposed_calls.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/child_process.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QElapsedTimer>
#include <QtTest>

#include <functional>
#include <sys/mman.h>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

namespace {

constexpr int stepsPerStage = 12;
constexpr int stepsPerCheckpoint = 5;

/// What the writing process promised before it died; lies in memory shared with it.
struct Promises {
    int sealed = 0;
    std::int64_t syncedSteps = 0;  ///< of the stage after the sealed ones
    long calls = 0;
    int errors = 0;
};

void trainWithCheckpoints(const ExampleRun& example, RunLog& log, int stage, std::int64_t from, Promises& promises) {
    for (auto i = from; i < example.steps(); ++i) {
        example.train(log, stage, i, i + 1);
        if ((i + 1) % stepsPerCheckpoint == 0) {
            log.sync();
            promises.syncedSteps = i + 1;
        }
    }
}

void goOn(const ExampleRun& example, RunLog& log, std::int64_t fromStep, Promises& promises) {
    for (int stage = log.nextStage(); stage < example.stages(); ++stage) {
        if (stage > 0)
            trainWithCheckpoints(example, log, stage, fromStep, promises);
        fromStep = 0;
        example.measure(log, stage);
        promises.syncedSteps = 0;
        promises.sealed = stage + 1;
    }
    log.finish();
}

int inChild(const std::function<void()>& work) {
    return ChildProcess([&] { return work(), 0; }).wait();
}

/// Everything about a folder that a reader might change.
std::map<std::string, std::string> stateOf(const fs::path& folder) {
    std::map<std::string, std::string> state;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        state[entry.path().string()] =
            entry.is_regular_file()
                ? sha256OfFile(entry.path()) + std::to_string(entry.last_write_time().time_since_epoch().count())
                : "";
    return state;
}

}  // namespace

class RunLogCrashTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void everySealedStageSurvivesAKillAtAnyWrite_data();
    void everySealedStageSurvivesAKillAtAnyWrite();
    void aFullDiskLosesNothing();
    void aFullDiskDuringAResumeLosesNothing();

private:
    long countCalls();
    void checkAfterKill(long at, bool torn);
    void checkFinished(const fs::path& runs, const std::string& what);

    const ExampleRun m_example{"example", stepsPerStage};
    Promises* m_promises = nullptr;
    int m_unreadableLive = 0;
};

void RunLogCrashTest::initTestCase() {
    m_promises = static_cast<Promises*>(
        ::mmap(nullptr, sizeof(Promises), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    QVERIFY(m_promises != MAP_FAILED);
}

void RunLogCrashTest::cleanupTestCase() {
    ::munmap(m_promises, sizeof(Promises));
}

long RunLogCrashTest::countCalls() {
    const TestFolder folder;
    inChild([&] {
        breakCall(Break::Nothing);
        goOn(m_example, *m_example.create(folder.path()), 0, *m_promises);
        m_promises->calls = countedCalls();
    });
    return m_promises->calls;
}

void RunLogCrashTest::checkFinished(const fs::path& runs, const std::string& what) {
    const auto run = readRun(runs / "example");
    QVERIFY2(rowsOf(run) == m_example.rows(m_example.stages()), what.c_str());
    QVERIFY2(rowsOf(readRun(runs / "example" / "run.h5")) == rowsOf(run), what.c_str());
    QVERIFY2(run.status == RunStatus::Finished && run.notes.empty(), what.c_str());
}

void RunLogCrashTest::everySealedStageSurvivesAKillAtAnyWrite_data() {
    QTest::addColumn<bool>("torn");
    QTest::newRow("between two calls") << false;
    QTest::newRow("in the middle of a write") << true;
}

void RunLogCrashTest::everySealedStageSurvivesAKillAtAnyWrite() {
    QFETCH(bool, torn);
    const auto calls = countCalls();
    QVERIFY(calls > 100);
    m_unreadableLive = 0;
    int killed = 0;
    for (BreakPoints points(calls, 110, torn ? 0.5 : 0); const auto at = points.next(); ++killed) {
        checkAfterKill(*at, torn);
        if (QTest::currentTestFailed())
            return;
    }
    qInfo("%d kills at %ld calls, live file unreadable after %d", killed, calls, m_unreadableLive);
    if (!torn)
        QCOMPARE(m_unreadableLive, 0);
}

void RunLogCrashTest::checkAfterKill(long at, bool torn) {
    const auto what = "killed at call " + std::to_string(at);
    const TestFolder runs;
    *m_promises = {};
    const auto status = inChild([&] {
        breakCall(torn ? Break::TearKill : Break::Kill, at);
        goOn(m_example, *m_example.create(runs.path()), 0, *m_promises);
    });
    QVERIFY2(status == killedStatus, what.c_str());
    const auto promised = *m_promises;
    const auto folder = runs.path() / "example";
    if (!fs::exists(folder / "spec.json"))
        return;  // killed before it was a run

    const auto before = stateOf(folder);
    QElapsedTimer timer;
    timer.start();
    const auto run = readRun(folder);
    QVERIFY2(timer.elapsed() < 10000, what.c_str());
    QVERIFY2(stateOf(folder) == before, what.c_str());

    QVERIFY2(run.stages >= promised.sealed, what.c_str());
    QVERIFY2(run.status == (run.stages == m_example.stages() ? RunStatus::Finished : RunStatus::Interrupted),
             what.c_str());
    const auto expected = m_example.rows(run.stages);
    QVERIFY2(run.steps.size() >= expected.steps.size() && run.answers.size() >= expected.answers.size(), what.c_str());
    for (std::size_t i = 0; i < expected.steps.size(); ++i)
        QVERIFY2(run.steps.row(i) == expected.steps.row(i), what.c_str());
    QVERIFY2(std::equal(expected.answers.begin(), expected.answers.end(), run.answers.begin()), what.c_str());
    QVERIFY2(std::equal(expected.cells.begin(), expected.cells.end(), run.cells.begin()), what.c_str());

    const auto liveSteps = static_cast<std::int64_t>(run.steps.size() - expected.steps.size());
    for (std::int64_t i = 0; i < liveSteps; ++i)
        QVERIFY2(run.steps.row(expected.steps.size() + static_cast<std::size_t>(i)) == m_example.step(run.stages, i),
                 what.c_str());
    const auto checkpoint = run.stages == promised.sealed ? promised.syncedSteps : 0;
    if (run.notes.empty())
        QVERIFY2(liveSteps >= checkpoint, what.c_str());
    else
        ++m_unreadableLive;
    if (run.status == RunStatus::Finished)
        return;

    // A run that was killed before its first rows has no list of requests: it is started anew.
    if (run.requests.empty() || run.requests.front().forgetEntities.empty())
        return;
    const auto resumeAt = std::min(liveSteps, checkpoint);
    const auto resumed = inChild([&] {
        goOn(m_example, *RunLog::resume(folder, {run.stages, resumeAt}), resumeAt, *m_promises);
    });
    QVERIFY2(resumed == 0, what.c_str());
    checkFinished(runs.path(), what);
}

namespace {

/// Does `work`; when the disk is full, frees it and does it again if it has to be.
void despiteFullDisk(Promises& promises, bool again, const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Resource || std::string(e.what()).find("Free some space") == std::string::npos)
            throw;
        breakCall(Break::Nothing);
        ++promises.errors;
        if (again)
            work();
    }
}

void goOnDespiteFullDisk(const ExampleRun& example, RunLog& log, Promises& promises) {
    for (int stage = log.nextStage(); stage < example.stages(); ++stage) {
        for (std::int64_t i = 0; stage > 0 && i < example.steps(); ++i)
            despiteFullDisk(promises, false, [&] {
                log.rowsCame(
                    {.steps = StepColumns::of({example.step(stage, i)}), .resources = {example.resources(stage, i)}});
            });
        despiteFullDisk(promises, true, [&] { log.sync(); });
        despiteFullDisk(promises, false, [&] { log.rowsCame({.answers = example.answers(stage)}); });
        despiteFullDisk(promises, false, [&] { log.rowsCame({.cells = example.cells(stage)}); });
        despiteFullDisk(promises, true, [&] { log.stageDone(stage); });
    }
    despiteFullDisk(promises, true, [&] { log.finish(); });
}

}  // namespace

void RunLogCrashTest::aFullDiskLosesNothing() {
    const auto calls = countCalls();
    auto expected = m_example.rows(m_example.stages());
    expected.resources.clear();
    for (int stage = 1; stage < m_example.stages(); ++stage)
        for (int i = 0; i < stepsPerStage; ++i)
            expected.resources.push_back(m_example.resources(stage, i));
    int filled = 0;
    for (BreakPoints points(calls, 60); const auto at = points.next(); ++filled) {
        const auto what = "full at call " + std::to_string(*at);
        const TestFolder runs;
        *m_promises = {};
        const auto status = inChild([&] {
            std::unique_ptr<RunLog> log;
            breakCall(Break::DiskFull, *at);
            despiteFullDisk(*m_promises, true, [&] { log = m_example.create(runs.path()); });
            goOnDespiteFullDisk(m_example, *log, *m_promises);
        });
        QVERIFY2(status == 0, what.c_str());
        QVERIFY2(m_promises->errors <= 1, what.c_str());
        QVERIFY2(rowsOf(readRun(runs.path() / "example")) == expected, what.c_str());
        QVERIFY2(rowsOf(readRun(runs.path() / "example" / "run.h5")) == expected, what.c_str());
    }
    qInfo("disk full at %d of %ld calls", filled, calls);
}

void RunLogCrashTest::aFullDiskDuringAResumeLosesNothing() {
    for (long at = 0; at < 40; at += 3) {
        const auto what = "full at call " + std::to_string(at);
        const TestFolder runs;
        m_example.createWith(runs.path(), 2);
        const auto folder = runs.path() / "example";
        const auto status = inChild([&] {
            breakCall(Break::DiskFull, at);
            std::unique_ptr<RunLog> log;
            despiteFullDisk(*m_promises, true, [&] { log = RunLog::resume(folder, {2, 0}); });
            despiteFullDisk(*m_promises, false,
                            [&] { log->rowsCame({.steps = StepColumns::of({m_example.step(2, 0)})}); });
            breakCall(Break::Nothing);
            log->rowsCame({.resources = {m_example.resources(2, 0)}});
            m_example.train(*log, 2, 1, m_example.steps());
            m_example.measure(*log, 2);
            log->finish();
        });
        QVERIFY2(status == 0, what.c_str());
        checkFinished(runs.path(), what);
    }
}

LACUNA_TEST(RunLogCrashTest)
#include "run_log_crash_test.moc"
