// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/runs/attack_log.h"
#include "tests/app/cli/cli_world.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <csignal>

using namespace lacuna;
using lacuna::testing::LacunaProgram;
using lacuna::testing::text;
namespace fs = std::filesystem;

/// Attacks at the command line: mounted, laid side by side, interrupted, refused.
class CliAttackTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::CliWorld> m_world;
    QString at(const char* name) const { return text(m_world->at(name)); }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::CliWorld>();
        for (const char* method : {"gd", "lumoe"}) {
            const auto made =
                testing::lacuna(m_world->run(method, m_world->modelFolder(), {"--method", method, "--gate", "oracle"}));
            QVERIFY2(made.code == 0, made.err);
        }
    }

    void comparingBeforeAnyAttackSaysWhatToDo() {
        const auto none = testing::lacuna({"compare", "--attacks", at("gd")});
        QVERIFY2(none.code == 2 && none.err.contains("lacuna attack"), none.err);
    }

    void mountsAndCompares() {
        const auto mounted =
            testing::lacuna({"attack", at("gd"), at("lumoe"), "--kind", "bypass,view,relearn", "--set", "samples=1"});
        QVERIFY2(mounted.code == 0, mounted.err);
        QVERIFY2(mounted.out.contains("gd, stage 2: Bypass: does not apply"), mounted.out);
        QCOMPARE(readAttackLog(m_world->at("lumoe")).entries.size(), std::size_t{5});
        const auto csv = testing::lacuna({"compare", "--attacks", at("gd"), at("lumoe"), "--csv"});
        QVERIFY2(csv.code == 0 && csv.out.startsWith("run,method,"), csv.err + csv.out);
        QCOMPARE(csv.out.count('\n'), 1 + 2 * (1 + 6 + 1));
        const auto markdown = testing::lacuna({"compare", "--attacks", at("gd"), at("lumoe"), "--markdown"});
        QVERIFY2(markdown.code == 0 && markdown.out.contains("not recovered by the attacks shown"), markdown.out);
        const auto json = testing::lacuna({"compare", "--attacks", at("lumoe"), "--json"});
        QCOMPARE(nlohmann::json::parse(json.out.toStdString())[0]["attacks"].size(), std::size_t{1 + 6 + 1});
        // The same again has nothing to do.
        const auto again = testing::lacuna({"attack", at("gd"), "--kind", "relearn", "--set", "samples=1", "--json"});
        QVERIFY2(again.code == 0, again.err);
        QCOMPARE(again.out.count('\n'), 1);
    }

    void badInputIsNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        QTest::addRow("unknown kind") << QStringList{"--kind", "relern"} << "relearn";
        QTest::addRow("unknown parameter") << QStringList{"--set", "sample=3"} << "samples";
        QTest::addRow("of another attack") << QStringList{"--kind", "bypass", "--set", "samples=3"} << "samples";
        QTest::addRow("out of range") << QStringList{"--kind", "relearn", "--set", "lr=-1"} << "lr";
        QTest::addRow("a stage too far") << QStringList{"--kind", "bypass", "--stage", "7"} << "stage 7";
        QTest::addRow("the original") << QStringList{"--kind", "bypass", "--stage", "0"} << "--stage";
    }
    void badInputIsNamed() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const auto result = testing::lacuna(QStringList{"attack", at("gd")} + arguments);
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains(said.toUtf8()), result.err);
    }

    void anInterruptionKeepsWhatHasEnded() {
        LacunaProgram program({"attack", at("lumoe"), "--kind", "gate_flood,benign", "--set", "samples=100000", "--set",
                               "batch=1", "--again"});
        QTRY_VERIFY_WITH_TIMEOUT(readAttackLog(m_world->at("lumoe")).find("gate_flood", 2) != nullptr, 60000);
        ::kill(static_cast<pid_t>(program.processId()), SIGINT);
        const auto result = program.wait();
        QVERIFY2(result.code == 130 && result.err.contains("is kept"), result.err);
        QVERIFY(readAttackLog(m_world->at("lumoe")).find("benign", 2) == nullptr);
    }

    void theCatalogIsListed() {
        const auto listed = testing::lacuna({"methods"});
        QVERIFY2(listed.out.contains("gate_flood"), listed.out);
        const auto help = testing::lacuna({"attack", "--help"});
        QVERIFY2(help.code == 0 && help.out.contains("soft_prompt"), help.out);
    }
};

LACUNA_TEST(CliAttackTest)
#include "cli_attack_test.moc"
