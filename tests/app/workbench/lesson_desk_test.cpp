// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/lesson_desk.h"

#include "app/workbench/note_bar.h"
#include "app/workbench/session.h"
#include "core/lessons/lesson_places.h"
#include "tests/app/workbench/window_fixture.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/presenting.h"
#include "widgets/common/theme.h"
#include "widgets/curves/curves_view.h"
#include "widgets/lesson/lesson_panel.h"
#include "widgets/lesson/ring.h"
#include "widgets/runs/runs_panel.h"

#include <QButtonGroup>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QTreeView>

#include <fstream>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

const char* const tour = R"json({
 "lesson": 1, "title": "One blow", "runs": {"up": {"method": "ga", "order": ["A", "B"]}},
 "steps": [
  {"title": "Before", "text": "This is **{name.Anteli}**.", "start": "up", "view": "entity", "entity": "Anteli",
   "question": "identity", "stage": 0, "ring": ["answers", "timeline"], "notes": "Wait for hands."},
  {"title": "After", "text": "Request A came.", "view": "curves", "metric": "exact", "stage": 1, "ring": "retention", "veil": "forgetting",
   "ask": "How much is left?",
   "choices": [{"text": "half or more", "right": "up.mu.retain.A@1 >= 50%"},
               {"text": "less", "right": "up.mu.retain.A@1 < 50%"}],
   "tell": [{"when": "up.mu.retain.A@1 > 90%", "text": "All of it."}, {"text": "Only {up.mu.retain.A@1}."}]},
  {"title": "Once more", "text": "It says {up.answer.Anteli.identity@1}", "view": "sequence", "ring": "requests"}
 ]})json";

}  // namespace

class LessonDeskTest : public WindowFixture {
    Q_OBJECT

    LessonDesk& desk() { return m_window->lessons(); }
    LessonPanel* panel() { return desk().panel(); }
    std::filesystem::path folder() const { return m_place->path().toStdString(); }

    QString write(const std::string& name, const std::string& text) {
        const auto file = folder() / name;
        std::ofstream(file) << text;
        return QString::fromStdString(file.string());
    }
    bool openTour() { return desk().openFile(write("tour.json", tour)); }
    std::filesystem::path run() { return desk().runs().folderOf("up"); }

    /// What the engine says of the lesson's run.
    void measure(int stage, double kept) {
        RunRows rows;
        rows.cells = {{stage, 0, Split::Retain, "mu", kept, 0.05, 12}};
        AnswerRow answer;
        answer.stage = stage;
        answer.entity = "Anteli";
        answer.kind = "identity";
        answer.answer = "Nobody.";
        answer.verdict = Verdict::Wrong;
        rows.answers = {answer};
        m_script->happens(event::RowsCame{run(), rows});
        m_script->happens(event::StageSealed{run(), stage});
        settle();
        QCoreApplication::processEvents();
    }
    void loadRuns() {
        workspace().setBenchmark(exampleBenchmark());
        workspace().addRun(exampleRun("npo", "AB", 3));
        workspace().addRun(exampleRun("po", "AB", 2));
        workspace().setShown(1, false);
        workspace().selectRun(0);
        workspace().selectEntity("Cedrith");
        workspace().setStage(2);
        m_window->showTab("compare");
    }

private slots:
    void init() {
        openWindow();
        attachEngine();
        loadRuns();
    }
    void cleanup() {
        closeWindow();
        setPresenting(false);
    }

