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
        QCOMPARE(model.index(0).data(RunsModel::RunRole).toInt(), 2);
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
        QCOMPARE(model.indexOfRun(1).data(RunsModel::DetailRole).toString(), QString("other"));
        run.spec.seed = 7;
        run.requests = {{"B", {}, {}}, {"A", {}, {}}};
        workspace.addRun(run);
        QCOMPARE(model.indexOfRun(1).data(RunsModel::DetailRole).toString(), QString("BA seed 7"));
    }

    /// Held by the model tester through every way in which a line comes, changes and goes.
    void runsOfOneMethodStandUnderOneLine() {
        Workspace workspace;
        RunsModel model(workspace);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto add = [&](const std::string& method, std::uint64_t seed, const std::string& benchmark = "here") {
            auto run = exampleRun(method, "AB", 3);
            run.name = method + std::to_string(seed) + benchmark;
            run.source = "/runs/" + run.name;
            run.spec.seed = seed;
            run.spec.benchmarkHash = benchmark;
            return workspace.addRun(run);
        };
        const auto lines = [&] {
            QStringList all;
            for (int row = 0; row < model.rowCount(); ++row)
                all << QString("%1:%2").arg(model.index(row).data().toString()).arg(model.rowCount(model.index(row)));
            return all.join(' ');
        };
        add("gd", 1);
        add("ga", 1);
        const QPersistentModelIndex first = model.indexOfRun(0);
        QCOMPARE(lines(), QString("GD:0 GA:0"));  // one alone is just a run
        add("gd", 2);
        add("gd", 3, "elsewhere");
        QCOMPARE(lines(), QString("GD:3 GA:0"));  // as long as no benchmark is open, nobody knows
        QCOMPARE(first.parent(), model.index(0));
        QCOMPARE(model.index(0).data(RunsModel::DetailRole).toString(), QString("×3"));
        QCOMPARE(model.index(0).data(RunsModel::RunsRole).value<QList<int>>(), QList<int>({0, 2, 3}));
        QVERIFY(!(model.index(0).flags() & Qt::ItemIsEditable) && (first.flags() & Qt::ItemIsEditable));
        auto benchmark = testing::exampleBenchmark();
        benchmark->hash = "here";
        workspace.setBenchmark(benchmark);
        QCOMPARE(lines(), QString("GD:2 GA:0 GD:0"));  // another benchmark's scores are no part of a mean
        workspace.setPinned(2, true);
        QCOMPARE(lines(), QString("GD:0 GD:0 GA:0 GD:0"));
        QCOMPARE(model.index(0).data(RunsModel::RunRole).toInt(), 2);
        workspace.setPinned(2, false);
        add("ga", 2);
        QCOMPARE(lines(), QString("GD:2 GA:2 GD:0"));
        const QPersistentModelIndex ga = model.index(1);
        QVERIFY(model.setData(ga, true, RunsModel::PinnedRole));  // all of it
        QCOMPARE(lines(), QString("GA:2 GD:2 GD:0"));
        QCOMPARE(ga.row(), 0);
        model.setFilter("gd 2");
        QCOMPARE(lines(), QString("GD:0"));
        QCOMPARE(model.runCount(), 1);
        model.setFilter({});
        QCOMPARE(lines(), QString("GA:2 GD:2 GD:0"));
        workspace.removeRun(0);
        QCOMPARE(lines(), QString("GA:2 GD:0 GD:0"));
        while (!workspace.runs().empty())
            workspace.removeRun(0);
        QCOMPARE(model.rowCount(), 0);
        for (int i = 1; i <= 4; ++i)
            add("ga", static_cast<std::uint64_t>(i));
        workspace.moveRun(3, 0);
        QCOMPARE(model.index(0).data(RunsModel::RunsRole).value<QList<int>>(), QList<int>({0, 1, 2, 3}));
        QCOMPARE(model.index(0, 0, model.index(0)).data(Qt::EditRole).toString(), QString("ga4here"));
    }

    /// Right values by hand: of 0.90, 0.94, 0.98 the mean is 0.94, the sample deviation 0.04.
    void aLineSaysWhatItsRunsCameTo() {
        Workspace workspace;
        RunsModel model(workspace);
        int number = 0;
        for (const double value : {0.90, 0.94, 0.98}) {
            auto run = exampleRun("ga", "A", 2);
            run.source = run.name = "ga-" + std::to_string(++number);
            run.spec.seed = static_cast<std::uint64_t>(number);
            for (int stage = 0; stage < 2; ++stage) {
                run.cells.push_back({stage, 0, Split::Forget, "fq", stage * value, 0, 1});
                run.cells.push_back({stage, 0, Split::Retain, "mu", 1 - stage * 0.5, 0, 1});
            }
            workspace.addRun(run);
        }
        const auto status = [&] { return model.index(0).data(RunsModel::StatusRole).toString(); };
        QCOMPARE(status(), QString("FQ 0 ± 0 · MU 100 ± 0"));
        QSignalSpy changed(&model, &RunsModel::dataChanged);
        workspace.setStage(1);  // as every view, it follows the timeline
        QCOMPARE(status(), QString("FQ 94 ± 4 · MU 50 ± 0"));
        QVERIFY(changed.count() > 0);
        QVERIFY(model.index(0).data(Qt::ToolTipRole).toString().contains("3 seeds"));
        workspace.setActivity(1, "request A · 10 %", 0.1);
        workspace.setStatus(1, RunStatus::Running);
        QCOMPARE(status(), QString("1 running"));
        QCOMPARE(model.index(0).data(RunsModel::ProgressRole).toDouble(), 0.1);
        workspace.setStatus(2, RunStatus::Failed);
        QCOMPARE(status(), QString("1 running · 1 failed"));
        workspace.setShown(2, false);
        QCOMPARE(model.index(0).data(RunsModel::ShownRole).value<Qt::CheckState>(), Qt::PartiallyChecked);
        QVERIFY(model.setData(model.index(0), Qt::Unchecked, RunsModel::ShownRole));
        QVERIFY(workspace.shownRuns().empty());
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
        workspace.setSource(0, "/runs/better-name", "better name");
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
