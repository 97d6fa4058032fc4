// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_store.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_log.h"
#include "core/runs/run_reader.h"
#include "tests/common/interposed_calls.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

class RunStoreTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<TestFolder>(); }
    void listsRunsTheNewestFirst();
    void aDamagedRunIsListedWithItsProblem();
    void renamesAndKeepsWhatItDoesNotKnow();
    void aRunInWorkIsLeftAlone();
    void renamingIsAllOrNothing();
    void theTrashSaysWhatItHoldsAndIsEmptied();
    void whileItIsRenamedNobodyWrites();
    void deletingIsUndone();
    void aTitleIsKeptInAnyLetters();
    void aFolderOfAnotherNameIsNoStranger();
    void aDuplicateIsANewRun();
    void notesTagsAndPinsAreKept();

private:
    RunStore store() const { return RunStore(m_folder->path()); }
    std::unique_ptr<RunLog> make(const std::string& name, const std::string& created, int sealed) const {
        ExampleRun example(name);
        example.spec.createdUtc = created;
        return example.createWith(m_folder->path(), sealed);
    }
    std::unique_ptr<TestFolder> m_folder;
};

void RunStoreTest::listsRunsTheNewestFirst() {
    QVERIFY(RunStore(m_folder->path() / "nowhere").list().empty());
    make("old", "2026-01-01", 3);
    make("new", "2026-02-01", 1);
    const auto working = make("working", "2026-03-01", 0);
    fs::create_directory(m_folder->path() / "something else");
    const auto runs = store().list();
    QCOMPARE(runs.size(), std::size_t{3});
    QCOMPARE(runs[0].name, std::string("working"));
    QVERIFY(runs[0].status == RunStatus::Running);
    QCOMPARE(runs[0].stages, 0);
    QCOMPARE(runs[0].stageCount, 3);
    QCOMPARE(runs[1].name, std::string("new"));
    QVERIFY(runs[1].status == RunStatus::Interrupted);
    QVERIFY(runs[2].status == RunStatus::Finished);
    QCOMPARE(runs[2].stages, 3);
    QCOMPARE(runs[2].elapsedS, 2039.0);
    QCOMPARE(runs[2].spec.name, std::string("old"));
    QVERIFY(runs[2].problem.empty());
}

void RunStoreTest::aDamagedRunIsListedWithItsProblem() {
    make("a", "", 1);
    writeFileAtomically(m_folder->path() / "a" / "spec.json", "{");
    const auto runs = store().list();
    QCOMPARE(runs.size(), std::size_t{1});
    QCOMPARE(runs[0].name, std::string("a"));
    QVERIFY(QString::fromStdString(runs[0].problem).contains("spec.json: not valid JSON"));
}

void RunStoreTest::renamesAndKeepsWhatItDoesNotKnow() {
    make("a", "", 1);
    make("b", "", 1);
    const auto spec = m_folder->path() / "a" / "spec.json";
    auto json = readFile(spec);
    json.insert(1, "\"future\": 7,");
    writeFileAtomically(spec, json);
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b"));
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "../c"));
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("nothing", "c"));
    const auto folder = store().rename("a", "c");
    QCOMPARE(folder, m_folder->path() / "c");
    QCOMPARE(RunFolder::open(folder).readSpec().name, std::string("c"));
    QVERIFY(QString::fromStdString(readFile(folder / "spec.json")).contains("\"future\": 7"));
    QVERIFY(!fs::exists(m_folder->path() / "a"));
}

void RunStoreTest::aTitleIsKeptInAnyLetters() {
    make("a", "", 1);
    const std::string title = "Мой прогон № 3";
    const auto folder = store().rename("a", "a", title);
    QCOMPARE(folder, m_folder->path() / "a");
    QCOMPARE(RunFolder::open(folder).readSpec().title, title);
    QCOMPARE(shownName(readRun(folder)), title);
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b", "two\nlines"));
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b", std::string(101, 'x')));
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b", "\xFF"));
    QCOMPARE(RunFolder::open(folder).readSpec().title, title);
    QCOMPARE(shownName(readRun(store().rename("a", "b"))), std::string("b"));
}

/// As the file manager names folders: what can be opened can be renamed and deleted too.
void RunStoreTest::aFolderOfAnotherNameIsNoStranger() {
    make("a", "", 1);
    make("b", "", 1);
    fs::rename(m_folder->path() / "a", m_folder->path() / "копия of a");
    fs::rename(m_folder->path() / "b", m_folder->path() / "b (1)");
    store().rename("копия of a", "c");
    QVERIFY(fs::exists(m_folder->path() / "c" / "spec.json"));
    store().restore(store().trash("b (1)"));
    QVERIFY(fs::exists(m_folder->path() / "b (1)"));
    for (const char* outside : {"", ".", "..", "../b", "c/.", ".trash"})
        QVERIFY_THROWS_EXCEPTION(Error, store().trash(outside));
}

