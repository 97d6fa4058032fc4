// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_reader.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

using namespace lacuna;
using lacuna::testing::LacunaProgram;
namespace fs = std::filesystem;

/// Runs that are moved, disks that refuse, libraries of another build: from the command line, as people meet them.
class CliDiskTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;

    QString at(const char* name) const { return QString::fromStdString((m_world->path() / name).string()); }
    QString inWorld(const QString& line) const { return QStringLiteral("cd '%1' && %2").arg(at("."), line); }
    static QString runLine(const QString& out) {
        return QStringLiteral(
                   "'lacuna' run --out '%1' --model exp/model --benchmark exp/benchmark --threads 1 --method lumoe "
                   "--set epochs=1 --set batch=6 --set lr=0.001")
            .arg(out);
    }
    static void endsAsTheDisks(LacunaProgram&& program, const QByteArray& path, const QByteArray& remedy) {
        const auto result = program.wait();
        QVERIFY2(result.code == 3, result.err + " — exit code " + QByteArray::number(result.code));
        QVERIFY2(result.err.contains(path), result.err);
        QVERIFY2(result.err.contains(remedy), result.err);
        QVERIFY2(!result.err.contains("unforeseen") && !result.err.contains("report"), result.err);
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld(1);
        qputenv("LACUNA_CACHE", at("cache").toUtf8());
        fs::create_directories(m_world->path() / "exp/benchmark");
        fs::rename(m_world->modelFolder(), m_world->path() / "exp/model");
        writeBenchmarkFolder(testing::tinyBenchmark(m_world->path() / "exp/benchmark"),
                             m_world->path() / "exp/benchmark");
        writeFileAtomically(m_world->path() / "file", "x");
        const auto result = LacunaProgram::inShell(inWorld(runLine("exp/runs/r"))).wait();
        QVERIFY2(result.code == 0, result.err);
    }

    void aRunIsAskedAndResumedFromAnywhereAndMoved() {
        const auto probe = QStringLiteral("'lacuna' probe '%1' --entity velda --stage 2 --json");
        const auto here = LacunaProgram::inShell("cd / && " + probe.arg(at("exp/runs/r"))).wait();
        QVERIFY2(here.code == 0, here.err);
        QVERIFY(here.out.contains("\"gate\""));
        // All of it, to another place.
        fs::rename(m_world->path() / "exp", m_world->path() / "moved");
        const auto moved = LacunaProgram::inShell("cd / && " + probe.arg(at("moved/runs/r"))).wait();
        QVERIFY2(moved.code == 0, moved.err);
        QCOMPARE(moved.out, here.out);
        // The run alone: its model and benchmark are where they were.
        fs::rename(m_world->path() / "moved", m_world->path() / "exp");
        fs::rename(m_world->path() / "exp/runs/r", m_world->path() / "alone");
        const auto alone = LacunaProgram::inShell(inWorld(probe.arg("alone"))).wait();
        QVERIFY2(alone.code == 0, alone.err);
        QCOMPARE(alone.out, here.out);

        // Interrupted after stage 1, and all of it moved.
        const RunFolder folder{m_world->path() / "alone"};
        fs::rename(folder.path, m_world->path() / "exp/runs/r");
        fs::copy(m_world->path() / "exp/runs/r", m_world->path() / "exp/runs/half", fs::copy_options::recursive);
        const RunFolder half{m_world->path() / "exp/runs/half"};
        auto manifest = readManifest(half);
        manifest.sealed.pop_back();
        std::erase_if(manifest.makers, [](const StageMaker& made) { return made.stage == 2; });
        writeManifest(half, manifest);
        for (const char* gone : {"run.h5", "sealed/stage-002.h5", "checkpoint", "adapters/stage-002"})
            fs::remove_all(half.path / gone);
        fs::rename(m_world->path() / "exp", m_world->path() / "moved");
        const auto resumed = LacunaProgram::inShell("cd / && 'lacuna' resume " + at("moved/runs/half")).wait();
        QVERIFY2(resumed.code == 0, resumed.err);
        const auto whole = readRun(m_world->path() / "moved/runs/r"),
                   again = readRun(m_world->path() / "moved/runs/half");
        QVERIFY(again.answers == whole.answers && again.cells == whole.cells);
        // Its spec, as a start for another.
        const auto repeated = LacunaProgram::inShell("cd / && 'lacuna' run --out '" + at("repeated") + "' --spec '" +
                                                     at("moved/runs/half/spec.json") + "'")
                                  .wait();
        QVERIFY2(repeated.code == 0, repeated.err);
        QVERIFY(readRun(m_world->path() / "repeated").cells == whole.cells);
        fs::rename(m_world->path() / "moved", m_world->path() / "exp");
    }

    void aModelThatIsGoneIsNamed() {
        fs::rename(m_world->path() / "exp/model", m_world->path() / "exp/away");
        auto probe = LacunaProgram({"probe", at("exp/runs/r"), "--entity", "velda"}),
             resume = LacunaProgram({"resume", at("exp/runs/r")});
        for (auto* program : {&probe, &resume}) {
            const auto result = program->wait();
            QCOMPARE(result.code, 2);
            QVERIFY2(result.err.contains("its model is not there") && result.err.contains("exp/model"), result.err);
        }
        fs::rename(m_world->path() / "exp/away", m_world->path() / "exp/model");
    }

    void whatADiskRefusesIsSaidInASentence() {
        const auto tooLong = QString(300, 'n');
        endsAsTheDisks(LacunaProgram::inShell(inWorld(runLine("file/below/run"))), "file/below/run",
                       "A file stands where a folder should");
        endsAsTheDisks(LacunaProgram::inShell(inWorld(runLine(tooLong + "/run"))), tooLong.toUtf8(), "shorter");
        endsAsTheDisks(LacunaProgram({"data", "export", at("file/below")}), "file/below", "A file stands where");
        endsAsTheDisks(LacunaProgram({"train-small", "--out", at("file/below")}), "file/below", "A file stands where");
        endsAsTheDisks(LacunaProgram({"demo", "--out", at("file/below")}), "file/below", "A file stands where");
#ifndef __SANITIZE_ADDRESS__
        // Every file over 8 KiB: the first that is comes in the middle of the run.
        endsAsTheDisks(LacunaProgram::inShell(inWorld("ulimit -f 16 && " + runLine("limited"))), "limited", "");
#endif
    }

    void outputThatCannotBeWrittenIsAnError() {
        const auto compare = QStringLiteral("'lacuna' compare '%1' --csv").arg(at("exp/runs/r"));
        QCOMPARE(LacunaProgram::inShell(compare).wait().code, 0);
        endsAsTheDisks(LacunaProgram::inShell(compare + " > /dev/full"), "standard output", "Free some space");
        for (const auto* line : {"'lacuna' --help", "'lacuna' run --help", "'lacuna' --version", "'lacuna' methods",
                                 "'lacuna' completion bash"})
            endsAsTheDisks(LacunaProgram::inShell(QString(line) + " > /dev/full"), "standard output",
                           "Free some space");
    }

    void aDriveWithoutLocksIsWrittenAndSaidOnce() {
        const auto result =
            LacunaProgram::inShell(
                inWorld("LD_PRELOAD='" LACUNA_BINARY_DIR "/lib/libtest_no_locks.so' " + runLine("lockless")))
                .wait();
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.err.count("no file locks"), 1);
        QVERIFY(readRun(m_world->path() / "lockless").cells == readRun(m_world->path() / "exp/runs/r").cells);
    }

    void anEngineOfAnotherBuildIsRefused() {
        const auto result =
            LacunaProgram::inShell("LD_PRELOAD='" LACUNA_BINARY_DIR "/lib/libtest_other_engine.so' 'lacuna' methods")
                .wait();
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("two builds of Lacuna") && result.err.contains("0.0.9-other"), result.err);
        QVERIFY(result.out.isEmpty());
    }
};

LACUNA_TEST(CliDiskTest)
#include "cli_disk_test.moc"
