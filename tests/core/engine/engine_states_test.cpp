// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/engine/engine_states.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/compute_thread.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>

#include <optional>

using namespace lacuna;
using lacuna::testing::EngineClient;
using lacuna::testing::HeldComputation;
using How = event::RunEnded::How;

namespace {

constexpr double longRun = 100;  // epochs: seconds
constexpr auto allStates = {EngineState::Idle,     EngineState::Loading,  EngineState::Ready,
                            EngineState::Running,  EngineState::Pausing,  EngineState::Paused,
                            EngineState::Stopping, EngineState::Finished, EngineState::Failed};

/// One of each kind, in the order of the variant.
std::vector<Command> everyCommand(const testing::EngineWorld& world) {
    return {world.load(),
            command::Pause{},
            command::Continue{},
            command::Stop{},
            command::Unqueue{},
            command::CheckpointNow{},
            command::SkipToNextRequest{},
            world.probe(),
            command::Shutdown{},
            world.start("never"),
            command::Resume{world.runs / "never"},
            command::Attack{.folder = world.runs / "never", .attacks = {}}};
}

constexpr bool allowed(EngineState state, CommandKind command) {
    return stateAfter(state, command).has_value();
}

static_assert(kindOf(command::Shutdown{}) == CommandKind::Shutdown);
static_assert(allowed(EngineState::Loading, CommandKind::Stop));
static_assert(!allowed(EngineState::Loading, CommandKind::Pause));
static_assert(*stateAfter(EngineState::Running, CommandKind::Pause) == EngineState::Pausing);

}  // namespace

/// Every state × every command against the table, on a real engine.
class EngineStatesTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    int m_count = 0;

    std::string freshName() { return "run-" + std::to_string(++m_count); }

    /// An engine in that state. Where the state would pass, its thread is held in it until `hold` is gone.
    struct InState {
        EngineClient client;
        std::optional<HeldComputation> hold;  // gone before the engine, which waits for its thread
        std::uint64_t run = 0;                ///< the Start in work

        explicit InState(const testing::EngineWorld& world) : client(world.tiny->path()) {}
    };
    std::unique_ptr<InState> bringTo(EngineState state) {
        auto made = std::make_unique<InState>(*m_world);
        auto& client = made->client;
        const auto holdNow = [&] {
            made->hold.emplace();
            made->hold->waitUntilHeld();
        };
        const auto startLong = [&] {
            made->run = client.send(m_world->start(freshName(), longRun));
            client.awaitStep();
        };
        switch (state) {
            case EngineState::Idle:
                break;
            case EngineState::Loading:
                made->hold.emplace();
                client.send(m_world->load());
                made->hold->waitUntilHeld();
                break;
            case EngineState::Ready:
                client.send(m_world->load());
                client.awaitState(EngineState::Ready);
                break;
            case EngineState::Running:
                startLong();
                holdNow();
                break;
            case EngineState::Pausing:
                startLong();
                holdNow();
                client.send(command::Pause{});  // what is sent while it is held is taken up in one go
                break;
            case EngineState::Paused:
                startLong();
                client.send(command::Pause{});
                client.awaitState(EngineState::Paused);
                break;
            case EngineState::Stopping:
                startLong();
                holdNow();
                client.send(command::Stop{});
                break;
            case EngineState::Finished:
                client.finish(m_world->start(freshName()));
                client.awaitState(EngineState::Finished);
                break;
            case EngineState::Failed:
                client.send(command::Load{"/nowhere", m_world->benchmark.string(), "auto", "cpu"});
                client.awaitState(EngineState::Failed);
                break;
        }
        return made;
    }

    /// Ends what works or holds, so that what waits can begin.
    static void letGo(InState& in, EngineState state) {
        in.hold.reset();
        if (state == EngineState::Running || state == EngineState::Pausing || state == EngineState::Paused)
            in.client.send(command::Stop{});
    }

    void everyState(bool (*wanted)(EngineState)) {
        QTest::addColumn<int>("number");
        for (const auto state : allStates)
            if (wanted(state))
                QTest::newRow(stateName(state)) << static_cast<int>(state);
    }