void RunStoreTest::aRunInWorkIsLeftAlone() {
    const auto working = make("a", "", 1);
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b"));
    QVERIFY_THROWS_EXCEPTION(Error, store().trash("a"));
}

/// From the look whether anybody writes to the last rename: a writer that begins in between is kept out.
void RunStoreTest::whileItIsRenamedNobodyWrites() {
    make("a", "", 1);
    bool refused = false;
    lacuna::testing::duringRename([&] {
        try {
            RunLog::resume(m_folder->path() / "a", {1, 0});
        } catch (const Error& error) {
            refused = QString::fromUtf8(error.what()).contains("another process is writing");
        }
    });
    store().rename("a", "b");
    QVERIFY(refused);
    QVERIFY(!hasWriter(RunFolder::open(m_folder->path() / "b")));
}

void RunStoreTest::deletingIsUndone() {
    make("a", "", 1);
    const auto first = store().trash("a");
    QVERIFY(store().list().empty());
    make("a", "", 2);
    QVERIFY_THROWS_EXCEPTION(Error, store().restore(first));
    const auto second = store().trash("a");
    QVERIFY(first.folder != second.folder);
    store().restore(second);
    QCOMPARE(store().list().at(0).stages, 2);
    store().emptyTrash();
    QVERIFY_THROWS_EXCEPTION(Error, store().restore(first));
}

void RunStoreTest::renamingIsAllOrNothing() {
    make("a", "2026-01-01", 1);
    const auto spec = m_folder->path() / "a" / "spec.json";
    const auto before = readFile(spec);
    fs::create_directory(m_folder->path() / "empty");                             // rename(2) would take its place
    fs::create_symlink(m_folder->path() / "nowhere", m_folder->path() / "link");  // and that of a link to nowhere
    for (const char* taken : {"empty", "link"}) {
        QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", taken));
        QCOMPARE(readFile(spec), before);
    }
    QVERIFY(fs::is_symlink(m_folder->path() / "link"));
    // The spec cannot be written: then nothing has moved.
    fs::remove(spec);
    fs::create_directories(spec / "in the way");
    QVERIFY_THROWS_EXCEPTION(Error, store().rename("a", "b"));
    QVERIFY(fs::exists(m_folder->path() / "a"));
    QVERIFY(!fs::exists(m_folder->path() / "b"));
    int files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(m_folder->path() / "a"))
        files += entry.path().extension() == ".part";
    QCOMPARE(files, 0);
}

void RunStoreTest::theTrashSaysWhatItHoldsAndIsEmptied() {
    QCOMPARE(store().trashed().runs, 0);
    make("a", "2026-01-01", 2);
    make("b", "2026-01-01", 1);
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(m_folder->path()))
        if (entry.is_regular_file())
            bytes += entry.file_size();
    store().trash("a");
    store().trash("b");
    QCOMPARE(store().trashed().runs, 2);
    QCOMPARE(store().trashed().bytes, bytes);
    store().emptyTrash();
    QCOMPARE(store().trashed().runs, 0);
    QCOMPARE(store().trashed().bytes, std::uintmax_t{0});
}

void RunStoreTest::aDuplicateIsANewRun() {
    make("a", "2026-01-01", 1);
    make("a-2", "2026-01-01", 1);
    auto spec = RunFolder::open(m_folder->path() / "a").readSpec();
    spec.modelHash = "x";
    const auto copy = store().duplicate(spec);
    QCOMPARE(copy.name, std::string("a-3"));
    QVERIFY(copy.createdUtc.empty() && copy.modelHash.empty());
    QCOMPARE(copy.method, spec.method);
}

void RunStoreTest::notesTagsAndPinsAreKept() {
    make("a", "", 1);
    const auto folder = m_folder->path() / "a";
    QCOMPARE(readRunExtra(folder), RunExtra{});
    const RunExtra extra{
        "A note\nwith \"quotes\" ✓", {"demo", "两"}, true, {{2, 1, Split::Retain, "Oak", "identity", 3, 4}}};
    writeRunExtra(folder, extra);
    QCOMPARE(readRunExtra(folder), extra);
    QVERIFY(store().list().at(0).extra == extra);
    writeFileAtomically(folder / "extra" / "notes.json", R"({"tags": "one"})");
    QVERIFY_THROWS_EXCEPTION(Error, readRunExtra(folder));
}

LACUNA_TEST(RunStoreTest)
#include "run_store_test.moc"
