// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_reader.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/runs/run_tables.h"
#include "core/runs/tables/table_write.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <sys/stat.h>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

namespace {

/// A whole run file as it is before it is written, to be spoilt by a test.
TableFile wholeFile(const ExampleRun& example) {
    TableFile file{fileAttributes(example.spec), rowTables(example.rows(example.stages()))};
    file.tables.insert(file.tables.begin(), requestTable(example.requests));
    return file;
}

Table& tableOf(TableFile& file, const std::string& name) {
    return *std::find_if(file.tables.begin(), file.tables.end(), [&](const Table& t) { return t.name == name; });
}

Column& columnOf(TableFile& file, const std::string& table, const std::string& name) {
    auto& columns = tableOf(file, table).columns;
    return *std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
}

}  // namespace

class RunReaderTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<TestFolder>(); }
    void wrongPathsAreRefusedInWords_data();
    void wrongPathsAreRefusedInWords();
    void aNewerMajorVersionIsRefused();
    void aNewerMinorVersionIsRead();
    void absentColumnsAndTablesAreTolerated();
    void whoAbstainedIsReadOrFollowsFromTheThreshold();
    void spoiltRowsAreRefused_data();
    void spoiltRowsAreRefused();
    void tablesAndColumnsAreLeftOutOnDemand();
    void aSealedFileThatChangedIsTold();
    void aMissingSealedFileIsAnError();
    void stagesWithoutTheirListAreAnError();
    void aRunFileAloneIsTheRun();
    void damagedFilesNeitherHangNorCrash_data();
    void damagedFilesNeitherHangNorCrash();
    void whatKeepsAReaderWaitingIsNotWaitedFor();
    void filesThatLeadElsewhereAreRefused();
    void h5pyReadsARunFile();

private:
    fs::path file(const std::string& bytes) const {
        const auto path = m_folder->path() / "run.h5";
        writeFileAtomically(path, bytes);
        return path;
    }
    QString refusal(const fs::path& path) const;
    std::unique_ptr<TestFolder> m_folder;
};

/// What readRun says of it, or "" when it reads it.
QString RunReaderTest::refusal(const fs::path& path) const {
    try {
        readRun(path);
    } catch (const Error& e) {
        return e.kind() == ErrorKind::Input ? e.what() : "not an input error: " + QString(e.what());
    }
    return "";
}

void RunReaderTest::wrongPathsAreRefusedInWords_data() {
    QTest::addColumn<QString>("made");
    QTest::addColumn<QString>("said");
    QTest::newRow("nothing there") << "absent"
                                   << "there is no such file";
    QTest::newRow("a folder of something else") << "folder"
                                                << "not a run folder";
    QTest::newRow("a text") << "text"
                            << "it is no HDF5";
    QTest::newRow("empty") << "empty"
                           << "it is no HDF5";
    QTest::newRow("a device") << "/dev/zero"
                              << "it is no HDF5";
    QTest::newRow("HDF5 of somebody else") << "foreign"
                                           << "not a run of Lacuna";
    QTest::newRow("signature alone") << "signature"
                                     << "damaged";
}

void RunReaderTest::wrongPathsAreRefusedInWords() {
    QFETCH(QString, made);
    QFETCH(QString, said);
    auto path = m_folder->path() / made.toStdString();
    if (made == "folder")
        fs::create_directory(path);
    else if (made == "text")
        writeFileAtomically(path, "just a text, longer than a signature");
    else if (made == "empty")
        writeFileAtomically(path, "");
    else if (made == "foreign")
        writeFileAtomically(path, sealedImage({{{"format", "something.else"}, {"format_version", "1.0"}}, {}}));
    else if (made == "signature")
        writeFileAtomically(path, "\x89HDF\r\n\x1a\n");
    QVERIFY2(refusal(path).contains(said), qPrintable(refusal(path)));
}

void RunReaderTest::whoAbstainedIsReadOrFollowsFromTheThreshold() {
    auto content = wholeFile(ExampleRun());
    columnOf(content, "answers", "gate_choice").values = [&] {
        TextColumn texts;
        for (std::size_t i = 0; i < tableOf(content, "answers").rows(); ++i)
            texts.push_back(i % 2 ? "base" : "");
        return texts;
    }();
    auto& scores = std::get<std::vector<double>>(columnOf(content, "answers", "gate_score").values);
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = i % 3 ? 0.25 : 0.125;
    const auto& kept = std::get<std::vector<std::uint8_t>>(columnOf(content, "answers", "abstained").values);
    auto run = readRun(file(sealedImage(content)));
    for (std::size_t i = 0; i < run.answers.size(); ++i)
        QCOMPARE(run.answers[i].abstained, kept[i] == 1);

    // As format 1.0 wrote it.
    auto& columns = tableOf(content, "answers").columns;
    std::erase_if(columns, [](const Column& column) { return column.name == "abstained"; });
    content.attributes["format_version"] = "1.0";
    run = readRun(file(sealedImage(content)));
    int abstained = 0;
    for (std::size_t i = 0; i < run.answers.size(); ++i) {
        QCOMPARE(run.answers[i].abstained, i % 2 == 1 && i % 3 == 0);  // below 0.25, and where a gate chose
        abstained += run.answers[i].abstained ? 1 : 0;
    }
    QVERIFY(abstained > 3);
}

