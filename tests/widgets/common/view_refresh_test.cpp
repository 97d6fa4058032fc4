// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/view_refresh.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/curves/curves_view.h"
#include "widgets/curves/sequence_plot.h"
#include "widgets/sequence/live_panel.h"

#include <QLabel>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class ViewRefreshTest : public QObject {
    Q_OBJECT

    static void takeSteps(Workspace& workspace, int count) {
        for (int i = 0; i < count; ++i)
            workspace.appendRows(0, {.steps = StepColumns::of({{.stage = 1, .step = i, .loss = 1.0}})});
    }

private slots:
    void aThousandStepsAreOneRefresh() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 1));
        QWidget view;
        int refreshes = 0;
        auto* refresh = new ViewRefresh(&view, [&] { ++refreshes; });
        refresh->follow(workspace, {Grown::Steps, Grown::Cells});
        view.show();
        takeSteps(workspace, 1000);
        QCOMPARE(refreshes, 0);
        QTRY_COMPARE(refreshes, 1);
        workspace.appendRows(0, {.resources = {{}}});  // of a kind it does not show
        QCoreApplication::processEvents();
        QCOMPARE(refreshes, 1);
        workspace.appendRows(0, {.cells = {CellRow{}}});
        QTRY_COMPARE(refreshes, 2);
    }

    void aHiddenViewWaitsUntilItIsShown() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 1));
        QWidget window, page(&window);  // hidden as a page of a tab is: not by itself
        int refreshes = 0;
        auto* refresh = new ViewRefresh(&page, [&] { ++refreshes; });
        refresh->follow(workspace, Grown::Steps);
        takeSteps(workspace, 1000);
        QCoreApplication::processEvents();
        QCOMPARE(refreshes, 0);
        window.show();
        QCOMPARE(refreshes, 1);
        QCoreApplication::processEvents();
        QCOMPARE(refreshes, 1);
        takeSteps(workspace, 1);
        window.hide();  // before its turn came
        QCoreApplication::processEvents();
        QCOMPARE(refreshes, 1);
        window.show();
        QCOMPARE(refreshes, 2);
        window.hide();
        window.show();  // nothing came meanwhile
        QCOMPARE(refreshes, 2);
    }

    void whatIsSaidOfGrowthIsItsKind() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 1));
        QList<Grown> kinds;
        connect(&workspace, &Workspace::runGrew, this, [&](int, Grown what) { kinds << what; });
        takeSteps(workspace, 1);
        workspace.appendRows(0, {.answers = {{}}});
        workspace.appendRows(0, {.cells = {{}}});
        workspace.appendRows(0, {.resources = {{}}});
        workspace.setStages(0, 2);
        workspace.setTrained(0, 1, 3, 9);
        QCOMPARE(kinds, (QList<Grown>{Grown::Steps, Grown::Answers, Grown::Cells, Grown::Resources, Grown::Stages,
                                      Grown::Requests}));
    }

    void theLivePanelIsRightWhenItsTabIsShown() {
        Workspace workspace;
        auto run = exampleRun("ga", "AB", 1);
        run.status = RunStatus::Interrupted;
        run.steps = {};
        workspace.addRun(run);
        workspace.selectRun(0);
        QWidget tab;
        LivePanel panel(workspace, &tab);
        const auto says = [&](const QString& words) {
            for (const auto* label : panel.findChildren<QLabel*>())
                if (label->text().contains(words))
                    return true;
            return false;
        };
        tab.show();
        QTRY_VERIFY(says("stopped"));
        tab.hide();
        takeSteps(workspace, 1000);
        QCoreApplication::processEvents();
        QVERIFY(!says("stopped at step 1000"));  // it did nothing
        tab.show();
        QVERIFY(says("stopped at step 1000"));
    }
};

LACUNA_TEST(ViewRefreshTest)
#include "view_refresh_test.moc"
