// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench.h"

#include "core/benchmark/cache_folder.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/runs/run_extra.h"
#include "core/runs/run_log.h"
#include "core/runs/run_reader.h"
#include "tests/app/workbench/fake_engine.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/run_names.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class WorkbenchTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_place;
    std::shared_ptr<FakeEngineScript> m_script;
    std::unique_ptr<Workbench> m_workbench;

    QString folder() const { return m_place.filePath("photos"); }
    bool noted(const QString& part) const {
        for (int row = 0; row < m_workbench->messages().rowCount(); ++row)
            if (m_workbench->messages().index(row, 0).data().toString().contains(part))
                return true;
        return false;
    }

    static RunSpec runSpec(const std::string& name) {
        RunSpec spec;
        spec.name = name;
        spec.method = "gd";
        return checkedRunSpec(spec);
    }

private slots:
    void init() {
        m_script = std::make_shared<FakeEngineScript>();
        m_workbench = std::make_unique<Workbench>();
        m_workbench->useEngine(std::make_unique<FakeEngine>(m_script));
        QDir(folder()).removeRecursively();
        writeBenchmarkFolder(*exampleBenchmark(), folder().toStdString());
    }

    void absentPhotosAreStoodInForAndSaid() {
        m_workbench->openBenchmark(folder());
        QTRY_COMPARE(m_script->count<command::Load>(), 1);
        QCOMPARE(m_script->last<command::Load>()->images, std::string("surrogate"));
        QCOMPARE(m_script->last<command::Load>()->benchmark, folder().toStdString());
        QVERIFY(noted("stand-ins"));
        QVERIFY(!m_workbench->workspace().benchmark()->surrogate);

        auto drawn = std::make_shared<Benchmark>(*m_workbench->workspace().benchmark());
        drawn->surrogate = true;
        drawn->folder = "/somewhere/drawn";
        m_script->happens(event::Loaded{1, "cpu", "Example processor", "a small LLaVA", drawn});
        m_workbench->bridge().drain();
        QCOMPARE(m_workbench->workspace().benchmark(), drawn.get());
    }

    /// The first start: names at once, pictures as they are drawn, then all from their own place.
    void whomItIsAboutIsSeenBeforeItIsDrawn() {
        qputenv("LACUNA_CACHE", m_place.filePath("cache").toUtf8());
        m_workbench->openBenchmark("embedded");
        QTest::qWait(200);
        QVERIFY(!m_workbench->workspace().benchmark());
        writeBenchmarkFolder(*exampleBenchmark(), unfinished(drawnBenchmarkFolder()));
        QTRY_VERIFY(m_workbench->workspace().benchmark());
        const auto* begun = m_workbench->workspace().benchmark();
        QCOMPARE(begun->entities.size(), exampleBenchmark()->entities.size());
        QCOMPARE(begun->folder, drawnBenchmarkFolder());  // a question asked now is about the picture to come
        auto drawn = std::make_shared<Benchmark>(*begun);
        m_script->happens(event::Loaded{1, "cpu", "Example processor", "a small LLaVA", drawn});
        m_workbench->bridge().drain();
        QCOMPARE(m_workbench->workspace().benchmark(), drawn.get());
        qunsetenv("LACUNA_CACHE");
    }

    void whatTheTrashNoLongerHoldsIsNotUndone() {
        const auto runs = std::filesystem::path(m_place.filePath("runs").toStdString());
        for (const char* name : {"first", "second"})
            RunLog::create(runs, runSpec(name), {{"A", {"one"}, {"two"}}})->stageDone(0);
        auto& library = m_workbench->library();
        library.setFolder(runs);
        QTRY_COMPARE(m_workbench->workspace().runs().size(), std::size_t{2});
        auto& stack = m_workbench->undoStack();
        m_workbench->remove(0);
        stack.push(new QUndoCommand("something else"));
        m_workbench->remove(0);
        QCOMPARE(stack.count(), 3);
        library.emptyTrash();
        QTRY_COMPARE(stack.undoText(), QString("something else"));
        stack.undo();  // and what then stands on top goes too
        QVERIFY(!stack.canUndo());
        QVERIFY(!noted("trash"));
        QVERIFY(m_workbench->workspace().runs().empty());
    }

    void whatWasDeletedOrRenamedComesBackToItsPlaceAndIsSelected() {
        const auto runs = std::filesystem::path(m_place.filePath("undone").toStdString());
        for (const char* name : {"first", "second", "third"})
            RunLog::create(runs, runSpec(name), {{"A", {"one"}, {"two"}}})->stageDone(0);
        auto& library = m_workbench->library();
        auto& workspace = m_workbench->workspace();
        library.setFolder(runs);
        QTRY_COMPARE(workspace.runs().size(), std::size_t{3});
        QTRY_VERIFY(!library.busy());
        const auto names = [&] {
            QStringList all;
            for (const auto& run : workspace.runs())
                all << QString::fromStdString(run.history.name);
            return all;
        };
        const auto before = names();
        for (const bool files : {true, false}) {
            files ? m_workbench->remove(1) : m_workbench->forget(1);
            QCOMPARE(workspace.runs().size(), std::size_t{2});
            QCOMPARE(std::filesystem::exists(runs / before[1].toStdString()), !files);
            m_workbench->undoStack().undo();
            QTRY_COMPARE(workspace.runs().size(), std::size_t{3});
            QCOMPARE(names(), before);
            QCOMPARE(workspace.selection().run, 1);
        }
        m_workbench->rename(1, "better");
        QCOMPARE(names()[1], QString("better"));
        m_workbench->undoStack().undo();
        QCOMPARE(names(), before);
        m_workbench->undoStack().redo();
        QVERIFY(std::filesystem::exists(runs / "better"));
        m_workbench->rename(1, "two\nlines");
        QVERIFY(noted("holds a control character"));
        QCOMPARE(m_workbench->undoStack().undoText(), QString("rename ") + before[1]);
        m_workbench->rename(1, "../Modèle n° 3");  // the folder's name follows from it
        QCOMPARE(runTitle(workspace, 1), QString("../Modèle n° 3"));
        QCOMPARE(names()[1], QString("Modele-n-3"));
        QCOMPARE(readRun(runs / "Modele-n-3").spec.title, std::string("../Modèle n° 3"));
        m_workbench->rename(1, "Прогон");  // nothing a folder could be called by: it stays
        QCOMPARE(names()[1], QString("Modele-n-3"));
        QCOMPARE(runTitle(workspace, 1), QString("Прогон"));
        m_workbench->undoStack().undo();
        m_workbench->undoStack().undo();
        QCOMPARE(runTitle(workspace, 1), QString("better"));
        library.keepNotes(1, "worth a look", {"paper"});
        QTRY_VERIFY(!library.busy());
        QCOMPARE(readRunExtra(runs / "better").notes, std::string("worth a look"));
        QCOMPARE(workspace.runs()[1].tags, QStringList{"paper"});
    }

    void photosThatAreThereAreTaken() {
        const auto benchmark = loadBenchmarkFolder(folder().toStdString());
        for (const auto& entity : benchmark.entities)
            for (const auto& view : entity.views) {
                const auto path = QString::fromStdString(benchmark.imagePath(view).string());
                QDir().mkpath(QFileInfo(path).path());
                QFile picture(path);
                QVERIFY(picture.open(QIODevice::WriteOnly));
                picture.write("pixels");  // an empty file counts as missing
            }
        m_workbench->openBenchmark(folder());
        QTRY_COMPARE(m_script->count<command::Load>(), 1);
        QCOMPARE(m_script->last<command::Load>()->images, std::string("auto"));
        QVERIFY(!noted("stand-ins"));
    }

    void whereSomePhotosAreMissingWhatAsksAboutThemIsLeftOutAndItIsAsked() {
        m_script->onSend = obedientEngine();
        auto asking = *exampleBenchmark();
        for (int request = 0; request < 2; ++request) {
            auto& items = asking.requests[static_cast<std::size_t>(request)];
            items.forget = {{3 * request, 0, 0}, {3 * request + 1, 0, 0}};
            items.retain = {{3 * request + 2, 0, 0}};
        }
        QDir(folder()).removeRecursively();
        writeBenchmarkFolder(asking, folder().toStdString());
        const auto benchmark = loadBenchmarkFolder(folder().toStdString());
        const auto pictures = picturePaths(benchmark);
        for (const auto& picture : pictures) {
            const auto path = QString::fromStdString((benchmark.folder / picture).string());
            QDir().mkpath(QFileInfo(path).path());
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("pixels");
        }
        const std::string gone = "Anteli/1.png";
        QVERIFY(QFile::remove(QString::fromStdString((benchmark.folder / gone).string())));
        QSignalSpy asked(m_workbench.get(), &Workbench::photosMissing);
        m_workbench->openBenchmark(folder());
        QTRY_COMPARE(asked.count(), 1);
        const auto text = asked[0][0].toString();
        QVERIFY2(text.contains(QString("1 of %1 photos").arg(pictures.size())) && text.contains("left out") &&
                     text.contains("Anteli/1.png"),
                 qPrintable(text));
        QVERIFY(asked[0][2].toBool());
        QCOMPARE(m_script->last<command::Load>()->images, std::string("present"));
        QCOMPARE(m_workbench->workspace().benchmark()->leftOut, 1);

        m_workbench->leaveOutMissing();  // and the next session is not asked again
        const auto decided = m_workbench->decidedImages();
        m_workbench->openBenchmark("embedded");
        m_workbench->openBenchmark(folder(), decided);
        QTRY_VERIFY(!m_workbench->busyLoading());
        QTRY_COMPARE(m_script->last<command::Load>()->benchmark, folder().toStdString());
        QTRY_COMPARE(m_script->last<command::Load>()->images, std::string("present"));
        QCOMPARE(asked.count(), 1);

        m_workbench->drawStandIns();
        QTRY_COMPARE(m_script->last<command::Load>()->images, std::string("surrogate"));
        QCOMPARE(m_workbench->workspace().benchmark()->leftOut, 0);
        QCOMPARE(asked.count(), 1);
        m_workbench->openFormerBenchmark();
        QCOMPARE(m_workbench->benchmarkName(), QString("embedded"));
    }

    void aFolderThatIsNoneIsNotLoaded() {
        m_workbench->openBenchmark(m_place.filePath("nothing"));
        QTRY_VERIFY(!m_workbench->busyLoading());
        QTRY_VERIFY(noted("nothing"));
        QCOMPARE(m_script->count<command::Load>(), 0);
    }

    void whatWaitedIsQueuedAgainByTheNextSession() {
        m_script->onSend = obedientEngine();
        const auto runs = std::filesystem::path(m_place.filePath("waiting").toStdString());
        const auto open = [&] {
            m_script = std::make_shared<FakeEngineScript>();
            m_script->onSend = obedientEngine();
            m_workbench = std::make_unique<Workbench>();
            m_workbench->library().setFolder(runs);
            m_workbench->library().takeOverQueue();
        };
        const auto settle = [&] {
            while (!m_script->replies.empty())
                m_workbench->bridge().drain();
        };
        open();
        m_workbench->useEngine(std::make_unique<FakeEngine>(m_script));
        for (const char* name : {"first", "second", "third"})
            m_workbench->start(runSpec(name));
        settle();
        m_workbench->bridge().unqueue(runs / "third");
        m_script->happens(event::RunEnded{3, {}, event::RunEnded::How::Stopped});
        settle();
        m_workbench->bridge().shutDown();
        settle();

        open();
        QTRY_VERIFY(noted("queued again: second"));
        QCOMPARE(m_script->count<command::Start>(), 0);  // its engine is still on its way
        m_workbench.reset();

        open();  // that one was closed before its engine came
        QTRY_VERIFY(noted("queued again: second"));
        m_workbench->useEngine(std::make_unique<FakeEngine>(m_script));
        settle();
        QCOMPARE(m_script->count<command::Start>(), 1);
        QCOMPARE(m_script->last<command::Start>()->spec.name, std::string("second"));
        QCOMPARE(m_workbench->workspace().runs()[0].history.status, RunStatus::Running);
        m_workbench.reset();

        open();
        QTRY_VERIFY(!m_workbench->busyLoading());
        QTest::qWait(50);
        QVERIFY(!noted("queued again"));
    }

    void whatIsInWorkWhenTheWindowClosesGoesOnFirst() {
        m_script->onSend = obedientEngine();
        const auto runs = std::filesystem::path(m_place.filePath("closed").toStdString());
        m_workbench->library().setFolder(runs);
        for (const char* name : {"first", "second"})
            m_workbench->start(runSpec(name));
        while (!m_script->replies.empty())
            m_workbench->bridge().drain();
        m_workbench->keepForNextSession();
        m_workbench->bridge().shutDown();
        while (!m_script->replies.empty())
            m_workbench->bridge().drain();
        m_workbench.reset();
        RunQueue queue(runs);
        std::vector<std::string> problems;
        const auto left = queue.takeOver(problems);
        QCOMPARE(left.size(), std::size_t{2});
        QCOMPARE(left[0].folder, runs / "first");
        QVERIFY(!left[0].spec && left[1].spec);
    }

    void anAnswerAboutAnotherBenchmarkIsLeftAlone() {
        m_workbench->openBenchmark(folder());
        QTRY_VERIFY(m_workbench->workspace().benchmark());
        const auto* seen = m_workbench->workspace().benchmark();
        auto other = std::make_shared<Benchmark>(*seen);
        other->surrogate = true;
        other->title = "of an earlier wish";
        m_script->happens(event::Loaded{1, "cpu", "Example processor", "a small LLaVA", other});
        m_workbench->bridge().drain();
        QCOMPARE(m_workbench->workspace().benchmark(), seen);
    }
};

LACUNA_TEST(WorkbenchTest)
#include "workbench_test.moc"
