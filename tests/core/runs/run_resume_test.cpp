// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/runs/run_log.h"
#include "core/runs/run_reader.h"
#include "tests/common/interposed_calls.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/child_process.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

#include <fstream>
#include <unistd.h>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

class RunResumeTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<TestFolder>(); }
    void aResumedRunHasTheRowsOfAnUndisturbedOne_data();
    void aResumedRunHasTheRowsOfAnUndisturbedOne();
    void resumingWhereNothingIsIsRefused();
    void aRunThatDiedBeforeItsLastFileIsFinished();
    void theClockGoesOn();
    void twoWritersAtOnceAreRefused();
    void aLockLeftByTheDeadIsTakenOver();
    void aLockOfAnotherHostHoldsWhileItIsFresh();
    void garbageInTheLockIsNoWriter();
    void withoutTheStepsBeforeACheckpointTheStageBeginsAnew();
    void aDriveWithoutLocksIsWrittenAndSaid();
    void whoMadeEachStageIsKept();
    void whoMadeTheSameIsNotSaid();

private:
    fs::path folder() const { return m_folder->path() / "example"; }
    const ExampleRun m_example;
    std::unique_ptr<TestFolder> m_folder;
};

void RunResumeTest::aResumedRunHasTheRowsOfAnUndisturbedOne_data() {
    QTest::addColumn<int>("sealed");
    QTest::addColumn<int>("done");
    QTest::addColumn<int>("resumeAt");
    QTest::newRow("before anything") << 0 << 0 << 0;
    QTest::newRow("at the start of a stage") << 1 << 0 << 0;
    QTest::newRow("back to the last seal") << 1 << 25 << 0;
    QTest::newRow("back to a checkpoint") << 2 << 25 << 20;
    QTest::newRow("where it stopped") << 2 << 25 << 25;
    QTest::newRow("while it was measured") << 1 << 40 << 40;
}

void RunResumeTest::aResumedRunHasTheRowsOfAnUndisturbedOne() {
    QFETCH(int, sealed);
    QFETCH(int, done);
    QFETCH(int, resumeAt);
    auto log = m_example.createWith(m_folder->path(), sealed);
    m_example.train(*log, sealed, 0, done);
    if (done == m_example.steps())
        log->rowsCame({.answers = m_example.answers(sealed)});
    log.reset();
    log = RunLog::resume(folder(), {sealed, resumeAt});
    QVERIFY(log->requests() == m_example.requests);
    QCOMPARE(log->spec(), m_example.spec);
    for (int stage = sealed; stage < m_example.stages(); ++stage)
        m_example.stage(*log, stage, stage == sealed ? resumeAt : 0);
    log->finish();
    QVERIFY(rowsOf(readRun(folder())) == m_example.rows(m_example.stages()));
    QVERIFY(rowsOf(readRun(folder() / "run.h5")) == m_example.rows(m_example.stages()));
}

void RunResumeTest::resumingWhereNothingIsIsRefused() {
    m_example.train(*m_example.createWith(m_folder->path(), 1), 1, 0, 10);
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {0, 0}));  // sealed already
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {2, 0}));  // skips a stage
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(m_folder->path() / "nothing", {0, 0}));
    QCOMPARE(RunLog::resume(folder(), {1, 10})->nextStage(), 1);
}

/// A live file that is gone, or was not written to the last step before a checkpoint: the stage is made anew.
void RunResumeTest::withoutTheStepsBeforeACheckpointTheStageBeginsAnew() {
    m_example.train(*m_example.createWith(m_folder->path(), 1), 1, 0, 10);
    auto log = RunLog::resume(folder(), {1, 11});  // the log has ten
    QCOMPARE(log->stepsInWork(), 0);
    QCOMPARE(log->notes().size(), std::size_t{1});
    for (const auto& part : {std::string("11 steps"), m_example.requests[0].name})
        QVERIFY2(log->notes().front().find(part) != std::string::npos, log->notes().front().c_str());
    for (int stage = 1; stage < m_example.stages(); ++stage)
        m_example.stage(*log, stage, 0);
    log->finish();
    QVERIFY(rowsOf(readRun(folder())) == m_example.rows(m_example.stages()));
}

