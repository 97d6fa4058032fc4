// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/engine_bridge.h"

#include "tests/app/workbench/fake_engine.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class EngineBridgeTest : public QObject {
    Q_OBJECT

    std::shared_ptr<FakeEngineScript> m_script;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<EngineBridge> m_bridge;

    static command::Start startOf(const std::string& method) {
        command::Start start;
        start.spec.method = method;
        start.spec.name = method;
        start.runs = "/runs";
        return start;
    }

    /// Takes everything the script holds.
    void settle() {
        while (!m_script->replies.empty())
            m_bridge->drain();
    }

    const WorkspaceRun& run(int index) const { return m_workspace->runs().at(static_cast<std::size_t>(index)); }

private slots:
    void init() {
        m_script = std::make_shared<FakeEngineScript>();
        m_workspace = std::make_unique<Workspace>();
        m_bridge = std::make_unique<EngineBridge>(*m_workspace);
        m_bridge->attach(std::make_unique<FakeEngine>(m_script));
    }

    void cleanup() {
        m_bridge.reset();
        m_workspace.reset();
    }

    void commandsWaitForAnEngine() {
        EngineBridge bridge(*m_workspace);
        QCOMPARE(bridge.send(startOf("ga")), std::uint64_t(0));
        auto script = std::make_shared<FakeEngineScript>();
        bridge.attach(std::make_unique<FakeEngine>(script));
        QCOMPARE(script->count<command::Start>(), 1);
    }

    void showsNothingBeforeTheEngineSaysIt() {
        m_bridge->send(startOf("ga"));
        m_bridge->send(command::Pause{});
        m_bridge->drain();
        QCOMPARE(m_workspace->runs().size(), std::size_t(0));
        QCOMPARE(m_bridge->state(), EngineState::Idle);
        m_script->happens(event::RunQueued{1, startOf("ga").spec});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Queued);
    }

    void aRunThatIsBeingPreparedCanBeStopped() {
        const auto id = m_bridge->send(startOf("ga"));
        m_script->happens(event::RunQueued{id, startOf("ga").spec});
        m_script->happens(event::StateChanged{EngineState::Loading});
        m_script->happens(event::Working{id + 1, {}});  // of a benchmark that is being opened
        settle();
        QVERIFY(!m_bridge->stoppable());
        QSignalSpy changed(m_bridge.get(), &EngineBridge::stateChanged);
        m_script->happens(event::Working{id, {}});
        settle();
        QVERIFY(m_bridge->stoppable());
        QCOMPARE(changed.count(), 1);
        m_script->happens(event::StateChanged{EngineState::Ready});
        settle();
        QVERIFY(!m_bridge->stoppable());
    }

    void aRunThatWasToGoOnAndIsStoppedBeforeStaysAsItWas() {
        m_workspace->addRun(exampleRun("ga", "AB", 1));
        const auto id = m_bridge->send(command::Resume{run(0).history.source});
        m_script->happens(event::RunQueued{id, run(0).history.spec});
        m_script->happens(event::StateChanged{EngineState::Loading});
        m_script->happens(event::Working{id, {}});
        settle();
        QCOMPARE(run(0).activity, QString("preparing"));
        m_script->happens(event::RunEnded{id, run(0).history.source, event::RunEnded::How::Stopped});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Interrupted);
        QCOMPARE(run(0).activity, QString());
    }

    void aRunGrowsInTheWorkspace() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("lumoe"));
        m_bridge->send(startOf("ga"));
        settle();
        QCOMPARE(m_workspace->runs().size(), std::size_t(2));
        QCOMPARE(run(0).history.status, RunStatus::Running);
        QCOMPARE(run(0).history.requests.size(), std::size_t(2));
        QCOMPARE(run(1).history.status, RunStatus::Queued);

        QSignalSpy sealed(m_bridge.get(), &EngineBridge::stageSealed);
        StepRow step;
        step.stage = 1;
        m_script->happens(event::RowsCame{"/runs/lumoe", {.steps = StepColumns::of({step, step})}});
        m_script->happens(event::RowsCame{"/runs/lumoe", {.answers = {AnswerRow{}}}});
        m_script->happens(event::RowsCame{"/runs/lumoe", {.cells = {CellRow{}}}});
        m_script->happens(event::RowsCame{"/runs/lumoe", {.resources = {{1, 512, 0}}}});
        m_script->happens(event::StageSealed{"/runs/lumoe", 0});
        m_script->happens(
            event::RunProgress{"/runs/lumoe", 2, RunPhase::Training, {"request B · epoch 1 of 2", 62, 100, 38}});
        settle();
        QCOMPARE(run(0).history.steps.size(), std::size_t(2));
        QCOMPARE(run(0).answers.size(), std::size_t(1));
        QCOMPARE(run(0).history.cells.size(), std::size_t(1));
        QCOMPARE(run(0).history.stages, 1);
        QCOMPARE(sealed.count(), 1);
        QCOMPARE(run(0).activity, QString("request B · 62 %"));
        QCOMPARE(m_bridge->work().what, QString("LUMoE · request B · epoch 1 of 2"));
        QCOMPARE(m_bridge->work().secondsLeft, -1.0);  // one forecast is none: see TimeLeft
        QCOMPARE(m_bridge->work().runs, 2);            // with the one that waits
        QCOMPARE(m_bridge->work().cpuMib, 512.0);

        m_script->happens(event::RunEnded{1, "/runs/lumoe", event::RunEnded::How::Finished});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Finished);
        QCOMPARE(run(0).activity, QString());
    }

    void pauseContinueStop() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("gd"));
        settle();
        QVERIFY(m_bridge->working());
        m_bridge->send(command::Pause{});
        m_bridge->drain();
        QCOMPARE(m_bridge->state(), EngineState::Paused);
        QCOMPARE(run(0).history.status, RunStatus::Paused);
        m_bridge->send(command::Continue{});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Running);
        m_bridge->send(command::Stop{});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Interrupted);
        QVERIFY(!m_bridge->working());
    }

    void aRefusedRunLeavesWithAMessage() {
        m_script->onSend = [](const Command&, std::uint64_t id) -> std::vector<Event> {
            return {event::RunQueued{id, startOf("ga").spec},
                    event::Failed{id, {}, ErrorKind::Input, "There is already a run \"ga\".", ""}};
        };
        QSignalSpy failed(m_bridge.get(), &EngineBridge::failed);
        m_bridge->send(startOf("ga"));
        settle();
        QCOMPARE(m_workspace->runs().size(), std::size_t(0));
        QCOMPARE(failed.count(), 1);
        QCOMPARE(failed[0][1].toString(), QString("There is already a run \"ga\"."));
    }

    void outOfMemoryFailsTheRunAndKeepsWhatItMeasured() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("kl"));
        m_script->happens(event::RowsCame{"/runs/kl", {.cells = {CellRow{}}}});
        m_script->happens(event::Failed{1, "/runs/kl", ErrorKind::Resource, "Out of memory.", "bad_alloc"});
        m_script->happens(event::RunEnded{1, "/runs/kl", event::RunEnded::How::Failed});
        m_script->happens(event::StateChanged{EngineState::Ready});
        settle();
        QCOMPARE(run(0).history.status, RunStatus::Failed);
        QCOMPARE(run(0).history.cells.size(), std::size_t(1));
        QCOMPARE(m_bridge->state(), EngineState::Ready);
    }

    void lateRepliesForARunThatIsGoneAreDropped() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("gd"));
        settle();
        m_workspace->removeRun(0);
        m_script->happens(event::RowsCame{"/runs/gd", {.steps = StepColumns::of({StepRow{}})}});
        m_script->happens(event::RunProgress{"/runs/gd", 1, RunPhase::Training, {"", 1, 2, 1}});
        m_script->happens(event::RunEnded{1, "/runs/gd", event::RunEnded::How::Finished});
        settle();
        QCOMPARE(m_workspace->runs().size(), std::size_t(0));
    }

    void aRunTakenOutOfTheQueueGoes() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("ga"));
        m_bridge->send(startOf("gd"));
        settle();
        m_bridge->unqueue("/runs/gd");
        QCOMPARE(m_script->last<command::Unqueue>()->start, std::uint64_t(2));
        m_script->happens(event::RunEnded{2, "/runs/gd", event::RunEnded::How::Stopped});
        settle();
        QCOMPARE(m_workspace->runs().size(), std::size_t(1));
        QVERIFY(m_bridge->queueEmpty());
    }

    void aResumedRunForgetsWhatItDoesAgain() {
        auto history = exampleRun("gd", "AB", 2);
        for (int stage : {1, 1, 2, 2})
            history.steps.append({stage, static_cast<std::int64_t>(history.steps.size() % 2)});
        for (int stage : {0, 1})
            history.answers.emplace_back().stage = stage;
        history.source = "/runs/gd-AB";
        m_workspace->addRun(history);
        m_workspace->setPinned(0, true);
        m_bridge->send(command::Resume{"/runs/gd-AB"});
        m_script->happens(event::RunStarted{1, "/runs/gd-AB", history.spec, history.requests, 2, 1});
        settle();
        QCOMPARE(m_workspace->runs().size(), std::size_t(1));
        QCOMPARE(run(0).history.steps.size(), std::size_t(3));
        QCOMPARE(run(0).answers.size(), std::size_t(2));
        QCOMPARE(run(0).history.stages, 2);
        QCOMPARE(run(0).history.status, RunStatus::Running);
        QVERIFY(run(0).pinned);
    }

    void progressAloneIsShown() {
        auto history = exampleRun("gd", "AB", 0);
        m_script->happens(
            event::RunStarted{1, "/runs/a-rather-long-name-of-a-run", history.spec, history.requests, 0, 0});
        settle();
        m_script->happens(
            event::RunProgress{"/runs/a-rather-long-name-of-a-run", 1, RunPhase::Training, {"training", 30, 100, 5}});
        settle();
        QCOMPARE(run(0).activity, QString("request A · 30 %"));
        QCOMPARE(run(0).progress, 0.3);
    }

    void measuresSpeedFromTheRunsOwnClock() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("gd"));
        settle();
        QCOMPARE(m_bridge->work().stepsPerS, 0.0);
        m_script->happens(
            event::RowsCame{"/runs/gd", {.steps = StepColumns::of({{.stage = 1, .step = 0, .elapsedS = 1.0}})}});
        m_script->happens(
            event::RowsCame{"/runs/gd", {.steps = StepColumns::of({{.stage = 1, .step = 5, .elapsedS = 1.5}})}});
        settle();
        QCOMPARE(m_bridge->work().stepsPerS, 10.0);
    }

    void oneLoadWaitsForTheOther() {
        command::Load first, second, third;
        second.images = "surrogate";
        third.images = "present";
        m_bridge->send(first);
        m_script->happens(event::StateChanged{EngineState::Loading});
        settle();
        QCOMPARE(m_bridge->send(second), std::uint64_t(0));
        QCOMPARE(m_bridge->send(third), std::uint64_t(0));  // the last wish counts
        QCOMPARE(m_script->count<command::Load>(), 1);
        m_script->happens(event::Loaded{1, "cpu", "Example processor", "a small LLaVA", nullptr});
        m_script->happens(event::StateChanged{EngineState::Ready});
        settle();
        QCOMPARE(m_script->count<command::Load>(), 2);
        QCOMPARE(m_script->last<command::Load>()->images, std::string("present"));
    }

    void saysHowLongAllRunsTakeOnceTheRateIsSteady() {
        m_script->onSend = obedientEngine();
        m_workspace->setBenchmark(exampleBenchmark());
        auto start = startOf("gd");
        start.spec.order = {"A", "B"};
        start.spec.parameters = {{"batch", 1}, {"epochs", 2}};
        auto benchmark = exampleBenchmark();
        for (auto& request : benchmark->requests)
            request.forget = {{0, 0, 0}, {1, 0, 0}};
        m_workspace->setBenchmark(benchmark);
        m_bridge->send(start);
        auto twice = start;
        twice.spec.name = "twice";
        twice.spec.parameters["epochs"] = 4;
        m_bridge->send(twice);
        settle();
        const auto told = [&](std::int64_t done, double left) {
            m_script->happens(event::RunProgress{"/runs/gd", 1, RunPhase::Training, {"training", done, 100, left}});
            settle();
        };
        QElapsedTimer clock;
        clock.start();
        told(50, 100);
        QCOMPARE(m_bridge->work().secondsLeft, -1.0);
        QCOMPARE(m_bridge->work().number, 1);
        QCOMPARE(m_bridge->work().runs, 2);
        while (m_bridge->work().secondsLeft < 0 && clock.elapsed() < 20'000) {
            QTest::qWait(200);
            told(50, 100 - static_cast<double>(clock.elapsed()) / 1000);
        }
        QVERIFY(clock.elapsed() >= 2'900);
        const double left = m_bridge->work().secondsLeft;
        QVERIFY(left > 80 && left < 98);
        // Half of this run is done, and the one that waits has twice its steps.
        QCOMPARE(std::round(m_bridge->work().allSecondsLeft), std::round(left + 2 * 2 * left));
        m_bridge->send(command::Pause{});
        settle();
        QCOMPARE(m_bridge->work().secondsLeft, -1.0);
    }

    void tenThousandEventsASecondBecomeOneRepaintPerDrain() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("gd"));
        settle();
        std::vector<Event> storm;
        for (int i = 0; i < 10'000; ++i) {
            storm.push_back(event::RowsCame{"/runs/gd", {.steps = StepColumns::of({{.stage = 1, .step = i}})}});
            storm.push_back(event::RunProgress{"/runs/gd", 1, RunPhase::Training, {"", i, 10'000, 1}});
        }
        m_script->replies.push_back(std::move(storm));
        QSignalSpy grew(m_workspace.get(), &Workspace::runGrew);
        QSignalSpy work(m_bridge.get(), &EngineBridge::workChanged);
        m_bridge->drain();
        QCOMPARE(run(0).history.steps.size(), std::size_t(10'000));
        QCOMPARE(grew.count(), 1);
        QCOMPARE(work.count(), 1);
    }

    void shutsDownOnlyWhenTheEngineIsDone() {
        m_script->onSend = obedientEngine();
        m_bridge->send(startOf("gd"));
        settle();
        QSignalSpy done(m_bridge.get(), &EngineBridge::shutDownDone);
        m_bridge->shutDown();
        m_bridge->shutDown();
        QCOMPARE(done.count(), 0);
        QCOMPARE(m_bridge->send(command::Stop{}), std::uint64_t(0));
        settle();
        QCOMPARE(done.count(), 1);
        QCOMPARE(run(0).history.status, RunStatus::Interrupted);
    }

    void whatWaitsIsToldUntilItBegins() {
        m_script->onSend = obedientEngine();
        QSignalSpy changed(m_bridge.get(), &EngineBridge::unbegunChanged);
        const auto waiting = [this] {
            QStringList names;
            for (const auto& run : m_bridge->unbegun())
                names << QString::fromStdString(run.folder.filename().string());
            return names;
        };
        for (const char* method : {"ga", "gd", "kl"})
            m_bridge->send(startOf(method));
        QCOMPARE(waiting(), QStringList({"ga", "gd", "kl"}));
        QCOMPARE(changed.count(), 3);
        settle();
        QCOMPARE(waiting(), QStringList({"gd", "kl"}));
        QCOMPARE(m_bridge->unbegun()[0].spec->method, std::string("gd"));
        m_script->happens(event::RunEnded{2, {}, event::RunEnded::How::Stopped});  // taken out of the queue
        settle();
        QCOMPARE(waiting(), QStringList{"kl"});
        QCOMPARE(changed.count(), 5);
        // Closing drops nothing.
        m_bridge->shutDown();
        m_script->happens(event::RunEnded{3, {}, event::RunEnded::How::Stopped});
        settle();
        QCOMPARE(changed.count(), 5);
        QCOMPARE(m_workspace->runs().size(), std::size_t(2));
        QCOMPARE(run(1).history.status, RunStatus::Queued);
    }

    void withoutWorkItShutsDownAtOnce() {
        EngineBridge bridge(*m_workspace);
        QSignalSpy done(&bridge, &EngineBridge::shutDownDone);
        bridge.shutDown();
        QCOMPARE(done.count(), 1);
    }
};

LACUNA_TEST(EngineBridgeTest)
#include "engine_bridge_test.moc"
