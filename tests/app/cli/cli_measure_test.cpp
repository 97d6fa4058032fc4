// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/runs/run_reader.h"
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
};

LACUNA_TEST(CliMeasureTest)
#include "cli_measure_test.moc"