private slots:
    void initTestCase() { m_world = std::make_unique<testing::EngineWorld>(); }

    void refusesWhatTheTableForbids_data() {
        everyState([](EngineState) { return true; });
    }
    void refusesWhatTheTableForbids() {
        QFETCH(int, number);
        const auto state = static_cast<EngineState>(number);
        auto in = bringTo(state);
        std::vector<std::pair<std::uint64_t, CommandKind>> refused;
        for (auto& command : everyCommand(*m_world)) {
            const auto kind = kindOf(command);
            if (!allowed(state, kind))
                refused.emplace_back(in->client.send(std::move(command)), kind);
        }
        QVERIFY(!refused.empty());
        in->hold.reset();
        for (const auto& each : refused) {
            const auto id = each.first;
            const auto kind = each.second;
            std::string why;
            if (kind == CommandKind::Load || kind == CommandKind::Probe)
                why = in->client.await<event::Failed>([&](const auto& failed) { return failed.command == id; }).message;
            else
                why = in->client.await<event::Note>([&](const auto& note) { return note.command == id; }).message;
            QCOMPARE(in->client.state(), state);  // since it was brought there nothing changed it
            QVERIFY2(QString::fromStdString(why).contains(stateName(state)), why.c_str());
            QVERIFY2(QString::fromStdString(why).startsWith(commandName(kind)), why.c_str());
        }
        letGo(*in, state);
    }

    void answersAProbe_data() {
        everyState([](EngineState state) { return allowed(state, CommandKind::Probe); });
    }
    void answersAProbe() {
        QFETCH(int, number);
        const auto state = static_cast<EngineState>(number);
        auto in = bringTo(state);
        // With nothing open an engine opens the embedded model: here the tiny one stands in its place.
        auto probe = m_world->probe();
        if (state == EngineState::Idle || state == EngineState::Failed) {
            EngineClient other(m_world->tiny->path());
            probe.run = other.finish(m_world->start(freshName()));
        }
        const auto id = in->client.send(probe);
        in->hold.reset();
        const auto answered = in->client.await<event::ProbeAnswered>();
        QCOMPARE(answered.command, id);
        QCOMPARE(answered.answer.truth, std::string("Velda Marrow"));
        QVERIFY(answered.answer.probability > 0);
        // Asked while loading it is answered as soon as there is a model, not at the end of a run.
        if (state == EngineState::Running || state == EngineState::Pausing || state == EngineState::Paused)
            QCOMPARE(in->client.state(), state);
        letGo(*in, state);
    }

    void beginsARunAfterWhatIsInWork_data() {
        everyState([](EngineState state) { return allowed(state, CommandKind::Job); });
    }
    void beginsARunAfterWhatIsInWork() {
        QFETCH(int, number);
        const auto state = static_cast<EngineState>(number);
        auto in = bringTo(state);
        const auto id = in->client.send(m_world->start(freshName()));
        letGo(*in, state);
        in->client.await<event::RunQueued>([&](const auto& queued) { return queued.command == id; });
        if (in->run)
            QCOMPARE(in->client.awaitEnd(in->run).how, How::Stopped);
        QCOMPARE(in->client.awaitEnd(id).how, How::Finished);
    }

    void stopsAndCanGoOn_data() {
        everyState([](EngineState state) { return allowed(state, CommandKind::Stop); });
    }
    void stopsAndCanGoOn() {
        QFETCH(int, number);
        const auto state = static_cast<EngineState>(number);
        auto in = bringTo(state);
        in->client.send(command::Stop{});
        in->hold.reset();
        in->client.awaitState(EngineState::Stopping);
        if (!in->run) {  // a load that is given up
            in->client.awaitState(EngineState::Idle);
            return;
        }
        const auto ended = in->client.awaitEnd(in->run);
        QCOMPARE(ended.how, How::Stopped);
        in->client.awaitState(EngineState::Finished);
        const auto again = in->client.send(command::Resume{ended.run});
        const auto started = in->client.await<event::RunStarted>();
        QCOMPARE(started.firstStage, 1);
        QVERIFY(started.firstStep > 0);
        in->client.send(command::Stop{});
        QCOMPARE(in->client.awaitEnd(again).how, How::Stopped);
    }

    void shutsDown_data() {
        everyState([](EngineState) { return true; });
    }
    void shutsDown() {
        QFETCH(int, number);
        const auto state = static_cast<EngineState>(number);
        auto in = bringTo(state);
        in->client.send(m_world->start(freshName()));
        in->client.send(command::Shutdown{});
        QVERIFY_EXCEPTION_THROWN(in->client.send(command::Stop{}), Error);
        in->hold.reset();
        in->client.awaitState(EngineState::Stopping);
        if (in->run)
            QCOMPARE(in->client.awaitEnd(in->run).how, How::Stopped);
        in->client.awaitState(EngineState::Idle);  // what a window that is to close waits for
        in.reset();                                // waits for the thread
    }

    void theNamesFollowTheVariant() {
        const auto commands = everyCommand(*m_world);
        QCOMPARE(commands.size(), std::variant_size_v<Command>);
        for (std::size_t i = 0; i < commands.size(); ++i) {
            QCOMPARE(commands[i].index(), i);
            QCOMPARE(static_cast<std::size_t>(kindOf(commands[i])), std::min(i, commandKinds - 1));  // jobs stand last
        }
    }
};

LACUNA_TEST(EngineStatesTest)
#include "engine_states_test.moc"
