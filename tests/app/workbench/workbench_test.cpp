// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench.h"

#include "core/benchmark/mlubench_folder.h"
#include "core/runs/run_log.h"
#include "tests/app/workbench/fake_engine.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QFile>
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

    void aFolderThatIsNoneIsNotLoaded() {
        m_workbench->openBenchmark(m_place.filePath("nothing"));
        QTRY_VERIFY(!m_workbench->busyLoading());
        QTRY_VERIFY(noted("nothing"));
        QCOMPARE(m_script->count<command::Load>(), 0);
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
