// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleRun;

class RunsModelTest : public QObject {
    Q_OBJECT

private slots:
    void standsUpToTheModelTester() {
        Workspace workspace;
        RunsModel model(workspace);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const auto* method : {"ga", "gd", "kl", "npo"})
            workspace.addRun(exampleRun(method, "AB", 3));
        workspace.setPinned(2, true);
        workspace.setShown(0, false);
        workspace.setActivity(1, "request B · 10 %", 0.1);
        workspace.removeRun(1);
        workspace.setPinned(1, false);
        workspace.removeRun(0);
        workspace.removeRun(0);
        workspace.removeRun(0);
        QCOMPARE(model.rowCount(), 0);
    }

    void pinnedRunsComeFirstAndIndicesFollow() {
        Workspace workspace;
        RunsModel model(workspace);
        for (const auto* method : {"ga", "gd", "kl"})
            workspace.addRun(exampleRun(method, "AB", 3));
        const QPersistentModelIndex gd = model.index(1);
        workspace.setPinned(2, true);
        QCOMPARE(model.index(0).data().toString(), QString("KL"));
        QCOMPARE(model.runAt(0), 2);
        QCOMPARE(gd.row(), 2);
        QCOMPARE(gd.data().toString(), QString("GD"));
        workspace.removeRun(0);
        QCOMPARE(gd.data(RunsModel::RunRole).toInt(), 0);
        QCOMPARE(model.indexOfRun(0).row(), 1);
    }

    void saysHowARunStands() {
        Workspace workspace;
        RunsModel model(workspace);
        workspace.addRun(exampleRun("lumoe", "AB", 3));
        QCOMPARE(model.index(0).data(RunsModel::StatusRole).toString(), QString("done"));
        QSignalSpy changed(&model, &RunsModel::dataChanged);
        workspace.setActivity(0, "request B · 62 %", 0.62);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(0).data(RunsModel::StatusRole).toString(), QString("request B · 62 %"));
        QCOMPARE(model.index(0).data(RunsModel::ProgressRole).toDouble(), 0.62);
        QCOMPARE(model.index(0).data(Qt::AccessibleTextRole).toString(), QString("LUMoE, request B · 62 %, shown"));
        workspace.setStatus(0, RunStatus::Paused);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(model.index(0).data(RunsModel::StatusRole).toString(), QString("paused · 62 %"));
    }

    void tellsRunsOfOneMethodApart() {
        Workspace workspace;
        RunsModel model(workspace);
        auto run = exampleRun("gd", "AB", 3);
        workspace.addRun(run);
        QCOMPARE(model.index(0).data(RunsModel::DetailRole).toString(), QString());
        run.source = "/runs/other";
        run.name = "other";
        workspace.addRun(run);
        QCOMPARE(model.index(1).data(RunsModel::DetailRole).toString(), QString("other"));
        run.spec.seed = 7;
        run.requests = {{"B", {}, {}}, {"A", {}, {}}};
        workspace.addRun(run);
        QCOMPARE(model.index(1).data(RunsModel::DetailRole).toString(), QString("BA seed 7"));
    }

    void aNewNameIsAskedForNotTaken() {
        Workspace workspace;
        RunsModel model(workspace);
        workspace.addRun(exampleRun("ga", "AB", 3));
        QSignalSpy asked(&model, &RunsModel::renameAsked);
        QVERIFY(model.setData(model.index(0), "better name"));
        QCOMPARE(asked.count(), 1);
        QCOMPARE(model.index(0).data(Qt::EditRole).toString(), QString("ga-AB"));
        QVERIFY(!model.setData(model.index(0), "  "));
        QVERIFY(!model.setData(model.index(0), "ga-AB"));
        QCOMPARE(asked.count(), 1);
        workspace.setSource(0, "/runs/better name", "better name");
        QCOMPARE(model.index(0).data(Qt::EditRole).toString(), QString("better name"));
        workspace.setStatus(0, RunStatus::Running);
        QVERIFY(!(model.index(0).flags() & Qt::ItemIsEditable));
    }

    void sumsUpWhatTheRunsHaveInCommon() {
        Workspace workspace;
        QCOMPARE(runsSummary(workspace), QString());
        workspace.addRun(exampleRun("ga", "ABCD", 5));
        workspace.addRun(exampleRun("gd", "ABCD", 5));
        QCOMPARE(runsSummary(workspace), QString("2 · order A B C D · seed 42"));
        RunHistory queued;  // its order is known once it starts
        queued.source = "/runs/queued";
        queued.spec.method = "kl";
        queued.spec.seed = 42;
        workspace.addRun(queued);
        QCOMPARE(runsSummary(workspace), QString("3 · order A B C D · seed 42"));
        workspace.removeRun(2);
        auto run = exampleRun("kl", "CABD", 5);
        run.spec.seed = 7;
        workspace.addRun(run);
        QCOMPARE(runsSummary(workspace), QString("3 · 2 orders · 2 seeds"));
        run = exampleRun("po", "CABD", 5);
        run.spec.images = "surrogate";
        workspace.addRun(run);
        QVERIFY(runsSummary(workspace).endsWith(" · drawn stand-ins"));
        workspace.setShown(3, false);  // nobody sees them
        QVERIFY(!runsSummary(workspace).contains("stand-ins"));
    }
};

LACUNA_TEST(RunsModelTest)
#include "runs_model_test.moc"
