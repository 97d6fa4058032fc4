// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_log.h"

#include "core/base/error.h"
#include "core/runs/run_reader.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
using lacuna::testing::ExampleRun;
using lacuna::testing::rowsOf;
using lacuna::testing::TestFolder;
namespace fs = std::filesystem;

class RunLogTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_temporary = std::make_unique<TestFolder>(); }
    void aFinishedRunReadsBackRowByRow();
    void aRunInWorkShowsWhatIsCommitted();
    void aRequestThatWasEndedEarlyStaysSo();
    void takenAndBadNamesAreRefused();
    void rowsOfAnotherStageAreABug();
    void textThatIsNoUtf8IsMended();
    void parentsOfTheRunsFolderAreMade();
    void finishingTooEarlyIsABug();
    void aStoppedRunHasItsStagesInOneFile();

private:
    fs::path runs() const { return m_temporary->path(); }
    std::unique_ptr<TestFolder> m_temporary;
};

void RunLogTest::aFinishedRunReadsBackRowByRow() {
    const ExampleRun example;
    auto log = example.createWith(runs(), example.stages());
    log->finish();
    const auto folder = runs() / "example";
    QVERIFY(!fs::exists(folder / "live-000.h5"));
    for (const auto& path : {folder, folder / "run.h5"}) {
        const auto run = readRun(path);
        QCOMPARE(run.name, std::string("example"));
        QCOMPARE(run.source, path);
        QCOMPARE(run.spec, example.spec);
        QVERIFY(run.requests == example.requests);
        QCOMPARE(run.stages, 3);
        QVERIFY(run.status == RunStatus::Finished);
        QVERIFY(run.notes.empty());
        QVERIFY(rowsOf(run) == example.rows(3));
    }
}

void RunLogTest::aRunInWorkShowsWhatIsCommitted() {
    const ExampleRun example;
    auto log = example.createWith(runs(), 1);
    example.train(*log, 1, 0, 25);
    log->sync();
    auto run = readRun(runs() / "example");
    QVERIFY(run.status == RunStatus::Running);
    QCOMPARE(run.stages, 1);
    auto expected = example.rows(1);
    example.train(*log, 1, 25, 30);
    for (int i = 0; i < 25; ++i)
        expected.steps.append(example.step(1, i));
    for (int i = 0; i < 25; i += 10)
        expected.resources.push_back(example.resources(1, i));
    QVERIFY(rowsOf(run) == expected);
    log.reset();  // commits the rest
    run = readRun(runs() / "example");
    QVERIFY(run.status == RunStatus::Interrupted);
    QCOMPARE(run.steps.size(), std::size_t{30});
}

/// A run that ended a request after 8 of 60 steps must not look like any full one: in sealed stages, over a resume, in
/// run.h5.
void RunLogTest::aRequestThatWasEndedEarlyStaysSo() {
    const ExampleRun example;
    const auto path = runs() / "example";
    {
        auto log = example.create(runs());
        example.stage(*log, 0);
        example.train(*log, 1, 0, 8);
        log->requestTrained(1, 8, 60);
        QVERIFY(!readRun(path).endedEarly(1));  // it is told with the stage that it makes
        example.measure(*log, 1);
    }
    QVERIFY(readRun(path).endedEarly(1));
    auto log = RunLog::resume(path, {2, 0});
    example.train(*log, 2, 0, 40);
    log->requestTrained(2, 40, 40);
    example.measure(*log, 2);
    log->finish();
    for (const auto& source : {path, path / "run.h5"}) {
        const auto run = readRun(source);
        QVERIFY(run.endedEarly(1));
        QCOMPARE(run.endedEarly(1)->stepsDone, 8);
        QCOMPARE(run.endedEarly(1)->stepsPlanned, 60);
        QVERIFY(!run.endedEarly(2) && run.requests[1].stepsDone == 40);
        QVERIFY(!run.endedEarly(0) && !run.endedEarly(3));
    }
}

void RunLogTest::takenAndBadNamesAreRefused() {
    const ExampleRun example;
    example.create(runs());
    QVERIFY_THROWS_EXCEPTION(Error, example.create(runs()));
    QVERIFY_THROWS_EXCEPTION(Error, ExampleRun("../up").create(runs()));
    QVERIFY_THROWS_EXCEPTION(Error, ExampleRun("").create(runs()));
}

void RunLogTest::rowsOfAnotherStageAreABug() {
    const ExampleRun example;
    auto log = example.create(runs());
    QVERIFY_THROWS_EXCEPTION(Error, log->rowsCame({.steps = StepColumns::of({example.step(1, 0)})}));
    QVERIFY_THROWS_EXCEPTION(Error, log->rowsCame({.answers = example.answers(1)}));
    QVERIFY_THROWS_EXCEPTION(Error, log->stageDone(1));
}

void RunLogTest::textThatIsNoUtf8IsMended() {
    const ExampleRun example;
    auto log = example.create(runs());
    auto answers = example.answers(0);
    answers[0].answer = std::string("a\0b", 3) + "\xff" + "\xe2\x82" + "z\xed\xa0\x80";
    answers[0].tokens = {{"\xe5", 0}};
    log->rowsCame({.answers = answers});
    const auto check = [&] {
        const auto run = readRun(runs() / "example");
        QCOMPARE(run.answers[0].answer, std::string("a\uFFFDb\uFFFD\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD"));
        QCOMPARE(run.answers[0].tokens[0].token, std::string("\uFFFD"));
    };
    check();
    log->stageDone(0);
    check();
}

void RunLogTest::parentsOfTheRunsFolderAreMade() {
    const ExampleRun example;
    example.create(runs() / "a" / "b");
    QVERIFY(fs::exists(runs() / "a" / "b" / "example" / "spec.json"));
}

void RunLogTest::finishingTooEarlyIsABug() {
    const ExampleRun example;
    QVERIFY_THROWS_EXCEPTION(Error, example.createWith(runs(), 2)->finish());
}

void RunLogTest::aStoppedRunHasItsStagesInOneFile() {
    const ExampleRun example;
    auto log = example.createWith(runs(), 1);
    example.train(*log, 1, 0, 25);
    log->stop();
    const auto folder = runs() / "example";
    auto shared = readRun(folder / "run.h5");
    QCOMPARE(shared.stages, 1);
    QVERIFY(shared.status == RunStatus::Interrupted);
    QVERIFY(rowsOf(shared) == example.rows(1));
    QCOMPARE(readRun(folder).steps.size(), std::size_t{25});  // what is not sealed is kept as well
    log = RunLog::resume(folder, {1, 25});
    log.reset();
    QVERIFY(!hasWriter(RunFolder::open(folder)));
}

LACUNA_TEST(RunLogTest)
#include "run_log_test.moc"