    void aTourDrivesTheWindow() {
        QVERIFY(openTour());
        QVERIFY(panel()->isVisible());
        QCOMPARE(m_window->tab(), QString("entity"));
        QCOMPARE(workspace().selection().entity, QString("Anteli"));
        QCOMPARE(workspace().selection().questionKind, QString("identity"));
        QVERIFY(panel()->shownText().contains("This is Anteli."));
        const auto* start = m_script->last<command::Start>();
        QVERIFY(start && start->spec.method == "ga");
        QCOMPARE(start->runs / start->spec.name, run());
        settle();
        QVERIFY(desk().runs().indexOf("up") >= 0);
        panel()->nextButton()->click();
        QCOMPARE(m_window->tab(), QString("curves"));
        QCOMPARE(m_window->findChild<CurvesView*>()->metric(), std::string("exact"));
        QTRY_COMPARE(workspace().stage(), 1);
        QTRY_COMPARE(desk().ring()->rings().size(), 1);
        QCOMPARE(desk().ring()->veils().size(), 1);
        measure(0, 1);
        measure(1, 0.25);
        QVERIFY(!panel()->shownText().contains("Only"));  // not before a guess
        panel()->choices()->button(0)->click();
        QVERIFY(desk().ring()->veils().isEmpty());  // the guess is made
        QVERIFY(panel()->shownText().contains("Only 25 %."));
        QVERIFY(panel()->shownText().contains("The run says: less."));
        panel()->choices()->button(1)->click();
        QVERIFY(panel()->shownText().contains("Your guess was right."));
        QCOMPARE(workspace().stage(), 1);
        measure(2, 0.1);
        QCOMPARE(workspace().stage(), 1);  // the page is about A
        panel()->nextButton()->click();
        QVERIFY(panel()->shownText().contains("It says Nobody."));
        panel()->backButton()->click();
        QVERIFY(panel()->shownText().contains("Your guess was right."));
    }

    /// Another run's result is told truly.
    void theOtherBranchIsToldToo() {
        QVERIFY(openTour());
        settle();
        desk().turnTo(1);
        desk().choose(0);
        QVERIFY(!panel()->shownText().contains("All of it."));
        measure(1, 0.95);
        QVERIFY(panel()->shownText().contains("All of it."));
        QVERIFY(panel()->shownText().contains("Your guess was right."));
    }

    void whoLeavesFindsEverythingAsItWas() {
        const auto before = workspace().selection();
        const auto metric = m_window->findChild<CurvesView*>()->metric();
        QVERIFY(openTour());
        settle();
        QCOMPARE(workspace().shownRuns(), std::vector<int>{desk().runs().indexOf("up")});
        QCOMPARE(m_window->runsPanel()->view()->model()->rowCount(), 1);
        desk().turnTo(1);
        measure(1, 0.5);
        desk().leave();
        QVERIFY(!panel()->isVisible() && !desk().ring()->isVisible());
        QCOMPARE(workspace().runs().size(), std::size_t(2));
        QVERIFY(workspace().runs()[0].shown && !workspace().runs()[1].shown);
        QVERIFY(m_window->runsPanel()->filterLine()->text().isEmpty());
        QCOMPARE(m_window->tab(), QString("compare"));
        QVERIFY(workspace().selection() == before);
        QCOMPARE(workspace().stage(), 2);
        QCOMPARE(m_window->findChild<CurvesView*>()->metric(), metric);
        QCOMPARE(m_script->count<command::Stop>(), 1);  // its run, with a checkpoint
        settle();
        QCOMPARE(workspace().runs().size(), std::size_t(2));
    }

    void whoComesBackIsOnTheSamePage() {
        QVERIFY(openTour());
        desk().turnTo(1);
        desk().choose(1);
        desk().leave();
        QVERIFY(openTour());
        QCOMPARE(desk().step(), std::size_t(1));
        QVERIFY(panel()->choices()->button(1)->isChecked());
        QSettings settings(m_place->filePath("session.ini"), QSettings::IniFormat);
        saveSession(*m_window, settings);
        const auto kept = settings.value("lessons").toMap();
        desk().restart();
        QCOMPARE(desk().step(), std::size_t(0));
        desk().leave();
        desk().bringBack(kept);
        QVERIFY(openTour());
        QCOMPARE(desk().step(), std::size_t(1));
        // Read to its end, it begins anew the next time.
        desk().turnTo(2);
        panel()->nextButton()->click();
        QVERIFY(!desk().open());
        QVERIFY(openTour());
        QCOMPARE(desk().step(), std::size_t(0));
    }

    /// What is saved when the window closes in a lesson is the user's own session.
    void closingSavesWhatWasThereBefore() {
        QSettings settings(m_place->filePath("session.ini"), QSettings::IniFormat);
        connect(m_window.get(), &MainWindow::closed, this, [&] { saveSession(*m_window, settings); });
        QVERIFY(openTour());
        settle();
        m_window->close();
        QCOMPARE(settings.value("window/tab").toString(), QString("compare"));
        QCOMPARE(settings.value("selection/entity").toString(), QString("Cedrith"));
        QCOMPARE(settings.value("runs/hidden").toStringList(), QStringList{"/runs/po-AB"});
        for (const auto& source : settings.value("runs/elsewhere").toStringList())
            QVERIFY2(!LessonRuns::isOne(source.toStdString()), qPrintable(source));
    }

