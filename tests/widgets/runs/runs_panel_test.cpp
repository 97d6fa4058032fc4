// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/runs/runs_delegate.h"
#include "widgets/runs/runs_model.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleRun;

class RunsPanelTest : public QObject {
    Q_OBJECT

    static void fill(Workspace& workspace) {
        for (const auto* method : {"ga", "gd", "kl"})
            workspace.addRun(exampleRun(method, "AB", 3));
    }

    static QAction* action(const RunsPanel& panel, const QString& id) {
        for (auto* action : panel.runActions())
            if (action->objectName() == "run." + id)
                return action;
        return nullptr;
    }

private slots:
    void emptySaysWhatToDo() {
        Workspace workspace;
        RunsPanel panel(workspace);
        panel.show();
        QVERIFY(!panel.view()->isVisible());
        QVERIFY(panel.findChild<QLabel*>()->text().contains("demo comparison"));
        fill(workspace);
        QVERIFY(panel.view()->isVisible());
        QVERIFY(!panel.findChild<QLabel*>()->isVisible());
    }

    void aQueuedRunCanBeTakenOutOfTheQueue() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        workspace.setStatus(2, RunStatus::Queued);
        workspace.selectRun(2);
        QSignalSpy asked(&panel, &RunsPanel::deleteAsked);
        QVERIFY(action(panel, "delete")->isEnabled() && !action(panel, "rename")->isEnabled());
        QVERIFY(action(panel, "delete")->text().contains("queue"));
        action(panel, "delete")->trigger();
        QCOMPARE(asked[0][0].toInt(), 2);
        workspace.selectRun(1);
        QCOMPARE(action(panel, "delete")->text(), QString("Delete"));
    }

    void theSelectedRunStaysMarkedWhenTheListGrows() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        workspace.selectRun(1);
        workspace.addRun(exampleRun("po", "AB", 3));
        QCOMPARE(panel.view()->currentIndex(), panel.model().index(1));
    }

    void aClickSelectsAndAClickOnTheNumberHides() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        panel.resize(260, 200);
        panel.show();
        const auto row = panel.view()->visualRect(panel.model().index(1));
        QTest::mouseClick(panel.view()->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(workspace.selection().run, 1);
        QTest::mouseClick(panel.view()->viewport(), Qt::LeftButton, {}, RunsDelegate::chipRect(row).center());
        QVERIFY(!workspace.runs()[1].shown);
        panel.toggleNumber(2);
        QVERIFY(workspace.runs()[1].shown);
        panel.toggleNumber(9);
    }

    void followsTheSelectionOfOthers() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        workspace.selectRun(2);
        QCOMPARE(panel.view()->currentIndex().row(), 2);
        workspace.removeRun(0);
        QCOMPARE(panel.view()->currentIndex().data().toString(), QString("KL"));
        QCOMPARE(workspace.selection().run, 1);
    }

    void actionsFollowTheSelectedRun() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        for (auto* each : panel.runActions())
            QVERIFY(!each->isEnabled());
        workspace.selectRun(0);
        QVERIFY(action(panel, "delete")->isEnabled());
        QVERIFY(!action(panel, "continue")->isEnabled());
        workspace.setStatus(0, RunStatus::Running);
        QVERIFY(!action(panel, "delete")->isEnabled());
        QVERIFY(!action(panel, "rename")->isEnabled());
        QVERIFY(action(panel, "pin")->isEnabled());
        workspace.setStatus(0, RunStatus::Interrupted);
        QVERIFY(action(panel, "continue")->isEnabled());
        QSignalSpy asked(&panel, &RunsPanel::deleteAsked);
        action(panel, "delete")->trigger();
        QCOMPARE(asked.value(0).value(0).toInt(), 0);
        QCOMPARE(workspace.runs().size(), std::size_t(3));
    }

    void renamesInPlace() {
        Workspace workspace;
        RunsPanel panel(workspace);
        fill(workspace);
        panel.resize(260, 200);
        panel.show();
        workspace.selectRun(1);
        QSignalSpy asked(&panel, &RunsPanel::renameAsked);
        action(panel, "rename")->trigger();
        auto* editor = panel.view()->findChild<QLineEdit*>();
        QVERIFY(editor);
        QCOMPARE(editor->text(), QString("gd-AB"));
        editor->selectAll();
        QTest::keyClicks(editor, "second try");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toInt(), 1);
        QCOMPARE(asked[0][1].toString(), QString("second try"));
    }
};

LACUNA_TEST(RunsPanelTest)
#include "runs_panel_test.moc"
