// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/base/sha256.h"
#include "core/runs/attack_figures.h"
#include "core/runs/run_folder.h"
#include "core/runs/tables/table_write.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>

using namespace lacuna;
using lacuna::testing::EngineClient;
using How = event::RunEnded::How;
namespace fs = std::filesystem;

/// Attacks as jobs of the engine: queued, kept one by one, stopped, refused.
class EngineAttackTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    int m_count = 0;

    fs::path made(EngineClient& client) {
        auto start = m_world->start("attacked-" + std::to_string(++m_count), 1, "canned");
        start.spec.parameters.clear();
        start.spec.gate = "oracle";
        return client.finish(start);
    }
    /// Everything of the run but extra/.
    static std::string contentOf(const fs::path& run) {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(run))
            if (entry.is_regular_file() && entry.path().string().find("/extra/") == std::string::npos)
                files[entry.path().string()] = readFile(entry.path());
        Sha256 digest;
        for (const auto& [name, bytes] : files)
            digest.add(name + bytes);
        return digest.hex();
    }

private slots:
    void initTestCase() { m_world = std::make_unique<testing::EngineWorld>(); }

    void attacksAreKeptAndTheRunIsNotTouched() {
        EngineClient client(m_world->tiny->path());
        const auto run = made(client);
        const auto before = contentOf(run);
        const auto id = client.send(command::Attack{run, {{"bypass"}, {"view"}}});
        const auto first = client.await<event::AttackMounted>();
        QCOMPARE(first.command, id);
        QCOMPARE(first.done, 0);
        QCOMPARE(first.attacks.entries.size(), std::size_t{2});  // unattacked, and the original
        const auto bypass = client.await<event::AttackMounted>();
        QCOMPARE(bypass.attacks.entries.front().attack, std::string("bypass"));
        QVERIFY(bypass.done == 1 && bypass.of == 2);
        QVERIFY(client.awaitEnd(id).how == How::Finished);
        const auto log = readAttackLog(run);
        QCOMPARE(log.entries.size(), std::size_t{4});
        QCOMPARE(attackFigure(log, 2, "bypass")->best()->recovered->share, 1.0);
        QCOMPARE(contentOf(run), before);
        // What stands there is told, not mounted again.
        const auto again = client.send(command::Attack{run, {{"bypass"}}});
        const auto told = client.await<event::AttackMounted>();
        QVERIFY(told.attacks.answers == bypass.attacks.answers);
        QVERIFY(client.awaitEnd(again).how == How::Finished);
        QVERIFY(readAttackLog(run) == log);
        client.awaitEnd(client.send(command::Attack{run, {{"bypass"}}, 1}));
        QCOMPARE(readAttackLog(run).entries.size(), std::size_t{7});  // another stage
    }

    void aStopLeavesWhatHasEnded() {
        EngineClient client(m_world->tiny->path());
        const auto run = made(client);
        const auto id =
            client.send(command::Attack{run, {{"bypass"}, {"benign", {{"samples", 100000}, {"batch", 1}}}}});
        const auto waiting = client.send(command::Attack{run, {{"view"}}});
        client.await<event::AttackMounted>([](const auto& mounted) { return mounted.done == 1; });
        client.send(command::Unqueue{waiting});
        client.send(command::Stop{});
        QVERIFY(client.awaitEnd(id).how == How::Stopped);
        const auto log = readAttackLog(run);
        QVERIFY(log.find("bypass", 2) && !log.find("benign", 2) && !log.find("view", 2));
        // The same again goes on with what is missing.
        const auto rest = client.send(command::Attack{run, {{"bypass"}, {"quantize"}}});
        QVERIFY(client.awaitEnd(rest).how == How::Finished);
        QVERIFY(readAttackLog(run).find("quantize", 2));
    }

    void aStageThatIsNotSealedIsRefused() {
        EngineClient client(m_world->tiny->path());
        const auto run = made(client);
        for (const int stage : {3, 0}) {
            const auto id = client.send(command::Attack{run, {{"bypass"}}, stage});
            QVERIFY(client.awaitEnd(id).how == How::Failed);
            QVERIFY2(client.lastFailure().find(stage == 3 ? "stage 3 has not been reached"
                                                          : "stage 0 is the original") != std::string::npos,
                     client.lastFailure().c_str());
        }
        QVERIFY(!fs::exists(attackFile(run)));
    }

    void anAdapterThatIsGoneIsNamed() {
        EngineClient client(m_world->tiny->path());
        const auto run = client.finish(m_world->start("gone", 1));
        fs::rename(RunFolder{run}.adapters(2), run / "elsewhere");
        const auto id = client.send(command::Attack{run, {{"view"}}});
        QVERIFY(client.awaitEnd(id).how == How::Failed);
        QVERIFY2(client.lastFailure().find("stage-002") != std::string::npos, client.lastFailure().c_str());
        fs::rename(run / "elsewhere", RunFolder{run}.adapters(2));
        QVERIFY(client.awaitEnd(client.send(command::Attack{run, {{"view"}}})).how == How::Finished);
    }

    void unknownNamesAndForeignFilesAreRefusedBeforeAnythingIsAsked() {
        EngineClient client(m_world->tiny->path());
        const auto run = made(client);
        QVERIFY(client.awaitEnd(client.send(command::Attack{run, {{"relern"}}})).how == How::Failed);
        QVERIFY(client.lastFailure().find("\"relearn\"") != std::string::npos);
        QVERIFY(client.awaitEnd(client.send(command::Attack{run, {{"relearn", {{"sample", 2}}}}})).how == How::Failed);
        QVERIFY2(client.lastFailure().find("samples") != std::string::npos, client.lastFailure().c_str());
        fs::create_directories(attackFile(run).parent_path());
        writeFileAtomically(attackFile(run),
                            sealedImage({{{"format", "lacuna.attacks"}, {"format_version", "9.0"}}, {}}));
        const auto kept = readFile(attackFile(run));
        QVERIFY(client.awaitEnd(client.send(command::Attack{run, {{"bypass"}}})).how == How::Failed);
        QVERIFY2(client.lastFailure().find("format 9.0") != std::string::npos, client.lastFailure().c_str());
        QCOMPARE(readFile(attackFile(run)), kept);
    }

    void questionsAreAnsweredBetween() {
        EngineClient client(m_world->tiny->path());
        const auto run = made(client);
        const auto id = client.send(command::Attack{run, {{"benign", {{"samples", 400}, {"batch", 1}}}}});
        client.await<event::AttackMounted>();
        auto probe = m_world->probe();
        probe.run = run;
        probe.stage = 2;
        const auto asked = client.send(probe);
        const auto answered = client.await<event::ProbeAnswered>();
        QCOMPARE(answered.command, asked);
        QVERIFY(client.awaitEnd(id).how == How::Finished);
    }
};

LACUNA_TEST(EngineAttackTest)
#include "engine_attack_test.moc"
