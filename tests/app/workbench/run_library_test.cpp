// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/run_library.h"

#include "core/base/error.h"
#include "core/runs/run_log.h"
#include "tests/common/test_registry.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <map>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<RunLog> startRun(const fs::path& runs, const std::string& name) {
    RunSpec spec;
    spec.name = name;
    spec.method = "gd";
    auto log = RunLog::create(runs, checkedRunSpec(spec), {{"A", {"one"}, {"two"}}});
    log->rowsCame({.cells = {{.stage = 0, .metric = "exact", .value = 1, .count = 10}}});
    log->stageDone(0);
    return log;
}

fs::path finishedRun(const fs::path& runs, const std::string& name) {
    auto log = startRun(runs, name);
    log->rowsCame({.steps = StepColumns::of({{.stage = 1}})});
    log->rowsCame({.cells = {{.stage = 1, .metric = "exact", .value = 0.5, .count = 10}}});
    log->stageDone(1);
    log->finish();
    return runs / name;
}

}  // namespace

class RunLibraryTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_place;
    fs::path m_runs;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunLibrary> m_library;

private slots:
    void init() {
        m_place = std::make_unique<QTemporaryDir>();
        m_runs = m_place->path().toStdString() + "/runs";
        fs::create_directories(m_runs);
        m_workspace = std::make_unique<Workspace>();
        m_library = std::make_unique<RunLibrary>(*m_workspace);
    }

    void cleanup() {
        m_library.reset();
        m_workspace.reset();
    }

    void opensEveryRunOfTheFolderAndNoticesNewOnes() {
        finishedRun(m_runs, "first");
        m_library->setFolder(m_runs);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        QCOMPARE(m_workspace->runs()[0].history.stages, 2);
        QCOMPARE(m_workspace->runs()[0].history.status, RunStatus::Finished);
        finishedRun(m_place->path().toStdString(), "second");
        fs::rename(m_place->path().toStdString() + "/second", m_runs / "second");
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(2));
    }

    void opensASingleFile() {
        const auto run = finishedRun(m_runs, "first");
        QSignalSpy opened(m_library.get(), &RunLibrary::opened);
        m_library->open(run / "run.h5");
        QTRY_COMPARE(opened.count(), 1);
        QCOMPARE(m_workspace->runs()[0].history.spec.method, std::string("gd"));
    }

    void opensWhatIsLeftOfARunThatWasPassedOn() {
        const auto run = finishedRun(m_runs, "first");
        const auto place = fs::path(m_place->path().toStdString());
        for (const char* name : {"file", "folder"})
            fs::create_directories(place / "sent" / name);
        fs::copy_file(run / "run.h5", place / "sent/file/run.h5");  // without a spec
        fs::copy_file(run / "run.h5", place / "sent/folder/run.h5");
        fs::copy_file(run / "spec.json", place / "sent/folder/spec.json");
        fs::copy_file(run / "run.h5", place / "sent/loose.h5");
        QSignalSpy opened(m_library.get(), &RunLibrary::opened), failed(m_library.get(), &RunLibrary::failed);
        m_library->open(place / "sent/file");
        QTRY_COMPARE(opened.count(), 1);
        m_library->open(place / "sent");
        QTRY_COMPARE(opened.count(), 4);
        std::map<std::string, std::string> names;
        for (const auto& each : m_workspace->runs()) {
            QCOMPARE(each.history.status, RunStatus::Finished);
            QCOMPARE(each.history.cells.size(), std::size_t{2});
            names[each.history.source.lexically_relative(place / "sent").string()] = each.history.name;
        }
        QCOMPARE(names, (std::map<std::string, std::string>{
                            {"file/run.h5", "first"}, {"folder", "folder"}, {"loose.h5", "first"}}));
        // Half of it is not opened as something empty.
        for (const char* half : {"file/run.h5", "folder/run.h5", "loose.h5"})
            fs::resize_file(place / "sent" / half, fs::file_size(run / "run.h5") / 2);
        m_library->open(place / "sent");
        QTRY_COMPARE(failed.count(), 3);
        for (const auto& said : failed)
            QVERIFY2(said[0].toString().contains("truncated"), qPrintable(said[0].toString()));
    }

    void whatIsNoRunIsSaidNotOpened() {
        QSignalSpy failed(m_library.get(), &RunLibrary::failed);
        QFile file(m_place->filePath("broken.h5"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no HDF5");
        file.close();
        m_library->open(file.fileName().toStdString());
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains("broken.h5"));
        m_library->open(m_place->filePath("nowhere").toStdString());
        QTRY_COMPARE(failed.count(), 2);
        m_library->open(m_runs);
        QTRY_COMPARE(failed.count(), 3);
        QVERIFY(m_workspace->runs().empty());
    }

    void whatWasAskedOfARunComesBackWithIt() {
        const auto run = finishedRun(m_runs, "first");
        m_library->keepProbe(run, {1, "/own.png", "Is it blue?", "woolly", {}});
        m_library->keepProbe(run / "run.h5", {});  // a file to share is not written to
        QTRY_VERIFY(!m_library->busy());
        std::vector<OwnProbe> read;
        connect(m_library.get(), &RunLibrary::probesRead, this, [&](const fs::path& source, const auto& probes) {
            QCOMPARE(source, run);
            read = probes;
        });
        m_library->open(run);
        QTRY_COMPARE(read.size(), std::size_t(1));
        QCOMPARE(read[0].question, std::string("Is it blue?"));
        // A damaged file is told of; the run is opened all the same.
        std::ofstream(run / "extra" / "probes.json") << "no JSON";
        QSignalSpy failed(m_library.get(), &RunLibrary::failed), opened(m_library.get(), &RunLibrary::opened);
        m_library->open(run);
        QTRY_COMPARE(opened.count(), 1);
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains("probes.json"));
    }

    void followsARunThatAnotherWrites() {
        auto log = startRun(m_runs, "live");
        m_library->open(m_runs / "live");
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        QCOMPARE(m_workspace->runs()[0].history.status, RunStatus::Running);
        log->rowsCame({.steps = StepColumns::of({{.stage = 1}})});
        log->sync();
        QTRY_COMPARE(m_workspace->runs()[0].history.steps.size(), std::size_t(1));
        log->stageDone(1);
        log->finish();
        log.reset();
        QTRY_COMPARE(m_workspace->runs()[0].history.status, RunStatus::Finished);
        QCOMPARE(m_workspace->runs()[0].history.stages, 2);
    }

    void renamesOnTheDisk() {
        finishedRun(m_runs, "first");
        finishedRun(m_runs, "other");
        m_library->setFolder(m_runs);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(2));
        const int run = m_workspace->indexOf(m_runs / "first");
        m_library->rename(run, "better");
        QCOMPARE(m_workspace->runs()[std::size_t(run)].history.name, std::string("better"));
        QVERIFY(fs::exists(m_runs / "better" / "spec.json"));
        QVERIFY_THROWS_EXCEPTION(Error, m_library->rename(run, "other"));
        QVERIFY_THROWS_EXCEPTION(Error, m_library->rename(run, "../out"));
        QVERIFY_THROWS_EXCEPTION(Error, m_library->rename(run, ""));
        QTest::qWait(100);  // the folder's change must not open it a second time
        QTRY_VERIFY(!m_library->busy());
        QCOMPARE(m_workspace->runs().size(), std::size_t(2));
        QCOMPARE(m_workspace->runs()[std::size_t(run)].history.steps.size(),
                 std::size_t(1));  // renamed before they were read
    }

    void theTrashGivesBack() {
        finishedRun(m_runs, "first");
        m_library->setFolder(m_runs);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        const auto trashed = m_library->remove(0);
        QVERIFY(m_workspace->runs().empty());
        QVERIFY(!fs::exists(m_runs / "first"));
        m_library->bringBack(trashed, m_runs / "first", 0);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        QCOMPARE(m_workspace->runs()[0].history.stages, 2);
    }

    void aSingleFileIsOnlyTakenOffTheList() {
        const auto file = finishedRun(m_runs, "first") / "run.h5";
        m_library->open(file);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        QVERIFY_THROWS_EXCEPTION(Error, m_library->rename(0, "other"));
        const auto trashed = m_library->remove(0);
        QVERIFY(m_workspace->runs().empty());
        QVERIFY(fs::exists(file));
        m_library->bringBack(trashed, file, 0);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
    }

    void pinsAreKeptWithTheRun() {
        finishedRun(m_runs, "first");
        m_library->setFolder(m_runs);
        QTRY_COMPARE(m_workspace->runs().size(), std::size_t(1));
        m_workspace->setPinned(0, true);
        QTRY_VERIFY(readRunExtra(m_runs / "first").pinned);
        Workspace another;
        RunLibrary library(another);
        library.open(m_runs / "first");
        QTRY_COMPARE(another.runs().size(), std::size_t(1));
        QVERIFY(another.runs()[0].pinned);
    }
};

LACUNA_TEST(RunLibraryTest)
#include "run_library_test.moc"
