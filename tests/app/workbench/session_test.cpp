// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/session.h"

#include "app/workbench/main_window.h"
#include "app/workbench/workbench.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/theme.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class SessionTest : public QObject {
    Q_OBJECT

private slots:
    void comesBackAsItWasLeft() {
        QTemporaryDir place;
        const auto file = place.filePath("session.ini");
        auto run = exampleRun("gd", "AB", 3);
        auto other = exampleRun("ga", "AB", 3);
        {
            Workbench workbench;
            workbench.library().setFolder(place.path().toStdString() + "/runs");
            MainWindow window(workbench);
            window.resize(1111, 777);
            auto& workspace = workbench.workspace();
            workspace.setBenchmark(exampleBenchmark());
            workspace.addRun(other);
            workspace.addRun(run);
            workspace.setShown(0, false);
            workspace.setStage(2);
            workspace.selectEntity("Esmel");
            workspace.selectRun(1);
            Theme::instance().apply(Theme::Mode::Dark);
            saveSession(window, *sessionSettings(file));
        }
        const auto settings = sessionSettings(file);
        QCOMPARE(settings->value("window/theme").toInt(), static_cast<int>(Theme::Mode::Dark));
        QCOMPARE(runsFolder(*settings), place.path() + "/runs");
        Workbench workbench;
        MainWindow window(workbench);
        restoreWindow(window, *settings);
        restoreWorkspace(window, *settings);
        QCOMPARE(window.size(), QSize(1111, 777));
        auto& workspace = workbench.workspace();
        workspace.addRun(other);
        workspace.addRun(run);
        emit workbench.library().opened(run.source);
        emit workbench.library().idle();
        QVERIFY(!workspace.runs()[0].shown);
        QCOMPARE(workspace.selection().run, 1);
        QCOMPARE(workspace.stage(), 2);
        workspace.setBenchmark(exampleBenchmark());
        QCOMPARE(workspace.selection().entity, QString("Esmel"));
        QCOMPARE(workspace.selection().run, 1);
        Theme::instance().apply(Theme::Mode::Light);
    }

    /// A view is a wish: where the runs of today were asked about others, one of those is shown.
    void aViewThatNoRunWasAskedAboutIsLetGo() {
        QTemporaryDir place;
        for (const int asked : {0, 1}) {
            const auto settings = sessionSettings(place.filePath("session.ini"));
            settings->setValue("selection/entity", "Esmel");
            settings->setValue("selection/view", 1);
            Workbench workbench;
            MainWindow window(workbench);
            restoreWorkspace(window, *settings);
            auto& workspace = workbench.workspace();
            auto run = exampleRun("gd", "AB", 3);
            auto& answer = run.answers.emplace_back();
            answer.stage = 0;
            answer.entity = "Esmel";
            answer.kind = "identity";
            answer.view = asked;
            workspace.addRun(run);
            workspace.setBenchmark(exampleBenchmark());
            emit workbench.library().idle();
            QCOMPARE(workspace.selection().entity, QString("Esmel"));
            QCOMPARE(workspace.selection().view, asked == 1 ? 1 : -1);
        }
    }

    /// Without a window manager (as here) Qt puts a window at the screen's top 20 pixels down at each start.
    void theWindowBeginsWhereItWas() {
        QTemporaryDir place;
        const auto settings = sessionSettings(place.filePath("session.ini"));
        {
            Workbench workbench;
            MainWindow window(workbench);
            window.move(0, 0);
            window.show();
            saveSession(window, *settings);
        }
        Workbench workbench;
        MainWindow window(workbench);
        restoreWindow(window, *settings);
        window.show();
        QCOMPARE(window.pos(), QPoint(0, 0));
    }

    void aFirstStartChoosesTheFirstEntityAndTheLastRun() {
        QTemporaryDir place;
        const auto settings = sessionSettings(place.filePath("none.ini"));
        Workbench workbench;
        MainWindow window(workbench);
        restoreWorkspace(window, *settings);
        workbench.workspace().setBenchmark(exampleBenchmark());
        QCOMPARE(workbench.workspace().selection().entity, QString("Anteli"));
        workbench.workspace().addRun(exampleRun("ga", "AB", 3));
        emit workbench.library().idle();
        QCOMPARE(workbench.workspace().selection().run, 0);
        QCOMPARE(workbench.workspace().stage(), 2);
    }

    void aRunsFolderThatIsGoneIsNotUsed() {
        QTemporaryDir place;
        const auto settings = sessionSettings(place.filePath("old.ini"));
        settings->setValue("runs/folder", place.filePath("gone"));
        qputenv("LACUNA_RUNS", place.path().toUtf8());
        QCOMPARE(runsFolder(*settings), place.path());
        qunsetenv("LACUNA_RUNS");
    }
};

LACUNA_TEST(SessionTest)
#include "session_test.moc"
