// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include "core/runs/spec_rows.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/runs_delegate.h"
#include "widgets/runs/runs_model.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolTip>
#include <QTreeView>
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

    void manyAreFilteredAndChosenTogether() {
        Workspace workspace;
        RunsPanel panel(workspace);
        panel.resize(260, 400);
        panel.show();
        fill(workspace);
        QVERIFY(!panel.filterLine()->isVisible());  // three are seen at a glance
        for (int seed = 1; seed <= 8; ++seed) {
            auto run = exampleRun("lumoe", "AB", 3);
            run.name = "lumoe-" + std::to_string(seed);
            run.source = "/runs/" + run.name;
            run.spec.seed = static_cast<std::uint64_t>(seed);
            workspace.addRun(run);
        }
        QVERIFY(panel.filterLine()->isVisible());
        QTest::keyClicks(panel.filterLine(), "LUMOE seed");
        QCOMPARE(panel.model().runCount(), 8);
        QTest::keyClicks(panel.filterLine(), " 7");
        QCOMPARE(panel.model().runCount(), 1);
        workspace.setNotes(1, "a note", {"for paper"});
        panel.filterLine()->setText("paper");
        QCOMPARE(panel.model().runCount(), 1);
        QCOMPARE(panel.model().index(0).data(RunsModel::RunRole).toInt(), 1);
        panel.filterLine()->setText("lumoe");
        const auto line = panel.model().index(0);
        QVERIFY(panel.view()->isExpanded(line));  // who looks for runs wants to see them
        const auto place = [&](int row) {
            return panel.view()->visualRect(panel.model().index(row, 0, line)).center();
        };
        QTest::mouseClick(panel.view()->viewport(), Qt::LeftButton, {}, place(1));
        QTest::mouseClick(panel.view()->viewport(), Qt::LeftButton, Qt::ShiftModifier, place(3));
        QVERIFY(!action(panel, "rename")->isEnabled() && action(panel, "show")->isEnabled());
        QCOMPARE(action(panel, "delete")->text(), QString("Delete 3 runs"));
        action(panel, "show")->trigger();
        QCOMPARE(workspace.shownRuns().size(), std::size_t{8});
        QSignalSpy asked(&panel, &RunsPanel::deleteAsked), forgotten(&panel, &RunsPanel::forgetAsked);
        action(panel, "delete")->trigger();
        QCOMPARE(asked.count(), 3);
        for (int i = 0; i < 3; ++i)  // the last first, so that indices hold
            QCOMPARE(asked[i][0].toInt(), 6 - i);
        action(panel, "forget")->trigger();
        QCOMPARE(forgotten.count(), 3);
        panel.filterLine()->clear();
        QCOMPARE(panel.model().runCount(), 11);
    }

    static void fillFolded(Workspace& workspace) {
        for (int seed = 1; seed <= 4; ++seed) {
            auto run = exampleRun("lumoe", "AB", 3);
            run.name = "lumoe-" + std::to_string(seed);
            run.source = "/runs/" + run.name;
            run.spec.seed = static_cast<std::uint64_t>(seed);
            workspace.addRun(run);
        }
        workspace.addRun(exampleRun("ga", "AB", 3));
    }

    void linesFoldByMouseAndKeys() {
        Workspace workspace;
        RunsPanel panel(workspace);
        panel.resize(260, 400);
        panel.show();
        fillFolded(workspace);
        auto* view = panel.view();
        const auto line = panel.model().index(0);
        QVERIFY(!view->isExpanded(line));
        const auto row = view->visualRect(line);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, RunsDelegate::arrowRect(row).center());
        QVERIFY(view->isExpanded(line));
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, row.center());
        QVERIFY(!view->isExpanded(line));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(view->currentIndex(), line);
        QTest::keyClick(view, Qt::Key_Right);
        QVERIFY(view->isExpanded(line));
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(view->currentIndex().parent(), line);
        QCOMPARE(workspace.selection().run, 0);
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(workspace.selection().run, 1);
        QTest::keyClick(view, Qt::Key_Left);  // among the runs it is the stage's key
        QVERIFY(view->isExpanded(line));
        QKeyEvent left(QEvent::KeyPress, Qt::Key_Left, Qt::NoModifier);
        QCoreApplication::sendEvent(view, &left);
        QVERIFY(!left.isAccepted());  // so the window gets it
        QTest::keyClick(view, Qt::Key_Up);
        QTest::keyClick(view, Qt::Key_Up);
        QCOMPARE(view->currentIndex(), line);
        workspace.selectEntity("Anteli");  // what others choose does not move it
        QCOMPARE(view->currentIndex(), line);
        QTest::keyClick(view, Qt::Key_Left);
        QVERIFY(!view->isExpanded(line));
        QTest::keyClick(view, Qt::Key_Return);
        QVERIFY(view->isExpanded(line));
        view->setCurrentIndex(panel.model().index(2, 0, line));
        view->collapse(line);
        QCOMPARE(view->currentIndex(), line);
        QCOMPARE(workspace.selection().run, 2);
        workspace.selectRun(1);  // chosen elsewhere: it is to be seen
        QVERIFY(view->isExpanded(line));
        QCOMPARE(view->currentIndex().data(RunsModel::RunRole).toInt(), 1);
    }

    void aLineStandsForItsRuns() {
        Workspace workspace;
        RunsPanel panel(workspace);
        panel.resize(260, 400);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        fillFolded(workspace);
        auto* view = panel.view();
        const auto line = panel.model().index(0);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(line).center());
        QCOMPARE(action(panel, "delete")->text(), QString("Delete 4 runs"));
        QVERIFY(!action(panel, "rename")->isEnabled() && !action(panel, "details")->isEnabled());
        QSignalSpy changed(&workspace, &Workspace::runsChanged);
        panel.toggleNumber(1);
        QCOMPARE(workspace.shownRuns().size(), std::size_t{1});
        QCOMPARE(changed.count(), 1);  // views draw once
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          RunsDelegate::chipRect(view->visualRect(line)).center());
        QCOMPARE(workspace.shownRuns().size(), std::size_t{5});
        QSignalSpy begun(&panel, &RunsPanel::manyBegin), asked(&panel, &RunsPanel::deleteAsked);
        connect(&panel, &RunsPanel::deleteAsked, this, [&](int run) { workspace.removeRun(run); });
        QTest::keyClick(view, Qt::Key_Delete);
        QCOMPARE(begun.count(), 1);  // one undo
        QCOMPARE(asked.count(), 4);
        QCOMPARE(panel.model().rowCount(), 1);
        QCOMPARE(workspace.selection().run, 0);
        QCOMPARE(view->selectionModel()->selectedRows().size(), 1);  // so that keys go on with it
        QVERIFY(action(panel, "delete")->isEnabled());
    }

    void detailsSayEverythingAndWhatDiffers() {
        Workspace workspace;
        auto run = exampleRun("ga", "AB", 3);
        run.spec = checkedRunSpec(run.spec);
        run.spec.createdUtc = "2026-11-02T10:00:00Z";
        run.spec.modelHash = "abc";
        workspace.addRun(run);
        auto other = run;
        other.name = "ga-2";
        other.source = "/runs/ga-2";
        other.spec.seed = 9;
        other.spec.parameters["epochs"] += 1;
        workspace.addRun(other);
        QCOMPARE(differences(other.spec, run.spec), QString("epochs, seed"));
        QCOMPARE(differences(run.spec, run.spec), QString("nothing but its name"));
        for (const auto& row : specRows()) {                                      // whatever may be set sets apart
            if (row.id == "title" || row.id == "model" || row.id == "benchmark")  // these by their hashes
                continue;
            auto changed = run.spec;
            const auto now = fieldText(changed, row);
            const auto other = row.kind == SpecRow::Kind::Flag    ? std::string(now == "true" ? "false" : "true")
                               : row.kind == SpecRow::Kind::Whole ? "7"
                               : row.choices.empty()              ? "BA"
                               : row.choices.back().id != now     ? row.choices.back().id
                                                                  : row.choices.front().id;
            if (other == now || row.id == "gate")  // there is but one; GA asks none
                continue;
            setField(changed, row, other);
            QVERIFY2(differences(changed, run.spec) != "nothing but its name", row.id.c_str());
        }
        RunDetails details(workspace, 1);
        details.setAttribute(Qt::WA_DeleteOnClose, false);
        const auto text = details.asText();
        for (const char* part : {"ga-2", "abc", "seed", "epochs = ", "/runs/ga-2", "3 of 3 stages"})
            QVERIFY2(text.contains(part, Qt::CaseInsensitive), part);
        QVERIFY2(text.contains("Differs from GA epochs") && text.contains("\tepochs, seed"), qPrintable(text));
    }

    void notesAndTagsAreTold() {
        QTemporaryDir place;
        Workspace workspace;
        auto run = exampleRun("ga", "AB", 3);
        run.source = place.path().toStdString();
        workspace.addRun(run);
        workspace.setNotes(0, "before", {"one"});
        RunDetails details(workspace, 0);
        details.setAttribute(Qt::WA_DeleteOnClose, false);
        QCOMPARE(details.notesField()->toPlainText(), QString("before"));
        QSignalSpy written(&details, &RunDetails::written);
        details.open();
        details.close();
        QCOMPARE(written.count(), 0);
        details.open();
        details.tagsField()->setText("one, for paper,, one ");
        details.close();
        QCOMPARE(written.count(), 1);
        QCOMPARE(written[0][1].toString(), QString("before"));
        QCOMPARE(written[0][2].toStringList(), QStringList({"one", "for paper"}));
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
        QTest::keyClicks(editor, "second-try");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toInt(), 1);
        QCOMPARE(asked[0][1].toString(), QString("second-try"));
    }

    void aBadNameKeepsWhatWasTyped() {
        QTemporaryDir place;
        QVERIFY(QDir(place.path()).mkdir("taken"));
        Workspace workspace;
        RunsPanel panel(workspace);
        auto run = exampleRun("ga", "AB", 3);
        run.source = place.filePath("ga-AB").toStdString();
        workspace.addRun(run);
        panel.resize(260, 200);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        workspace.selectRun(0);
        QSignalSpy asked(&panel, &RunsPanel::renameAsked);
        action(panel, "rename")->trigger();
        const QPointer<QLineEdit> editor = panel.view()->findChild<QLineEdit*>();
        QVERIFY(editor);
        const auto endless = QString(101, 'x');
        for (const auto& bad : {endless, QString("taken")}) {
            editor->setText(bad);
            QTest::keyClick(editor, Qt::Key_Return);
            QTest::qWait(10);
            QVERIFY(editor && editor->isVisible());
            QCOMPARE(editor->text(), bad);
            QVERIFY(QToolTip::text().contains(bad));
            QCOMPARE(asked.count(), 0);
        }
        editor->setText("Мой прогон ");
        QTest::keyClicks(editor, "no. 3 / b");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked[0][1].toString(), QString("Мой прогон no. 3 / b"));
    }
};

LACUNA_TEST(RunsPanelTest)
#include "runs_panel_test.moc"