void RunResumeTest::aDriveWithoutLocksIsWrittenAndSaid() {
    breakCall(Break::NoLocks);
    const auto restore = qScopeGuard([] { breakCall(Break::Nothing); });
    auto log = m_example.createWith(m_folder->path(), 1);
    QCOMPARE(log->notes().size(), std::size_t{1});
    QVERIFY(log->notes().front().find("no file locks") != std::string::npos);
    m_example.train(*log, 1, 0, 5);
    QVERIFY(hasWriter({folder()}));  // by what stands in run.lock
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {1, 0}));
    log.reset();
    log = RunLog::resume(folder(), {1, 5});
    for (int stage = 1; stage < m_example.stages(); ++stage)
        m_example.stage(*log, stage, stage == 1 ? 5 : 0);
    log->finish();
    QVERIFY(rowsOf(readRun(folder())) == m_example.rows(m_example.stages()));
    breakCall(Break::Nothing);
    QVERIFY(m_example.create(m_folder->path() / "other")->notes().empty());
}

void RunResumeTest::whoMadeEachStageIsKept() {
    auto example = m_example;
    example.spec.lacunaVersion = "0.1.0";
    example.spec.torchVersion = "2.6.0";
    example.spec.processor = "Xeon";
    example.spec.device = "cpu";
    const Maker first{"0.1.0", "2.6.0", "Xeon", "cpu"}, second{"0.2.0", "2.11.0", "Xeon", "cpu"},
        third{"0.2.0", "2.11.0", "EPYC", "cpu"};
    auto log = example.createWith(m_folder->path(), 1);
    example.train(*log, 1, 0, 25);
    log.reset();
    log = RunLog::resume(folder(), {1, 20}, second);
    QCOMPARE(log->notes().size(), std::size_t{1});
    for (const char* part : {"Lacuna 0.2.0 instead of 0.1.0", "libtorch 2.11.0 instead of 2.6.0", "last bits"})
        QVERIFY2(log->notes().front().find(part) != std::string::npos, log->notes().front().c_str());
    QVERIFY(log->notes().front().find("processor") == std::string::npos);
    example.train(*log, 1, 20, 30);
    log.reset();
    log = RunLog::resume(folder(), {1, 30}, third);
    QVERIFY(log->notes().front().find("processor EPYC instead of Xeon") != std::string::npos);
    const std::vector<StageMaker> inWork{{0, 0, first}, {1, 0, first}, {1, 20, second}, {1, 30, third}};
    QVERIFY(readRun(folder()).makers == inWork);
    example.stage(*log, 1, 30);
    example.stage(*log, 2);
    log->finish();
    auto all = inWork;
    all.push_back({2, 0, third});
    for (const auto& path : {folder(), folder() / "run.h5"}) {
        const auto run = readRun(path);
        QVERIFY(run.makers == all);
        QCOMPARE(changeOfMakers(run),
                 std::string("stage 0 to stage 1 by Lacuna 0.1.0, libtorch 2.6.0, cpu (Xeon); stage 1 from step 20 by "
                             "Lacuna 0.2.0, libtorch 2.11.0, cpu (Xeon); stage 1 from step 30 to stage 2 by Lacuna "
                             "0.2.0, libtorch 2.11.0, cpu (EPYC)"));
        QCOMPARE(run.spec, example.spec);  // the run's own word stays
    }
}

void RunResumeTest::whoMadeTheSameIsNotSaid() {
    auto log = m_example.createWith(m_folder->path(), 1);
    m_example.train(*log, 1, 0, 25);
    log.reset();
    log = RunLog::resume(folder(), {1, 20}, Maker{{}, {}, {}, "auto"});  // the example names nobody
    QVERIFY(log->notes().empty());
    log.reset();
    QVERIFY(!RunLog::resume(folder(), {1, 0}, Maker{"0.1.0", "", "", "auto"})->notes().empty());
    QCOMPARE(changeOfMakers(readRun(folder())), std::string("stage 0 by Lacuna , libtorch , auto (); stage 1 by Lacuna "
                                                            "0.1.0, libtorch , auto ()"));
}

