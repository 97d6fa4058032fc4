// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "tests/common/test_registry.h"
#include "tests/core/engine/compute_thread.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

using namespace lacuna;
using lacuna::testing::EngineClient;
using lacuna::testing::SlowComputation;
using lacuna::testing::Unit;
namespace fs = std::filesystem;

namespace {

/// A frozen engine. What is promised is 200 ms; a busy machine may be slower than that without being at fault.
constexpr double frozenMs = 3000;
/// Of 5 ms each: the fifth of a second that is promised.
constexpr int mostTensors = 40;
/// The work must be so long in units that one which is not interrupted would show.
constexpr int beatsWanted = 4;

double msSince(std::chrono::steady_clock::time_point then) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

/// Every long computation made slow, unit by unit, with commands sent into it: how long each waits to be taken up.
class EngineLatencyTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    int m_count = 0;

    /// How long a command waits to be taken up: one that is refused in every state but a pause changes nothing.
    static double beatMs(EngineClient& client) {
        QTest::qSleep(5);  // or it would be taken up at the same point as the one before
        const auto sent = std::chrono::steady_clock::now();
        const auto id = client.send(command::Continue{});
        client.await<event::Note>([&](const auto& note) { return note.command == id; });
        return msSince(sent);
    }
    /// What the engine said last that it does.
    static std::string inWork(const EngineClient& client) {
        if (const auto* run = client.last<event::RunProgress>())
            return run->progress.what;
        const auto* working = client.last<event::Working>();
        return working ? working->progress.what : "";
    }
    /// The longest wait of several commands in a row, and that of a stop.
    static void compareWaits(const char* what, double longest, double stop, double ended) {
        fmt::print("{}: taken up within {:.0f} ms, a stop within {:.0f} ms, ended after {:.0f} ms\n", what, longest,
                   stop, ended);
        QVERIFY2(longest < frozenMs, what);
        QVERIFY2(stop < frozenMs, what);
    }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::EngineWorld>();
        // Sparse, and read by nobody but the hash: a checkpoint of many megabytes.
        const auto padding = fs::path(m_world->model()) / "padding.jinja";
        std::ofstream(padding, std::ios::binary).close();
        fs::resize_file(padding, 64 << 20);
    }

    void takesUpCommands_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("unit");
        QTest::addColumn<int>("ms");
        const auto row = [](const char* name, const char* what, Unit unit, int ms) {
            QTest::newRow(name) << what << static_cast<int>(unit) << ms;
        };
        row("loading weights", "loading the model", Unit::Read, 20);
        row("hashing a checkpoint", "hashing the model", Unit::Read, 20);
        row("answers of the original model", "testing the original model", Unit::Tensor, 2);
        row("reference outputs", "preparing request", Unit::Tensor, 2);
        row("training", "training on request", Unit::Tensor, 2);
        row("answers after a request", "testing the model after", Unit::Tensor, 2);
    }
    void takesUpCommands() {
        QFETCH(QString, what);
        QFETCH(int, unit);
        QFETCH(int, ms);
        fs::remove_all(m_world->tiny->path() / "cache");  // known answers would spare the engine its questions
        EngineClient client(m_world->tiny->path());
        const auto start = m_world->start(fmt::format("run-{}", ++m_count), 1, "kl");
        const auto id = client.send(start);
        // What stands before is hastened through, yet not so that the beginning is missed.
        std::optional<SlowComputation> slow(std::in_place, static_cast<Unit>(unit), std::chrono::milliseconds(1));
        double longest = 0;
        int beats = -1;
        while (beats < beatsWanted) {
            const auto waited = beatMs(client);
            const bool there = inWork(client).find(what.toStdString()) != std::string::npos;
            QVERIFY2(there || beats < 0, "it was over too soon to be measured");
            QVERIFY2(!client.last<event::RunEnded>(), "it never came");
            if (there && ++beats == 0)
                slow.emplace(static_cast<Unit>(unit), std::chrono::milliseconds(ms));
            if (beats > 0)
                longest = std::max(longest, waited);
        }
        const auto sent = std::chrono::steady_clock::now();
        client.send(command::Stop{});
        client.awaitState(EngineState::Stopping);
        const auto stop = msSince(sent);
        QCOMPARE(client.awaitEnd(id).how, event::RunEnded::How::Stopped);
        compareWaits(qPrintable(what), longest, stop, msSince(sent));
    }

    /// Without a clock, so that no busy machine hides or fakes it: whatever a run computes, no more than so many
    /// tensors lie between two points, where one tensor may take 5 ms. A loop over the parameters without a point in it
    /// shows in the tiny model already (28 of them).
    void fewTensorsLieBetweenTwoPoints_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("train");
        QTest::addColumn<bool>("recomputes");
        QTest::newRow("kl") << "kl"
                            << "language" << false;
        QTest::newRow("a gate, experts") << "lumoe"
                                         << "language" << false;
        QTest::newRow("npo, layers computed again") << "npo"
                                                    << "language" << true;
        QTest::newRow("po, the tower trained too") << "po"
                                                   << "both" << false;
    }
    void fewTensorsLieBetweenTwoPoints() {
        QFETCH(QString, method);
        QFETCH(QString, train);
        QFETCH(bool, recomputes);
        fs::remove_all(m_world->tiny->path() / "cache");
        const testing::UnbrokenTensors tensors;
        EngineClient client(m_world->tiny->path());
        auto start = m_world->start(fmt::format("run-{}", ++m_count), 1, method.toStdString());
        start.spec.train = train.toStdString();
        start.spec.gradientCheckpointing = recomputes;
        client.finish(start);
        client.send(m_world->probe());
        client.await<event::ProbeAnswered>();
        fmt::print("{}: at most {} tensors\n", QTest::currentDataTag(), tensors.most());
        QVERIFY(tensors.most() > 3);  // it is really counted
        QVERIFY2(tensors.most() <= mostTensors, qPrintable(QString::number(tensors.most())));
    }

    void takesUpCommandsWhileACheckpointIsWritten() {
        EngineClient client(m_world->tiny->path());
        const auto id = client.send(m_world->start(fmt::format("run-{}", ++m_count), 100, "kl"));
        client.awaitStep();
        const SlowComputation slow(Unit::Write, std::chrono::milliseconds(20));
        client.send(command::CheckpointNow{});
        double longest = 0;
        for (int beat = 0; beat < 20; ++beat)
            longest = std::max(longest, beatMs(client));
        const auto sent = std::chrono::steady_clock::now();
        client.send(command::Stop{});
        client.awaitState(EngineState::Stopping);
        const auto stop = msSince(sent);
        QCOMPARE(client.awaitEnd(id).how, event::RunEnded::How::Stopped);
        compareWaits("writing a checkpoint", longest, stop, msSince(sent));
    }

    void takesUpCommandsWhileAQuestionIsAnswered() {
        EngineClient client(m_world->tiny->path());
        testing::warm(client, *m_world);
        const SlowComputation slow(Unit::Tensor, std::chrono::milliseconds(2));
        client.send(m_world->probe());
        double longest = 0;
        for (int beat = 0; beat < 2 * beatsWanted; ++beat)
            longest = std::max(longest, beatMs(client));
        QVERIFY2(client.last<event::ProbeAnswered>() == nullptr || longest > 0, "not asked");
        const auto sent = std::chrono::steady_clock::now();
        client.send(command::Shutdown{});  // what closing the window sends
        client.awaitState(EngineState::Stopping);
        const auto stop = msSince(sent);
        client.awaitState(EngineState::Idle);
        compareWaits("answering a question", longest, stop, msSince(sent));
    }
};

LACUNA_TEST(EngineLatencyTest)
#include "engine_latency_test.moc"
