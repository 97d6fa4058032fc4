// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/workspace.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleBenchmark;
using lacuna::testing::exampleRun;

class WorkspaceTest : public QObject {
    Q_OBJECT

private slots:
    void knowsWhatBecomesOfEachEntity() {
        Workspace workspace;
        QVERIFY(!workspace.entity("Anteli"));
        QSignalSpy changed(&workspace, &Workspace::benchmarkChanged);
        workspace.setBenchmark(exampleBenchmark());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(workspace.entity("Borrin")->className, std::string("Animals"));
        QCOMPARE(workspace.forgottenIn("Borrin"), QString("A"));
        QCOMPARE(workspace.retainedIn("Borrin"), QString());
        QCOMPARE(workspace.retainedIn("Fennow"), QString("B"));
        QVERIFY(workspace.entity("Stranger"));
        QCOMPARE(workspace.forgottenIn("Stranger"), QString());
        QVERIFY(!workspace.entity("Nobody"));
    }

    void forgetsTheSelectionOfAnotherBenchmark() {
        Workspace workspace;
        workspace.setBenchmark(exampleBenchmark());
        workspace.selectEntity("Borrin");
        workspace.setBenchmark(std::make_shared<Benchmark>());
        QCOMPARE(workspace.selection().entity, QString());
    }

    void replacesARunOfTheSameSource() {
        Workspace workspace;
        QCOMPARE(workspace.addRun(exampleRun("ga", "AB", 3)), 0);
        QCOMPARE(workspace.addRun(exampleRun("gd", "AB", 1)), 1);
        workspace.setPinned(1, true);
        QCOMPARE(workspace.addRun(exampleRun("gd", "AB", 2)), 1);
        QCOMPARE(workspace.runs().size(), std::size_t(2));
        QCOMPARE(workspace.runs()[1].history.stages, 2);
        QVERIFY(workspace.runs()[1].pinned);
    }

    void keepsTheSelectedRunWhenAnotherGoes() {
        Workspace workspace;
        for (const auto* method : {"ga", "gd", "kl"})
            workspace.addRun(exampleRun(method, "AB", 3));
        workspace.selectRun(2);
        QSignalSpy selected(&workspace, &Workspace::selectionChanged);
        workspace.removeRun(0);
        QCOMPARE(workspace.selection().run, 1);
        QCOMPARE(workspace.runs()[1].history.spec.method, std::string("kl"));
        workspace.removeRun(1);
        QCOMPARE(workspace.selection().run, -1);
        QCOMPARE(selected.count(), 2);
    }

    void theTimelineFollowsTheShownRuns() {
        Workspace workspace;
        QCOMPARE(workspace.stageCount(), 1);
        workspace.setStage(7);
        QCOMPARE(workspace.stage(), 0);
        workspace.addRun(exampleRun("ga", "AB", 3));
        workspace.addRun(exampleRun("gd", "ABCD", 2));
        QCOMPARE(workspace.stageCount(), 5);
        QCOMPARE(workspace.measuredStages(), 3);
        workspace.setStage(4);
        QSignalSpy stage(&workspace, &Workspace::stageChanged);
        workspace.setShown(1, false);
        QCOMPARE(workspace.stageCount(), 3);
        QCOMPARE(workspace.stage(), 2);
        QCOMPARE(stage.count(), 1);
    }

    void namesStagesOnlyWhileOrdersAgree() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 3));
        workspace.addRun(exampleRun("gd", "ABCD", 2));
        QCOMPARE(workspace.stageName(0), QString("original"));
        QCOMPARE(workspace.stageName(2), QString("after B"));
        QCOMPARE(workspace.stageName(4), QString("after D"));
        workspace.addRun(exampleRun("kl", "CABD", 5));
        QVERIFY(!workspace.ordersAgree());
        QCOMPARE(workspace.stageName(0), QString("original"));
        QCOMPARE(workspace.stageName(2), QString("stage 2"));
        workspace.setShown(2, false);
        QCOMPARE(workspace.stageName(2), QString("after B"));
    }

    void keepsAnswersAndCellsOrderedByStage() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 0));
        QSignalSpy grew(&workspace, &Workspace::runGrew);
        AnswerRow answer;
        answer.entity = "Anteli";
        answer.stage = 2;
        workspace.appendRows(0, {.answers = {answer}});
        answer.stage = 1;
        workspace.appendRows(0, {.answers = {answer}});
        QCOMPARE(workspace.runs()[0].answers.about("Anteli").front().stage, 1);
        QCOMPARE(grew.count(), 2);
    }

    void saysNothingWhenNothingChanges() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 3));
        QSignalSpy all(&workspace, &Workspace::runsChanged);
        QSignalSpy activity(&workspace, &Workspace::activityChanged);
        QSignalSpy selection(&workspace, &Workspace::selectionChanged);
        workspace.setShown(0, true);
        workspace.setPinned(0, false);
        workspace.setStatus(0, RunStatus::Finished);
        workspace.setActivity(0, {}, -1);
        workspace.select({});
        QCOMPARE(all.count() + activity.count() + selection.count(), 0);
    }

    void aNewEntityStartsAtItsFirstQuestion() {
        Workspace workspace;
        workspace.setBenchmark(exampleBenchmark());
        Selection selection;
        selection.run = 3;
        selection.entity = "Anteli";
        selection.questionKind = "habitat";
        selection.phrasing = 2;
        selection.view = 1;
        workspace.select(selection);
        workspace.selectEntity("Borrin");
        QCOMPARE(workspace.selection().run, 3);
        QCOMPARE(workspace.selection().questionKind, QString());
        QCOMPARE(workspace.selection().phrasing, 0);
        QCOMPARE(workspace.selection().view, -1);
    }

    void refusesARunThatIsNotThere() {
        Workspace workspace;
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, workspace.setShown(0, false));
    }
};

LACUNA_TEST(WorkspaceTest)
#include "workspace_test.moc"