void RunReaderTest::aNewerMajorVersionIsRefused() {
    auto content = wholeFile(ExampleRun());
    content.attributes["format_version"] = "2.0";
    QVERIFY2(refusal(file(sealedImage(content))).contains("written in format 2.0"), "newer");
    content.attributes["format_version"] = "";
    QVERIFY(!refusal(file(sealedImage(content))).isEmpty());
}

void RunReaderTest::aNewerMinorVersionIsRead() {
    const ExampleRun example;
    auto content = wholeFile(example);
    content.attributes["format_version"] = "1.7";
    content.attributes["colour"] = "mauve";
    tableOf(content, "cells").columns.push_back({"new_column", std::vector<double>(tableOf(content, "cells").rows())});
    content.tables.push_back({"alignment", {{"layer", std::vector<std::int32_t>{1, 2, 3}}}});
    QVERIFY(rowsOf(readRun(file(sealedImage(content)))) == example.rows(example.stages()));
}

void RunReaderTest::absentColumnsAndTablesAreTolerated() {
    const ExampleRun example;
    auto content = wholeFile(example);
    for (const char* name : {"tokens", "resources"})
        std::erase_if(content.tables, [&](const Table& t) { return t.name == name; });
    std::erase_if(tableOf(content, "steps").columns, [](const Column& c) { return c.name == "grad_norm"; });
    std::erase_if(tableOf(content, "answers").columns, [](const Column& c) { return c.name == "nearest"; });
    const auto run = readRun(file(sealedImage(content)));
    QCOMPARE(run.steps.gradNorm.size(), run.steps.size());
    QVERIFY(std::isnan(run.steps.row(3).gradNorm));
    QCOMPARE(run.steps.loss, example.rows(example.stages()).steps.loss);
    QVERIFY(run.answers[1].nearest.empty() && run.answers[1].tokens.empty());
    QCOMPARE(run.answers[1].answer, example.answers(0)[1].answer);
    QVERIFY(run.resources.empty());
}

void RunReaderTest::spoiltRowsAreRefused_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("said");
    QTest::newRow("verdict") << "verdict"
                             << "is no verdict";
    QTest::newRow("split") << "split"
                           << "is no split";
    QTest::newRow("task") << "task"
                          << "has a row of stage";
    QTest::newRow("step stage") << "step stage"
                                << "has a row of stage";
    QTest::newRow("token") << "token"
                           << "belongs to answer";
    QTest::newRow("nearest") << "nearest"
                             << "not a list of entities";
    QTest::newRow("requests") << "requests"
                              << "not a JSON list";
    QTest::newRow("spec") << "spec"
                          << "spec: not valid JSON";
    QTest::newRow("number for a text") << "number"
                                       << "holds no text";
    QTest::newRow("text for a number") << "text"
                                       << "holds no numbers";
    QTest::newRow("missing column") << "missing"
                                    << "\"value\" is missing";
}

void RunReaderTest::spoiltRowsAreRefused() {
    QFETCH(QString, what);
    QFETCH(QString, said);
    auto content = wholeFile(ExampleRun());
    const auto text = [&](const char* table, const char* column, const char* value) {
        auto& values = std::get<TextColumn>(columnOf(content, table, column).values);
        TextColumn spoilt;
        for (std::size_t i = 0; i < values.size(); ++i)
            spoilt.push_back(i == 1 ? value : values[i]);
        values = spoilt;
    };
    if (what == "verdict" || what == "split" || what == "nearest")
        text("answers", qPrintable(what), "[nonsense");
    else if (what == "task")
        std::get<0>(columnOf(content, "cells", "task").values)[2] = 1 << 30;
    else if (what == "step stage")
        std::get<0>(columnOf(content, "steps", "stage").values)[0] = -1;
    else if (what == "token")
        std::get<1>(columnOf(content, "tokens", "answer").values)[0] = 1000;
    else if (what == "requests")
        text("requests", "retain_entities", "{}");
    else if (what == "spec")
        content.attributes["spec"] = "{";
    else if (what == "number")
        columnOf(content, "cells", "metric").values = std::vector<double>(tableOf(content, "cells").rows());
    else if (what == "text")
        columnOf(content, "requests", "index").name = "x", columnOf(content, "answers", "view").values =
                                                               columnOf(content, "answers", "image").values;
    else
        columnOf(content, "cells", "value").name = "worth";
    const auto message = refusal(file(sealedImage(content)));
    QVERIFY2(message.contains(said), qPrintable(message));
}

