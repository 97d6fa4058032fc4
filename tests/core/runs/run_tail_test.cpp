// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_tail.h"

#include "core/base/error.h"
#include "core/runs/run_log.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/child_process.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

#include <unistd.h>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

class RunTailTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<TestFolder>(); }
    void rowsArriveOnceAndInOrder();
    void aStageThatWasSealedUnseenArrivesWhole();
    void aWriterThatWentBackReplacesTheRun();
    void nothingNewCostsNoReading();
    void aGrowingFileOfAnotherProcessIsFollowed();
    void aFolderThatIsGoneIsTold();

private:
    fs::path folder() const { return m_folder->path() / "example"; }
    const ExampleRun m_example;
    std::unique_ptr<TestFolder> m_folder;
};

void RunTailTest::rowsArriveOnceAndInOrder() {
    auto log = m_example.createWith(m_folder->path(), 1);
    m_example.train(*log, 1, 0, 10);
    log->sync();
    RunTail tail(folder());
    auto history = tail.takeHistory();
    QCOMPARE(history.steps.size(), std::size_t{10});
    QVERIFY(tail.poll().rows.empty());

    m_example.train(*log, 1, 10, 40);
    log->sync();
    auto growth = tail.poll();
    QCOMPARE(growth.rows.steps.size(), std::size_t{30});
    QVERIFY(growth.rows.steps.row(0) == m_example.step(1, 10));
    QVERIFY(growth.status == RunStatus::Running);
    applyGrowth(history, std::move(growth));

    log->rowsCame({.answers = m_example.answers(1)});
    growth = tail.poll();
    QVERIFY(growth.rows.answers == m_example.answers(1));
    applyGrowth(history, std::move(growth));
    log->rowsCame({.cells = m_example.cells(1)});
    log->stageDone(1);
    growth = tail.poll();
    QCOMPARE(growth.sealed, std::vector<int>{1});
    QVERIFY(growth.rows.answers.empty());
    QVERIFY(growth.rows.cells == m_example.cells(1));
    applyGrowth(history, std::move(growth));

    m_example.stage(*log, 2);
    log->finish();
    applyGrowth(history, tail.poll());
    QVERIFY(rowsOf(history) == m_example.rows(3));
    QVERIFY(history.status == RunStatus::Finished);
    QCOMPARE(history.stages, 3);
}

void RunTailTest::aStageThatWasSealedUnseenArrivesWhole() {
    auto log = m_example.create(m_folder->path());
    RunTail tail(folder());
    auto history = tail.takeHistory();
    QVERIFY(history.requests == m_example.requests);
    m_example.stage(*log, 0);
    m_example.stage(*log, 1);
    m_example.train(*log, 2, 0, 5);
    log->sync();
    const auto growth = tail.poll();
    QCOMPARE(growth.sealed, (std::vector<int>{0, 1}));
    QCOMPARE(growth.rows.steps.size(), std::size_t{45});
    QCOMPARE(growth.rows.answers.size(), std::size_t{24});
}

void RunTailTest::aWriterThatWentBackReplacesTheRun() {
    auto log = m_example.createWith(m_folder->path(), 1);
    m_example.train(*log, 1, 0, 25);
    log->sync();
    RunTail tail(folder());
    tail.takeHistory();
    log.reset();
    log = RunLog::resume(folder(), {1, 20});
    m_example.train(*log, 1, 20, 22);
    log->sync();
    const auto growth = tail.poll();
    QVERIFY(growth.replaced.has_value());
    QCOMPARE(growth.replaced->steps.size(), std::size_t{22});
    m_example.train(*log, 1, 22, 30);
    log->sync();
    QCOMPARE(tail.poll().rows.steps.size(), std::size_t{8});
}

void RunTailTest::nothingNewCostsNoReading() {
    auto log = m_example.createWith(m_folder->path(), 1);
    RunTail tail(folder());
    tail.poll();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 100; ++i)
        QVERIFY(tail.poll().rows.empty());
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
}

void RunTailTest::aGrowingFileOfAnotherProcessIsFollowed() {
    ChildProcess writer([&] {
        auto log = m_example.create(m_folder->path());
        for (int stage = 0; stage < m_example.stages(); ++stage) {
            for (int i = 0; stage > 0 && i < m_example.steps(); ++i) {
                m_example.train(*log, stage, i, i + 1);
                log->sync();
                ::usleep(3000);
            }
            m_example.measure(*log, stage);
        }
        log->finish();
        return 0;
    });
    // Not the live file: a quick writer has sealed it and taken it away before anybody looks.
    QTRY_VERIFY(fs::exists(folder() / "spec.json"));
    RunTail tail(folder());
    auto history = tail.takeHistory();
    int polls = 0;
    QTRY_VERIFY_WITH_TIMEOUT((applyGrowth(history, tail.poll()), ++polls, history.status == RunStatus::Finished),
                             30000);
    QCOMPARE(writer.wait(), 0);
    QVERIFY(rowsOf(history) == m_example.rows(3));
    QVERIFY(polls > 2);
}

void RunTailTest::aFolderThatIsGoneIsTold() {
    m_example.createWith(m_folder->path(), 1).reset();
    RunTail tail(folder());
    fs::remove_all(folder());
    QVERIFY_THROWS_EXCEPTION(Error, tail.poll());
}

LACUNA_TEST(RunTailTest)
#include "run_tail_test.moc"
