// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/sequence_tab.h"

#include "app/workbench/session.h"
#include "app/workbench/welcome_view.h"
#include "tests/app/workbench/window_fixture.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/sequence/live_panel.h"
#include "widgets/sequence/parameter_form.h"
#include "widgets/sequence/sequence_view.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace lacuna;
using namespace lacuna::testing;

/// From the click to the engine and back, with an engine that follows a script.
class SequenceTabTest : public WindowFixture {
    Q_OBJECT

    SequenceView* view() { return m_window->findChild<SequenceView*>(); }
    void start() {
        QTest::qWait(QApplication::doubleClickInterval() + 20);  // no double click
        QTest::mouseClick(view()->startButton(), Qt::LeftButton);
    }
    QPushButton* button(const QString& text) {
        for (const bool visible : {true, false})  // one of those that are called so
            for (auto* each : view()->live()->findChildren<QPushButton*>())
                if (each->text() == text && each->isVisible() == visible)
                    return each;
        return nullptr;
    }

private slots:
    void init() {
        openWindow();
        attachEngine();
        workspace().setBenchmark(exampleBenchmark());
    }

    void cleanup() { closeWindow(); }

    void newRunAndStartReachTheEngine() {
        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(m_window->tab(), QString("sequence"));
        view()->draft().setMethod("npo");
        view()->draft().setParameter("beta", 2.5);
        view()->draft().setField("seed", "7");
        view()->draft().setOrder({"B", "A"}, "order");
        QVERIFY(view()->startButton()->isEnabled());
        QTest::mouseClick(view()->startButton(), Qt::LeftButton);
        QCOMPARE(m_script->count<command::Start>(), 1);
        const auto& sent = *m_script->last<command::Start>();
        QCOMPARE(sent.runs, std::filesystem::path(m_place->path().toStdString()));
        QCOMPARE(sent.spec.method, std::string("npo"));
        QCOMPARE(sent.spec.name, std::string("npo"));
        QCOMPARE(sent.spec.seed, std::uint64_t(7));
        QCOMPARE(sent.spec.parameters.at("beta"), 2.5);
        QVERIFY(sent.spec.order == (std::vector<std::string>{"B", "A"}));
        QCOMPARE(sent.spec.benchmark, std::string("embedded"));
        QVERIFY(!view()->live()->isVisible());  // not before the engine says so
        settle();
        QCOMPARE(workspace().runs().size(), std::size_t(1));
        QVERIFY(view()->live()->isVisible());
        QCOMPARE(view()->live()->run(), 0);
    }

    void theWelcomeLeadsThere() {
        auto* welcome = m_window->findChild<WelcomeView*>();
        emit welcome->newRunAsked();
        QCOMPARE(m_window->tab(), QString("sequence"));
    }

    void runsThatWaitHaveNamesOfTheirOwn() {
        m_window->showTab("sequence");
        view()->draft().setMethod("ga");
        for (int i = 0; i < 3; ++i)
            start();  // the engine has answered none of them
        settle();
        QCOMPARE(workspace().runs().size(), std::size_t(3));
        QCOMPARE(workspace().runs()[1].history.name, std::string("ga-2"));
        QCOMPARE(workspace().runs()[2].history.name, std::string("ga-3"));
        QCOMPARE(workspace().runs()[2].history.status, RunStatus::Queued);
        QVERIFY(view()->startButton()->text().contains("queue"));
    }

    void aSecondPauseIsNotSent() {
        m_window->showTab("sequence");
        start();
        settle();
        auto* pause = button("Pause");
        QVERIFY(pause->isVisible() && pause->isEnabled());
        m_script->onSend = {};  // the step takes its time
        QTest::mouseClick(pause, Qt::LeftButton);
        QTest::mouseClick(pause, Qt::LeftButton);
        action("run.pause")->trigger();
        QCOMPARE(m_script->count<command::Pause>(), 1);
        QVERIFY(!button("Pause and free memory")->isEnabled() && !action("run.pause")->isEnabled());
        QVERIFY(button("Stop")->isEnabled());  // the way out stays open
        QTest::mouseClick(button("Stop"), Qt::LeftButton);
        QTest::mouseClick(button("Stop"), Qt::LeftButton);
        QCOMPARE(m_script->count<command::Stop>(), 1);
    }