void RunReaderTest::tablesAndColumnsAreLeftOutOnDemand() {
    const ExampleRun example;
    example.createWith(m_folder->path(), 2)->sync();
    const auto folder = m_folder->path() / "example";
    const auto small = readRun(folder, {.only = {CellRow::table}});
    QCOMPARE(small.steps.size(), std::size_t{0});
    QVERIFY(small.answers.empty() && small.resources.empty());
    QVERIFY(small.cells == example.rows(2).cells);
    const auto noTokens = readRun(folder, {.only = {AnswerRow::table}});
    QVERIFY(noTokens.answers[3].tokens.empty() && !noTokens.answers[3].nearest.empty());
    const auto steps = readSteps(folder, {"loss"});
    QCOMPARE(steps.loss, example.rows(2).steps.loss);
    QCOMPARE(steps.step, example.rows(2).steps.step);
    QVERIFY(steps.lr.empty());
}

void RunReaderTest::aSealedFileThatChangedIsTold() {
    const ExampleRun example;
    example.createWith(m_folder->path(), 2);
    const auto folder = m_folder->path() / "example";
    const auto stage = folder / "sealed" / "stage-001.h5";
    std::ofstream(stage, std::ios::app) << "x";
    const auto run = readRun(folder);
    QCOMPARE(run.notes.size(), std::size_t{1});
    QVERIFY(QString::fromStdString(run.notes[0]).contains("stage-001.h5 is not as it was sealed"));
    QVERIFY(rowsOf(run) == example.rows(2));
    const auto glance = readRun(folder, {.checkSeals = false});  // who only looks does not read every byte
    QVERIFY(glance.notes.empty());
    QVERIFY(rowsOf(glance) == example.rows(2));
    QVERIFY_THROWS_EXCEPTION(Error, RunLog::resume(folder, {2, 0}));
}

void RunReaderTest::aMissingSealedFileIsAnError() {
    ExampleRun().createWith(m_folder->path(), 2);
    const auto folder = m_folder->path() / "example";
    fs::remove(folder / "sealed" / "stage-000.h5");
    QVERIFY(refusal(folder).contains("stage-000.h5"));
    writeFileAtomically(folder / "sealed" / "manifest.json", "{\"sealed\": 3}");
    QVERIFY(refusal(folder).contains("manifest.json: not the list"));
}

void RunReaderTest::stagesWithoutTheirListAreAnError() {
    ExampleRun("a").createWith(m_folder->path(), 3)->finish();
    const RunFolder folder{m_folder->path() / "a"};
    fs::remove(folder.manifest());
    try {
        readRun(folder.path);
        QFAIL("a run without stages was read");
    } catch (const Error& error) {
        QVERIFY(QString(error.what()).contains("manifest.json"));
    }
}

void RunReaderTest::aRunFileAloneIsTheRun() {
    ExampleRun("a").createWith(m_folder->path(), 3)->finish();
    const auto whole = readRun(m_folder->path() / "a");
    const RunFolder sent{m_folder->path() / "sent"};
    fs::create_directory(sent.path);
    fs::copy_file(RunFolder{m_folder->path() / "a"}.merged(), sent.merged());
    auto run = readRun(sent.path);
    QCOMPARE(run.source, sent.merged());
    QCOMPARE(run.name, std::string("a"));
    QVERIFY(run.status == RunStatus::Finished);
    QVERIFY(run.cells == whole.cells && run.answers.size() == whole.answers.size());
    QCOMPARE(readSteps(sent.path, {}).size(), whole.steps.size());
    // With its spec it is a run folder, by the folder's name.
    fs::copy_file(m_folder->path() / "a" / "spec.json", sent.spec());
    run = readRun(sent.path);
    QCOMPARE(run.source, sent.path);
    QCOMPARE(run.name, std::string("sent"));
    QVERIFY(run.status == RunStatus::Finished && run.cells == whole.cells);
    fs::resize_file(sent.merged(), 1000);
    try {
        readRun(sent.path);
        QFAIL("half a file was read");
    } catch (const Error& error) {
        QVERIFY(QString(error.what()).contains("truncated"));
    }
}

void RunReaderTest::damagedFilesNeitherHangNorCrash_data() {
    QTest::addColumn<bool>("live");
    QTest::newRow("sealed") << false;
    QTest::newRow("live") << true;
}