    /// A run of somebody's own, started while a lesson is open, is seen and stays.
    void onesOwnRunStays() {
        QVERIFY(openTour());
        RunSpec spec;
        spec.method = "gd";
        spec.name = "mine";
        m_workbench->start(spec);
        settle();
        const int mine = workspace().indexOf(folder() / "mine");
        QVERIFY(mine >= 0 && workspace().runs()[static_cast<std::size_t>(mine)].shown);
        QVERIFY(m_window->runsPanel()->filterLine()->text().isEmpty());
        desk().leave();
        settle();
        QVERIFY(workspace().indexOf(folder() / "mine") >= 0);
        QCOMPARE(workspace().runs().size(), std::size_t(3));
    }

    void aBadFileIsSaidInPlace() {
        const auto before = workspace().selection();
        const auto file = write("bad.json", QString(tour).replace("\"answers\"", "\"moon\"").toStdString());
        QVERIFY(!desk().openFile(file));
        QVERIFY(!desk().open());
        QVERIFY(m_window->noteBar()->isVisible());
        QVERIFY2(m_window->noteBar()->text().contains("bad.json, line 5: there is no place \"moon\""),
                 qPrintable(m_window->noteBar()->text()));
        QVERIFY(workspace().selection() == before);
        QVERIFY(!desk().openFile(write("large.json", std::string(10 << 20, ' '))));
        QVERIFY(!desk().openFile(m_place->filePath("none.json")));
        QVERIFY(openTour());
        QVERIFY(!desk().openFile(file));  // the one that is open stays
        QCOMPARE(desk().lesson()->title, std::string("One blow"));
    }

    /// A folder of a teacher's own stands in the menu, and what is wrong in it does not hide the rest.
    void ownLessonsStandInTheMenu() {
        const QString lessons = m_place->filePath("lessons");
        std::filesystem::create_directories(lessons.toStdString());
        write("lessons/good.json", tour);
        write("lessons/bad.json", "{");
        qputenv("LACUNA_LESSONS", lessons.toUtf8());
        auto* menu = m_window->windowActions().menu("lesson");
        emit menu->aboutToShow();
        QMenu* own = nullptr;
        for (auto* action : menu->actions())
            if (action->menu())
                own = action->menu();
        qunsetenv("LACUNA_LESSONS");
        QVERIFY(own);
        QCOMPARE(own->actions().size(), 2);
        QVERIFY(own->actions()[0]->text().startsWith("bad"));
        QVERIFY(own->actions()[0]->toolTip().contains("not valid JSON"));
        QCOMPARE(own->actions()[1]->text(), QString("One blow"));
        own->actions()[1]->trigger();
        QVERIFY(desk().open());
    }

    void aFailedRunIsSaidAndRunAgain() {
        QVERIFY(openTour());
        settle();
        desk().turnTo(1);
        m_script->happens(event::RunEnded{2, run(), event::RunEnded::How::Failed});
        settle();
        workspace().setStatus(desk().runs().indexOf("up"), RunStatus::Failed);
        QTRY_VERIFY(panel()->shownText().contains("failed"));
        const int before = m_script->count<command::Start>() + m_script->count<command::Resume>();
        emit panel()->againAsked();
        QCOMPARE(m_script->count<command::Start>() + m_script->count<command::Resume>(), before + 1);
    }

    void whatWasRunIsNotRunAgain() {
        QVERIFY(openTour());
        settle();
        QCOMPARE(m_script->count<command::Start>(), 1);
        desk().turnTo(2);
        desk().turnTo(0);
        desk().restart();
        QCOMPARE(m_script->count<command::Start>(), 1);
    }

    void theWholeLessonByKeyboard() {
        QVERIFY(openTour());
        settle();
        measure(0, 1);
        measure(1, 0.25);
        QTest::keyClick(m_window.get(), Qt::Key_PageDown, Qt::ControlModifier);
        QCOMPARE(desk().step(), std::size_t(1));
        panel()->choices()->button(0)->setFocus(Qt::TabFocusReason);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QVERIFY(panel()->shownText().contains("Only 25 %."));
        QVERIFY(panel()->choices()->button(1)->isChecked());
        QTest::keyClick(m_window.get(), Qt::Key_PageUp, Qt::ControlModifier);
        QCOMPARE(desk().step(), std::size_t(0));
        QTest::keyClick(m_window.get(), Qt::Key_PageDown, Qt::ControlModifier);
        QTest::keyClick(m_window.get(), Qt::Key_PageDown, Qt::ControlModifier);
        QTest::keyClick(m_window.get(), Qt::Key_PageDown, Qt::ControlModifier);
        QVERIFY(!desk().open());
    }