    void aRefusedPauseMayBeAskedAgain() {
        m_window->showTab("sequence");
        start();
        settle();
        m_script->onSend = {};
        QTest::mouseClick(button("Pause"), Qt::LeftButton);
        m_script->happens(event::Note{"That cannot be done in this state; nothing was changed."});
        settle();
        QVERIFY(button("Pause")->isEnabled());
    }

    void pauseContinueStopAndResume() {
        m_window->showTab("sequence");
        start();
        settle();
        QTest::mouseClick(button("Pause and free memory"), Qt::LeftButton);
        QVERIFY(m_script->last<command::Pause>()->freeMemory);
        settle();
        QCOMPARE(workspace().runs()[0].history.status, RunStatus::Paused);
        QVERIFY(button("Continue")->isVisible() && !button("Pause")->isVisible());
        QTest::mouseClick(button("Continue"), Qt::LeftButton);
        settle();
        QCOMPARE(m_script->count<command::Continue>(), 1);
        QTest::mouseClick(button("Stop"), Qt::LeftButton);
        settle();
        QCOMPARE(workspace().runs()[0].history.status, RunStatus::Interrupted);
        QVERIFY(!button("Stop")->isVisible());
        QTest::mouseClick(button("Continue"), Qt::LeftButton);
        QCOMPARE(m_script->last<command::Resume>()->folder, workspace().runs()[0].history.source);
    }

    void aRunIsDuplicated() {
        auto run = exampleRun("gd", "BA", 3);
        run.spec.parameters = methodParameters(methodRow("gd"), "small", {{"lr", 0.5}});
        run.spec.order = {"B", "A"};
        workspace().addRun(run);
        emit m_window->runsPanel()->duplicateAsked(0);
        QCOMPARE(m_window->tab(), QString("sequence"));
        QCOMPARE(view()->form()->field("lr")->text(), QString("0.5"));
        QCOMPARE(m_script->count<command::Start>(), 0);
        QTest::mouseClick(view()->startButton(), Qt::LeftButton);
        QVERIFY(m_script->last<command::Start>()->spec.order == run.spec.order);
        QCOMPARE(m_script->last<command::Start>()->spec.parameters.at("lr"), 0.5);
    }

    void undoFromAField() {
        m_window->showTab("sequence");
        auto* field = view()->form()->field("epochs");
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, "12");
        QCOMPARE(view()->draft().parameter("epochs"), 12.0);
        QTest::keyClick(field, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(view()->draft().parameter("epochs"), 2.0);
        QCOMPARE(field->text(), QString("2"));
        QTest::keyClick(field, Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(field->text(), QString("12"));
    }

    void aRefusedRunSaysWhyAndGoes() {
        m_window->showTab("sequence");
        m_script->onSend = [](const Command&, std::uint64_t id) -> std::vector<Event> {
            return {event::RunQueued{id, RunSpec{}}, event::Failed{id, {}, ErrorKind::Resource, "No memory.", ""}};
        };
        start();
        settle();
        QVERIFY(workspace().runs().empty());
        QCOMPARE(m_workbench->messages().rowCount(), 1);
        QVERIFY(view()->startButton()->isEnabled());  // it can be mended and asked again
    }

    void theDraftOutlivesTheWindow() {
        const auto file = m_place->filePath("session.ini");
        view()->draft().setMethod("kl");
        view()->draft().setField("seed", "99");
        saveSession(*m_window, *sessionSettings(file));
        Workbench workbench;
        MainWindow window(workbench);
        restoreWorkspace(window, *sessionSettings(file));
        const auto& draft = window.findChild<SequenceView*>()->draft();
        QCOMPARE(draft.spec().method, std::string("kl"));
        QCOMPARE(draft.spec().seed, std::uint64_t(99));
        QVERIFY(!workbench.undoStack().canUndo());
    }
};

LACUNA_TEST(SequenceTabTest)
#include "sequence_tab_test.moc"
