// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/main_window.h"

#include "app/workbench/command_palette.h"
#include "app/workbench/lesson_desk.h"
#include "app/workbench/messages_panel.h"
#include "app/workbench/note_bar.h"
#include "app/workbench/welcome_view.h"
#include "app/workbench/window_toolbar.h"
#include "core/base/atomic_file.h"
#include "tests/app/workbench/window_fixture.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/theme.h"
#include "widgets/common/timeline_bar.h"
#include "widgets/entities/entities_panel.h"
#include "widgets/entities/entity_grid.h"
#include "widgets/runs/runs_panel.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolButton>

using namespace lacuna;
using namespace lacuna::testing;

class MainWindowTest : public WindowFixture {
    Q_OBJECT

    QToolButton* toolButton(const QString& id) const {
        for (auto* button : m_window->toolBar()->findChildren<QToolButton*>())
            if (button->defaultAction() == action(id))
                return button;
        return nullptr;
    }

    void startOneRun() {
        RunSpec spec;
        spec.method = "gd";
        spec.name = "gd";
        m_workbench->start(spec);
        settle();
    }

private slots:
    void init() { openWindow(); }

    void cleanup() {
        closeWindow();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void theFirstClickStartsTheDemo() {
        attachEngine();
        auto* welcome = m_window->findChild<WelcomeView*>();
        QVERIFY(welcome && welcome->isVisible());
        QTest::mouseClick(welcome->demoButton(), Qt::LeftButton);
        QCOMPARE(m_script->count<command::Start>(), 6);
        QCOMPARE(m_script->last<command::Start>()->spec.method, std::string("lumoe"));
        QCOMPARE(workspace().runs().size(), std::size_t(0));  // not before the engine says so
        settle();
        QCOMPARE(workspace().runs().size(), std::size_t(6));
        QCOMPARE(workspace().runs()[0].history.status, RunStatus::Running);
        QCOMPARE(workspace().runs()[5].history.status, RunStatus::Queued);
        QCOMPARE(workspace().selection().run, 0);
        QVERIFY(!welcome->isVisible() || m_window->tab() != "curves");
    }

    /// In the lowest window, with a note over the tabs: nothing is cut, the rest scrolls.
    void aLowWelcomeIsWhole() {
        attachEngine();
        m_window->resize(900, 600);
        settle();
        auto* welcome = m_window->findChild<WelcomeView*>();
        welcome->setMaximumHeight(360);
        QApplication::processEvents();
        const auto* area = welcome->findChild<QScrollArea*>();
        QVERIFY(area && area->verticalScrollBar()->maximum() > 0);
        for (const auto* label : area->findChildren<QLabel*>())
            QVERIFY2(!label->isVisible() || !label->wordWrap() || label->text().isEmpty() ||
                         label->height() >= label->heightForWidth(label->width()),
                     qPrintable(label->text()));
    }

    void theDemoWaitsForTheEngine() {
        m_workbench->startDemo();
        QCOMPARE(m_script->count<command::Start>(), 0);
        attachEngine();
        QCOMPARE(m_script->count<command::Start>(), 6);
    }

    void pauseContinueAndStopByTheToolbar() {
        attachEngine();
        auto* pause = toolButton("run.pause");
        auto* stop = toolButton("run.stop");
        QVERIFY(!pause->isEnabled() && !stop->isEnabled());
        startOneRun();
        QVERIFY(pause->isEnabled() && stop->isEnabled());
        QTest::mouseClick(pause, Qt::LeftButton);
        QCOMPARE(m_script->count<command::Pause>(), 1);
        m_workbench->bridge().drain();
        QCOMPARE(action("run.pause")->text(), QString("Continue"));
        QTest::mouseClick(pause, Qt::LeftButton);
        QCOMPARE(m_script->count<command::Continue>(), 1);
        settle();
        QTest::mouseClick(stop, Qt::LeftButton);
        QCOMPARE(m_script->count<command::Stop>(), 1);
        settle();
        QVERIFY(!stop->isEnabled());
    }

    void theDeviceBoxIsAMenuOfWhatIsInUse() {
        m_script->onSend = obedientEngine();
        attachEngine();
        m_script->happens(event::Loaded{0, "cpu", "Example processor", "a small LLaVA", nullptr});
        settle();
        auto* box = m_window->toolBar()->device();
        QVERIFY(box->isVisible());
        box->setFocus(Qt::TabFocusReason);
        QTest::keyClick(box, Qt::Key_Down);
        auto* menu = box->findChild<QMenu*>();
        QTRY_VERIFY(menu->isVisible());
        QStringList lines;
        for (const auto* action : menu->actions())
            if (!action->isSeparator())
                lines << action->text();
        QVERIFY2(lines[0].contains("Example processor"), qPrintable(lines.join('\n')));
        QVERIFY(lines[1].startsWith("Threads:") && lines[2].startsWith("Memory in use:"));
        QVERIFY(!lines[2].contains(" 0 MB"));
        const auto told = menu->findChildren<QLabel*>();  // what is told can be read
        QCOMPARE(told.size(), 3);
        for (const auto* label : told)
            QVERIFY(contrast(label->palette().color(label->foregroundRole()), Theme::instance().palette().panel) > 4.5);
        menu->actions().last()->trigger();  // what the next run uses is chosen in its form
        menu->close();
        QCOMPARE(m_window->tab(), QString("sequence"));
    }

    void textAndPanelsGrowWithTheWindow() {
        const auto* panel = m_window->runsPanel();
        const int before = panel->width();
        m_window->resize(2560, 1440);
        QCOMPARE(Theme::instance().textScale(), 1.2);
        QTRY_VERIFY(panel->width() > before + 100);
        m_window->resize(1440, 900);
        QCOMPARE(Theme::instance().textScale(), 1.0);
        QTRY_COMPARE(panel->width(), before);
        action("view.larger")->trigger();  // chosen: it stays
        m_window->resize(2560, 1440);
        QCOMPARE(Theme::instance().textScale(), 1.125);
        Theme::instance().setTextScale(0);
        m_window->resize(1440, 900);
    }

    void aboutSaysTheLicenceAndTheNotices() {
        action("help.about")->trigger();
        const QPointer<QMessageBox> box = m_window->findChild<QMessageBox*>();
        QVERIFY(box && box->isVisible());
        QVERIFY(box->text().contains(LACUNA_VERSION));
        QVERIFY2(
            box->informativeText().contains("NO WARRANTY") && box->informativeText().contains("version 3 or later"),
            qPrintable(box->informativeText()));
        for (const char* library : {"libtorch", "QCustomPlot", "OpenCV", "HDF5", "SentencePiece"})
            QVERIFY2(box->detailedText().contains(library), library);
        box->close();
    }

    void numbersShowAndHideRuns() {
        workspace().addRun(exampleRun("ga", "AB", 3));
        workspace().addRun(exampleRun("gd", "AB", 3));
        QTest::keyClick(m_window.get(), Qt::Key_2);
        QVERIFY(!workspace().runs()[1].shown);
        m_window->runsPanel()->view()->setFocus();
        QTest::keyClick(m_window->runsPanel()->view(), Qt::Key_2);
        QVERIFY(workspace().runs()[1].shown);
        m_window->entitiesPanel()->filterLine()->setEnabled(true);
        m_window->entitiesPanel()->filterLine()->setFocus();
        QTest::keyClick(m_window->entitiesPanel()->filterLine(), Qt::Key_2);
        QVERIFY(workspace().runs()[1].shown);
        QCOMPARE(m_window->entitiesPanel()->filterLine()->text(), QString("2"));
    }

    void arrowsMoveStageAndEntity() {
        workspace().addRun(exampleRun("ga", "ABCD", 5));
        workspace().setBenchmark(exampleBenchmark());
        m_window->setFocus();
        QTest::keyClick(m_window.get(), Qt::Key_Right);
        QTest::keyClick(m_window.get(), Qt::Key_Right);
        QTest::keyClick(m_window.get(), Qt::Key_Left);
        QCOMPARE(workspace().stage(), 1);
        QCOMPARE(m_window->toolBar()->timeline()->value(), 1);
        QTest::keyClick(m_window.get(), Qt::Key_Down);
        QTest::keyClick(m_window.get(), Qt::Key_Down);
        QCOMPARE(workspace().selection().entity, QString("Borrin"));
        QTest::keyClick(m_window.get(), Qt::Key_Up);
        QCOMPARE(workspace().selection().entity, QString("Anteli"));
    }

    void spacePlaysToTheLastMeasuredStage() {
        workspace().addRun(exampleRun("ga", "AB", 2));
        workspace().setStage(1);
        m_window->setFocus();
        QTest::keyClick(m_window.get(), Qt::Key_Space);
        QVERIFY(m_window->playing());
        QCOMPARE(workspace().stage(), 0);
        QTRY_COMPARE(workspace().stage(), 1);
        QTRY_VERIFY(!m_window->playing());
    }

    void shiftHeldAloneShowsTheOriginal() {
        m_window->setFocus();
        QTest::keyPress(m_window.get(), Qt::Key_Shift);
        QVERIFY(!workspace().showsReference());
        QTRY_VERIFY(workspace().showsReference());
        QTest::keyRelease(m_window.get(), Qt::Key_Shift);
        QVERIFY(!workspace().showsReference());
        QTest::keyPress(m_window.get(), Qt::Key_Shift);
        QTest::keyClick(m_window.get(), Qt::Key_A);
        QTest::qWait(250);
        QVERIFY(!workspace().showsReference());
    }

    void shiftWithAnotherKeyShowsNothing() {
        m_window->setFocus();
        QTest::keyPress(m_window.get(), Qt::Key_Control);
        QTest::keyPress(m_window.get(), Qt::Key_Shift, Qt::ControlModifier);
        QTest::qWait(250);
        QVERIFY(!workspace().showsReference());
        QTest::keyRelease(m_window.get(), Qt::Key_Shift, Qt::ControlModifier);
        QTest::keyRelease(m_window.get(), Qt::Key_Control);
    }

    /// A dialog takes the release: what was held must not stick.
    void aDialogEndsTheLookAtTheOriginal() {
        for (const bool early : {true, false}) {
            m_window->activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
            m_window->setFocus();
            QTest::keyPress(m_window.get(), Qt::Key_Shift);
            if (!early)
                QTRY_VERIFY(workspace().showsReference());
            QMessageBox box(m_window.get());
            box.open();
            QTest::qWait(250);
            QVERIFY(!workspace().showsReference());
            box.close();
            QTest::keyRelease(m_window.get(), Qt::Key_Shift);
        }
    }

    void theFirstWindowFitsTheScreen() {
        const MainWindow window(*m_workbench);
        const auto room = window.screen()->availableSize();
        QVERIFY(room.width() < 1440);  // of the offscreen platform
        QVERIFY(window.width() <= std::max(room.width(), window.minimumWidth()));
        QVERIFY(window.height() <= std::max(room.height() - 40, window.minimumHeight()));
    }

    void theTimelineFollowsWhoeverLooksAtTheNewestStage() {
        attachEngine();
        startOneRun();
        const std::filesystem::path run = workspace().runs()[0].history.source;
        m_script->happens(event::StageSealed{run, 0});
        m_script->happens(event::StageSealed{run, 1});
        settle();
        QCOMPARE(workspace().stage(), 1);
        workspace().setStage(0);
        m_script->happens(event::StageSealed{run, 2});
        settle();
        QCOMPARE(workspace().stage(), 0);
    }

    void anErrorStormIsOneLineInAPanelNotADialog() {
        attachEngine();
        for (int i = 0; i < 500; ++i)
            m_script->happens(event::Failed{0, {}, ErrorKind::Resource, "Out of memory.", "bad_alloc"});
        settle();
        QCOMPARE(m_workbench->messages().rowCount(), 1);
        QCOMPARE(m_workbench->messages().index(0).data(MessagesModel::CountRole).toInt(), 500);
        QVERIFY(m_window->messagesPanel()->isVisible());
        QVERIFY(!QApplication::activeModalWidget());
    }

    void anEngineThatCannotBeLoadedSaysSoInPlace() {
        emit m_workbench->bridge().failed(ErrorKind::Resource, "The engine cannot be loaded.", {});
        QCOMPARE(m_workbench->messages().rowCount(), 1);
        qputenv("LACUNA_ENGINE", "/nowhere/liblacuna_engine.so");
        m_workbench->startEngine();
        QTRY_VERIFY(!m_workbench->engineProblem().isEmpty());
        qunsetenv("LACUNA_ENGINE");
        QVERIFY(m_workbench->engineProblem().contains("/nowhere/liblacuna_engine.so"));
        QVERIFY(!m_window->findChild<WelcomeView*>()->demoButton()->isEnabled());
    }

    void aDroppedFolderIsOpened() {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(m_place->filePath("nothing here"))});
        QSignalSpy failed(&m_workbench->library(), &RunLibrary::failed);
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({50, 50}, Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &drop);
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains("nothing here"));
    }

    void thePaletteFindsActionsRunsAndEntities() {
        workspace().addRun(exampleRun("lumoe", "AB", 3));
        workspace().setBenchmark(exampleBenchmark());
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto& palette = *m_window->palettePanel();
        QVERIFY(palette.isVisible());
        QTest::keyClicks(palette.line(), "Dorvane");
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QCOMPARE(workspace().selection().entity, QString("Dorvane"));
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(palette.line(), "dark theme");
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QVERIFY(Theme::instance().palette().dark);
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(palette.line(), "lumoe-AB");
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QCOMPARE(workspace().selection().run, 0);
    }

    void theSmallestWindowCutsNoButton() {
        workspace().setBenchmark(exampleBenchmark());
        for (const char* method : {"ga", "gd", "kl", "npo", "po", "lumoe"})
            workspace().addRun(exampleRun(method, "ABCD", 5));
        workspace().selectEntity("Anteli");
        m_window->resize(900, 600);
        for (const auto& tab : m_window->tabs()) {
            m_window->showTab(tab.id);
            QTest::qWait(50);
            for (const auto* button : tab.widget->findChildren<QPushButton*>()) {
                const auto* parent = button->parentWidget();
                if (!button->isVisible() || qobject_cast<const QAbstractScrollArea*>(parent->parentWidget()))
                    continue;
                const QRect inWindow(button->mapTo(m_window.get(), QPoint()), button->size());
                QVERIFY2(inWindow.right() < m_window->width() && button->width() >= button->minimumSizeHint().width(),
                         qPrintable(tab.id + ": " + button->text()));
            }
        }
    }

    void closingWithoutWorkCloses() {
        attachEngine();
        QVERIFY(m_window->close());
        QVERIFY(m_script->shutDown);
    }

    void closingWhileRunningFinishesTheStepFirst() {
        attachEngine();
        startOneRun();
        m_script->onSend = {};  // the step takes its time
        QVERIFY(!m_window->close());
        QVERIFY(m_script->shutDown);
        QVERIFY(m_window->isVisible());
        QSignalSpy leave(m_window.get(), &MainWindow::leaveAtOnce);
        const std::filesystem::path run = workspace().runs()[0].history.source;
        m_script->happens(event::StateChanged{EngineState::Stopping});
        settle();
        QVERIFY(m_window->isVisible());
        m_script->happens(event::RunEnded{1, run, event::RunEnded::How::Stopped});
        m_script->happens(event::StateChanged{EngineState::Idle});
        settle();
        QTRY_VERIFY(!m_window->isVisible());
        QCOMPARE(leave.count(), 0);
    }

    void closingSaysWhatBecomesOfTheRuns() {
        attachEngine();
        QVERIFY(!m_window->noteBar()->isVisible());
        startOneRun();
        startOneRun();
        startOneRun();
        m_script->onSend = {};
        QVERIFY(!m_window->close());
        QVERIFY(m_window->noteBar()->isVisible());
        const auto text = m_window->noteBar()->text();
        QVERIFY2(text.contains("gd finishes") && text.contains("goes on when Lacuna opens") &&
                     text.contains("The 2 runs that wait are kept"),
                 qPrintable(text));
        QSignalSpy leave(m_window.get(), &MainWindow::leaveAtOnce);
        QTest::mouseClick(m_window->noteBar()->findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(leave.count(), 1);
    }

    void closingASecondTimeForgetsNoRun() {
        attachEngine();
        for (int i = 0; i < 3; ++i)
            startOneRun();
        m_script->onSend = {};
        const auto runs = m_workbench->library().folder();
        QVERIFY(!m_window->close());
        m_script->happens(event::StateChanged{EngineState::Stopping});
        for (const std::uint64_t waiting : {2, 3})  // dropped by the engine, which ends
            m_script->happens(event::RunEnded{waiting, {}, event::RunEnded::How::Stopped});
        settle();
        QVERIFY(!m_window->close());
        closeWindow();
        std::vector<std::string> problems;
        QCOMPARE(RunQueue(runs).takeOver(problems).size(), std::size_t{3});
    }

    void closingASecondTimeLeavesAtOnce() {
        attachEngine();
        startOneRun();
        m_script->onSend = {};
        QSignalSpy leave(m_window.get(), &MainWindow::leaveAtOnce);
        QVERIFY(!m_window->close());
        QVERIFY(!m_window->close());
        QCOMPARE(leave.count(), 1);
    }

    /// What the key sheet promises is there in some tab, with runs, a selected one, one in work, and something to undo,
    /// or on a page of a lesson.
    void everyShortcutWorksInSomeTab() {
        attachEngine();
        workspace().addRun(exampleRun("ga", "AB", 2));
        workspace().selectRun(0);
        startOneRun();
        m_workbench->undoStack().push(new QUndoCommand("something"));
        m_workbench->undoStack().push(new QUndoCommand("more"));
        m_workbench->undoStack().undo();
        QSet<const QAction*> enabled;
        const auto look = [&] {
            for (const auto& tab : m_window->tabs()) {
                m_window->showTab(tab.id);
                for (const auto* action : m_window->windowActions().all())
                    if (action->isEnabled())
                        enabled.insert(action);
            }
        };
        look();
        workspace().setBenchmark(exampleBenchmark());
        const auto lesson = m_place->path().toStdString() + "/lesson.json";
        writeFileAtomically(lesson, R"({"lesson": 1, "title": "L", "steps": [{"title": "1", "text": "a"},
                                                                             {"title": "2", "text": "b"}]})");
        QVERIFY(m_window->lessons().openFile(QString::fromStdString(lesson)));
        m_window->lessons().turnBy(1);
        look();
        for (const auto* action : m_window->windowActions().all())
            QVERIFY2(action->shortcut().isEmpty() || !action->isVisible() || enabled.contains(action),
                     qPrintable(action->text()));
    }

    void everyActionHasAUniqueShortcut() {
        QSet<QString> seen;
        for (const auto* action : m_window->windowActions().all())
            for (const auto& key : action->shortcuts()) {
                const bool ofAPanel = action->shortcutContext() == Qt::WidgetWithChildrenShortcut;
                QVERIFY2(ofAPanel || !seen.contains(key.toString()), qPrintable(action->text()));
                seen.insert(key.toString());
            }
    }
};

LACUNA_TEST(MainWindowTest)
#include "main_window_test.moc"