    void whoPresentsHasLargeTextAndTwoKeys() {
        QVERIFY(openTour());
        QTest::keyClick(m_window.get(), Qt::Key_PageDown);
        QCOMPARE(desk().step(), std::size_t(0));  // the key is the lists' until somebody presents
        const double text = Theme::instance().textScale();
        action("lesson.presenter")->trigger();
        QVERIFY(Theme::instance().textScale() >= 1.4 * text);
        QVERIFY(lineScale() > 1);
        QVERIFY(!m_window->panelsShown());
        QVERIFY(panel()->shownText().contains("Wait for hands."));
        QTest::keyClick(m_window.get(), Qt::Key_PageDown);
        QCOMPARE(desk().step(), std::size_t(1));
        QTest::keyClick(m_window.get(), Qt::Key_PageUp);
        QCOMPARE(desk().step(), std::size_t(0));
        desk().leave();
        QCOMPARE(Theme::instance().textScale(), text);
        QCOMPARE(lineScale(), 1.0);
        QVERIFY(m_window->panelsShown());
    }

    void onOnesOwnAndBackAgain() {
        QVERIFY(openTour());
        settle();
        QVERIFY(desk().ring()->isVisible());
        panel()->tryButton()->click();
        QVERIFY(!desk().ring()->isVisible());
        workspace().selectEntity("Borrin");
        m_window->showTab("compare");
        measure(0, 1);
        QCOMPARE(m_window->tab(), QString("compare"));  // nothing is pulled away
        panel()->tryButton()->click();
        QCOMPARE(m_window->tab(), QString("entity"));
        QCOMPARE(workspace().selection().entity, QString("Anteli"));
        QTRY_VERIFY(desk().ring()->isVisible());
    }

    /// A narrow window shows the lesson in place of the panels, and has them back afterwards.
    void aNarrowWindowHasRoom() {
        m_window->resize(1024, 700);
        QVERIFY(openTour());
        QVERIFY(!m_window->panelsShown());
        QCoreApplication::processEvents();
        QVERIFY(m_window->centralWidget()->width() > 500);
        desk().leave();
        QVERIFY(m_window->panelsShown());
    }

    /// What a lesson may name is there.
    void everyPlaceIsInTheWindow() {
        for (const auto& place : lessonPlaces) {
            auto* widget = lessonPlaceWidget(*m_window, std::string(place.id));
            QVERIFY2(widget, place.id.data());
            for (const auto& tab : m_window->tabs())
                if (tab.id.toStdString() == place.view)
                    QVERIFY2(tab.widget->isAncestorOf(widget), place.id.data());
        }
        for (const auto view : lessonViews)
            QVERIFY2(m_window->showTab(QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()))),
                     view.data());
    }

    void everyShippedLessonOpens() {
        QVERIFY(shippedLessons().size() >= 5);
        for (const auto& shipped : shippedLessons()) {
            const auto id = QString::fromUtf8(shipped.id.data(), static_cast<qsizetype>(shipped.id.size()));
            QVERIFY2(action("file.quit") && desk().openShipped(id), qPrintable(id));
            QVERIFY(panel()->page().place.startsWith("Lesson "));
            desk().leave();
        }
    }

    /// The limit is .1 s on an idle machine; five times that under load.
    void aPageTurnsAtOnce() {
        QVERIFY(openTour());
        settle();
        QList<qint64> times;
        for (int i = 0; i < 9; ++i) {
            QElapsedTimer timer;
            timer.start();
            desk().turnTo(static_cast<std::size_t>(i % 2));
            QCoreApplication::processEvents();
            times << timer.elapsed();
        }
        std::sort(times.begin(), times.end());
        QVERIFY2(times[4] <= 500, qPrintable(QString::number(times[4])));
        qInfo("a page turns in %lld ms (median), %lld ms (most)", times[4], times[8]);
    }
};

LACUNA_TEST(LessonDeskTest)
#include "lesson_desk_test.moc"