void RunReaderTest::damagedFilesNeitherHangNorCrash() {
    QFETCH(bool, live);
    const ExampleRun example("example", 3);
    const auto whole = m_folder->path() / "whole.h5";
    if (live)
        writeLiveFile(whole, wholeFile(example));
    else
        writeFileAtomically(whole, sealedImage(wholeFile(example)));
    const auto bytes = readFile(whole);
    Random random(7);
    QElapsedTimer timer;
    timer.start();
    int read = 0, refused = 0;
    for (int i = 0; i < 60; ++i) {
        auto damaged = bytes;
        if (i % 3 == 0)
            damaged.resize(random.index(bytes.size()));
        else
            for (int n = 0; n < (i % 3 == 1 ? 1 : 40); ++n)
                damaged[random.index(bytes.size())] = static_cast<char>(random.bits());
        const auto path = file(damaged);
        QElapsedTimer one;
        one.start();
        try {
            readRun(path, {.timeLimit = std::chrono::milliseconds(3000)});
            ++read;
        } catch (const Error& e) {
            QVERIFY2(e.kind() == ErrorKind::Input, e.what());
            ++refused;
        }
        QVERIFY2(one.elapsed() < 20000, "a damaged file kept its reader");
        QVERIFY(readFile(path) == damaged);
    }
    qInfo("%d read, %d refused", read, refused);
    QVERIFY(refused > 15);
}

void RunReaderTest::whatKeepsAReaderWaitingIsNotWaitedFor() {
    const ExampleRun example;
    example.createWith(m_folder->path(), 1).reset();
    const auto folder = m_folder->path() / "example";
    const auto pipe = [](const fs::path& path) {
        fs::remove(path);
        return ::mkfifo(path.c_str(), 0600) == 0;
    };
    QElapsedTimer timer;
    timer.start();
    QVERIFY(pipe(m_folder->path() / "pipe.h5") && pipe(folder / "run.lock") && pipe(folder / "live-007.h5"));
    QVERIFY(refusal(m_folder->path() / "pipe.h5").contains("it is no HDF5"));
    QVERIFY(rowsOf(readRun(folder)) == example.rows(1));
    QVERIFY(timer.elapsed() < 10000);
    // The child waits for a writer of this one until its time is over.
    QVERIFY(pipe(folder / "sealed" / "stage-000.h5"));
    try {
        readRun(folder, {.timeLimit = std::chrono::milliseconds(200)});
        QFAIL("read");
    } catch (const Error& e) {
        QVERIFY2(QString(e.what()).contains("stage-000.h5: reading it took too long"), e.what());
    }
}

void RunReaderTest::filesThatLeadElsewhereAreRefused() {
    const auto path = file(sealedImage(wholeFile(ExampleRun())));
    const auto script = fs::path(LACUNA_SOURCE_DIR) / "tests/core/runs/hostile_files.py";
    QProcess python;
    python.start("/usr/bin/python3", {QString::fromStdString(script.string()), QString::fromStdString(path.string())});
    if (!python.waitForFinished() || python.exitCode() == 77)
        QSKIP("python3-h5py is not installed");
    QCOMPARE(python.exitCode(), 0);
    QVERIFY(refusal(path.parent_path() / "soft.h5").contains("is a link to somewhere else"));
    QVERIFY(refusal(path.parent_path() / "external_link.h5").contains("is a link to somewhere else"));
    QVERIFY(refusal(path.parent_path() / "external_bytes.h5").contains("keeps its values in another file"));
    QVERIFY(refusal(path.parent_path() / "virtual.h5").contains("keeps its values in another file"));
    QVERIFY(refusal(path.parent_path() / "huge.h5").contains("more than a run file may hold"));
    QVERIFY(refusal(path.parent_path() / "matrix.h5").contains("not a plain column"));
    QVERIFY(refusal(path.parent_path() / "group.h5").contains("is not what a run of Lacuna has there"));
}

void RunReaderTest::h5pyReadsARunFile() {
    ExampleRun example;
    auto log = example.createWith(m_folder->path(), example.stages());
    log->finish();
    const auto script = fs::path(LACUNA_SOURCE_DIR) / "tests/core/runs/read_with_h5py.py";
    QProcess python;
    python.start("/usr/bin/python3", {QString::fromStdString(script.string()),
                                      QString::fromStdString((m_folder->path() / "example" / "run.h5").string())});
    if (!python.waitForFinished() || python.exitCode() == 77)
        QSKIP("python3-h5py is not installed");
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError());
    QCOMPARE(python.readAllStandardOutput(), QByteArray("steps 80 first 1 0 last loss 0.000490\n"
                                                        "answers 36 exact 18 refuses 6\n"
                                                        "last answer xxxxxxxxxxx 图 ✓\n"
                                                        "tokens of answer 35: ['图', '▁tok', '▁tok']\n"
                                                        "requests A B method lumoe\n"));
}

LACUNA_TEST(RunReaderTest)
#include "run_reader_test.moc"
