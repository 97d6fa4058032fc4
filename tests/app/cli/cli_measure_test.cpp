// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/runs/run_reader.h"
#include "core/training/recipe.h"
#include "tests/app/cli/cli_world.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;
using lacuna::testing::text;
namespace fs = std::filesystem;

/// Models made elsewhere, measured at the command line and shown beside runs of ours.
class CliMeasureTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::CliWorld> m_world;

    QStringList measure(const QString& stages, const char* out) const {
        return {"measure",
                "--stages",
                stages,
                "--model",
                text(m_world->modelFolder()),
                "--benchmark",
                text(m_world->at("benchmark")),
                "--threads",
                "1",
                "--out",
                text(m_world->at(out))};
    }

private slots:
    void aRunGivenBackSaysTheSame() {
        m_world = std::make_unique<testing::CliWorld>();
        const auto made = testing::lacuna(m_world->run("ours", m_world->modelFolder(), {"--method", "gd"}));
        QVERIFY2(made.code == 0, made.err);
        fs::rename(m_world->at("ours/adapters"), m_world->at("theirs"));
        const auto stages =
            QString("original,%1,%2").arg(text(m_world->at("theirs/stage-001")), text(m_world->at("theirs/stage-002")));
        const auto measured = testing::lacuna(measure(stages, "measured"));
        QVERIFY2(measured.code == 0, measured.err);
        QVERIFY2(measured.out.startsWith(text(m_world->at("measured")).toUtf8()), measured.out);
        QCOMPARE(readRun(m_world->at("measured/run.h5")).cells, readRun(m_world->at("ours/run.h5")).cells);
        const auto table =
            testing::lacuna({"compare", text(m_world->at("ours")), text(m_world->at("measured")), "--csv"});
        QVERIFY2(table.code == 0, table.err);
        QVERIFY2(table.out.contains("Given · theirs"), table.out);
        const auto gate = testing::lacuna({"gate", text(m_world->at("measured"))});
        QVERIFY2(gate.code == 2 && gate.err.contains("no gate routed"), gate.err);
        // The settings of such a run are a spec like any other.
        const auto again = testing::lacuna(
            {"run", "--spec", text(m_world->at("measured/spec.json")), "--out", text(m_world->at("again"))});
        QVERIFY2(again.code == 0, again.err);
        QCOMPARE(readRun(m_world->at("again")).cells, readRun(m_world->at("ours/run.h5")).cells);
    }

    /// Models of a reference stand in a row of their own, and what is held against them in columns of their own.
    void goldIsWhatTheOthersAreHeldAgainst() {
        const auto stages =
            QString("%1,%2").arg(text(m_world->at("theirs/stage-001")), text(m_world->at("theirs/stage-002")));
        const auto gold = testing::lacuna({"gold", "--stages", stages, "--model", text(m_world->modelFolder()),
                                           "--benchmark", text(m_world->at("benchmark")), "--threads", "1", "--metrics",
                                           "all", "--out", text(m_world->at("gold"))});
        QVERIFY2(gold.code == 0, gold.err);
        const auto again = testing::lacuna({"gold", "--out", text(m_world->at("gold"))});
        QVERIFY2(again.code == 2 && again.err.contains("is already there"), again.err);
        const QStringList both{"compare", text(m_world->at("ours")), text(m_world->at("gold"))};
        const auto table = testing::lacuna(both + QStringList{"--json"});
        QVERIFY2(table.code == 0, table.err);
        QVERIFY2(table.out.contains("gold_distance_forget") && !table.out.contains("gold_privacy_leak"), table.out);
        // The very models of the run: no way from it. What a run of ours did not measure is not held against gold.
        QVERIFY2(table.out.contains("\"gold_distance_forget\": 0.0"), table.out);
        QVERIFY2(testing::lacuna(both).out.contains("extraction_forget"), table.out);
    }

    /// What was made once is taken from the cache: here a model that stands where that of each stage would.
    void aGoldModelIsMadeOnce() {
        const auto benchmark = openBenchmark(m_world->at("benchmark").string(), "auto", false, {});
        auto recipe = recipeFor(benchmark);
        for (const auto& request : benchmark.requests) {
            recipe.leftOut.insert(request.forgetEntities.begin(), request.forgetEntities.end());
            const auto folder = keptModelFolder(benchmark, recipe);
            fs::create_directories(folder.parent_path());
            fs::copy(m_world->modelFolder(), folder, fs::copy_options::recursive);
        }
        const auto gold =
            testing::lacuna({"gold", "--model", text(m_world->modelFolder()), "--benchmark",
                             text(m_world->at("benchmark")), "--threads", "1", "--out", text(m_world->at("kept"))});
        QVERIFY2(gold.code == 0, gold.err);
        QVERIFY2(!gold.err.contains("are to be made"), gold.err);
        const auto run = readRun(m_world->at("kept"));
        QCOMPARE(run.stages, static_cast<int>(benchmark.requests.size()) + 1);
        QCOMPARE(run.spec.method, std::string("gold"));
    }

    void metricsAreAskedForAndHeldAgainstEachOther() {
        const auto unknown = testing::lacuna(m_world->run("no", m_world->modelFolder(), {"--metrics", "exposur"}));
        QVERIFY2(unknown.code == 2 && unknown.err.contains("Did you mean \"exposure\"?"), unknown.err);
        QStringList folders;
        for (const char* name : {"ours", "measured", "again"})
            folders << text(m_world->at(name));
        const auto two = testing::lacuna(QStringList{"compare", folders[0], folders[1], "--agreement"});
        QVERIFY2(two.code == 2 && two.err.contains("Give at least 3"), two.err);
        const auto agreement = testing::lacuna(QStringList{"compare", "--agreement"} + folders);
        QVERIFY2(agreement.code == 0 && agreement.out.contains("over 3 runs"), agreement.err);
        // The tiny model knows nothing.
        const auto known = testing::lacuna({"compare", folders[0], "--known-only"});
        QVERIFY2(known.code == 2 && known.err.contains("holds no answer of its original model that is right"),
                 known.err);
    }
};

LACUNA_TEST(CliMeasureTest)
#include "cli_measure_test.moc"