void RunResumeTest::aRunThatDiedBeforeItsLastFileIsFinished() {
    m_example.createWith(m_folder->path(), m_example.stages()).reset();
    QVERIFY(!fs::exists(folder() / "run.h5"));
    RunLog::resume(folder(), {m_example.stages(), 0})->finish();
    QVERIFY(rowsOf(readRun(folder() / "run.h5")) == m_example.rows(m_example.stages()));
    QVERIFY(RunFolder::open(folder()).liveNumbers().empty());
}

void RunResumeTest::theClockGoesOn() {
    m_example.train(*m_example.createWith(m_folder->path(), 2), 2, 0, 25);
    QCOMPARE(RunLog::resume(folder(), {2, 20})->elapsedS(), 2019.0);
    QCOMPARE(RunLog::resume(folder(), {2, 0})->elapsedS(), 1039.0);
}

void RunResumeTest::twoWritersAtOnceAreRefused() {
    auto log = m_example.createWith(m_folder->path(), 1);
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {1, 0}));
    QVERIFY(hasWriter({folder()}));
    ChildProcess second([&] {
        try {
            RunLog::resume(folder(), {1, 0});
        } catch (const Error&) {
            return 0;
        }
        return 1;
    });
    QCOMPARE(second.wait(), 0);
    m_example.stage(*log, 1);  // and the first is undisturbed
    log.reset();
    QVERIFY(!hasWriter({folder()}));
    QCOMPARE(RunLog::resume(folder(), {2, 0})->nextStage(), 2);
}

void RunResumeTest::aLockLeftByTheDeadIsTakenOver() {
    int ready[2];
    QVERIFY(::pipe(ready) == 0);
    ChildProcess writer([&] {
        auto log = m_example.createWith(m_folder->path(), 1);
        char byte = 1;
        [[maybe_unused]] const auto written = ::write(ready[1], &byte, 1);
        ::pause();
        return 0;
    });
    ::close(ready[1]);  // the child's end alone is left: where it dies, there is nothing to wait for
    char byte = 0;
    QVERIFY(::read(ready[0], &byte, 1) == 1);
    QVERIFY(readRun(folder()).status == RunStatus::Running);
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {1, 0}));
    writer.kill();
    writer.wait();
    QVERIFY(readRun(folder()).status == RunStatus::Interrupted);
    QVERIFY(fs::file_size(folder() / "run.lock") > 0);
    QCOMPARE(RunLog::resume(folder(), {1, 0})->nextStage(), 1);
    ::close(ready[0]);
}

void RunResumeTest::aLockOfAnotherHostHoldsWhileItIsFresh() {
    m_example.createWith(m_folder->path(), 1).reset();
    const auto lock = folder() / "run.lock";
    std::ofstream(lock) << R"({"process": 1, "started": 5, "host": "some other host"})";
    QVERIFY(hasWriter({folder()}));
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder(), {1, 0}));
    fs::last_write_time(lock, fs::file_time_type::clock::now() - std::chrono::hours(1));
    QVERIFY(!hasWriter({folder()}));
    QCOMPARE(RunLog::resume(folder(), {1, 0})->nextStage(), 1);
}

void RunResumeTest::garbageInTheLockIsNoWriter() {
    m_example.createWith(m_folder->path(), 1).reset();
    for (const char* garbage : {"", "{", "[1]", R"({"process": "x"})", R"({"process": -1, "started": 1, "host": 3})"}) {
        std::ofstream(folder() / "run.lock") << garbage;
        QVERIFY(!hasWriter({folder()}));
        QCOMPARE(RunLog::resume(folder(), {1, 0})->nextStage(), 1);
    }
}

LACUNA_TEST(RunResumeTest)
#include "run_resume_test.moc"
