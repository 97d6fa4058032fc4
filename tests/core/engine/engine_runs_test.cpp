// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_reader.h"
#include "core/unlearning/run_checkpoint.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/compute_thread.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <sys/resource.h>

using namespace lacuna;
using lacuna::testing::EngineClient;
using lacuna::testing::SteppedRun;
using How = event::RunEnded::How;
namespace fs = std::filesystem;

/// Runs on a real engine: holding, stopping, killing, failing, and going on with the same bits.
class EngineRunsTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    std::map<std::string, RunHistory> m_undisturbed;
    int m_count = 0;

    static constexpr double epochs = 2;  // 6 steps, then 4

    std::string freshName() { return "run-" + std::to_string(++m_count); }
    fs::path datasets() const { return m_world->tiny->path(); }

    /// The same run, left alone.
    const RunHistory& undisturbed(const std::string& method) {
        auto& run = m_undisturbed[method];
        if (run.stages == 0)
            run = readRun(EngineClient(datasets()).finish(m_world->start("undisturbed-" + method, epochs, method)));
        return run;
    }
    /// All but the clock.
    void compareBits(const fs::path& folder, const RunHistory& wanted) {
        const auto run = readRun(folder);
        QCOMPARE(run.stages, wanted.stages);
        QCOMPARE(run.steps.size(), wanted.steps.size());
        QCOMPARE(run.steps.stage, wanted.steps.stage);
        QCOMPARE(run.steps.step, wanted.steps.step);
        QCOMPARE(run.steps.loss, wanted.steps.loss);
        QCOMPARE(run.steps.gradNorm, wanted.steps.gradNorm);
        QCOMPARE(run.cells, wanted.cells);
        QCOMPARE(run.answers, wanted.answers);
        QVERIFY(std::is_sorted(run.steps.elapsedS.begin(), run.steps.elapsedS.end()));
        for (std::size_t i = 1; i < run.resources.size(); ++i)
            QVERIFY(run.resources[i].elapsedS >= run.resources[i - 1].elapsedS);
    }

private slots:
    void initTestCase() { m_world = std::make_unique<testing::EngineWorld>(); }

    void pausedItGoesOnWithTheSameBits_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("stage");
        QTest::addColumn<bool>("asking");
        QTest::addColumn<bool>("freeMemory");
        // Given back after the last question there would be nothing left to pause.
        for (const bool freeMemory : {false, true})
            for (const auto& [method, stage, asking] :
                 {std::tuple{"kl", 1, false}, {"kl", 1, true}, {"lumoe", 2, false}, {"lumoe", 2, true}})
                if (!(freeMemory && asking && stage == 2))
                    QTest::addRow("%s, %s request %d%s", method, asking ? "asking after" : "in", stage,
                                  freeMemory ? ", memory given back" : "")
                        << method << stage << asking << freeMemory;
    }
    void pausedItGoesOnWithTheSameBits() {
        QFETCH(QString, method);
        QFETCH(int, stage);
        QFETCH(bool, asking);
        QFETCH(bool, freeMemory);
        const auto& wanted = undisturbed(method.toStdString());
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start(freshName(), epochs, method.toStdString()));
        asking ? run.untilAsking(stage) : run.untilStep(stage, 1);
        run.goOnAnd({command::Pause{freeMemory}});
        client.awaitState(EngineState::Paused);
        client.send(m_world->probe());
        client.await<event::ProbeAnswered>();
        client.send(command::Continue{});
        const auto ended = client.awaitEnd(run.id());
        QCOMPARE(ended.how, How::Finished);
        compareBits(ended.run, wanted);
    }

    void stoppedItGoesOnInAnotherEngine_data() {
        QTest::addColumn<int>("stage");
        QTest::addColumn<bool>("asking");
        QTest::newRow("while the original model is asked") << 0 << true;
        QTest::newRow("in the first request") << 1 << false;
        QTest::newRow("while the first request is measured") << 1 << true;
        QTest::newRow("in the last request") << 2 << false;
        QTest::newRow("while the last request is measured") << 2 << true;
    }
    void stoppedItGoesOnInAnotherEngine() {
        QFETCH(int, stage);
        QFETCH(bool, asking);
        const auto& wanted = undisturbed("kl");
        fs::path folder;
        {
            if (stage == 0)  // what is kept of the original model would spare it the questions
                fs::remove_all(m_world->tiny->path() / "cache");
            EngineClient client(datasets());
            testing::warm(client, *m_world);
            SteppedRun run(client, m_world->start(freshName(), epochs, "kl"));
            asking ? run.untilAsking(stage) : run.untilStep(stage, 1);
            if (asking)
                client.send(command::Stop{});
            else
                run.goOnAnd({command::Stop{}});
            const auto ended = client.awaitEnd(run.id());
            QCOMPARE(ended.how, How::Stopped);
            folder = ended.run;
        }
        QCOMPARE(runStatus(RunFolder::open(folder), readManifest(RunFolder::open(folder))), RunStatus::Interrupted);
        EngineClient client(datasets());
        QCOMPARE(client.awaitEnd(client.send(command::Resume{folder})).how, How::Finished);
        compareBits(folder, wanted);
    }

    /// The folder as a kill would leave it: a copy of it as it is between two steps.
    void killedItGoesOnWithTheSameBits_data() {
        QTest::addColumn<int>("stage");
        QTest::addColumn<bool>("checkpoint");
        QTest::newRow("before its first checkpoint") << 1 << false;
        QTest::newRow("after a checkpoint in the first request") << 1 << true;
        QTest::newRow("in the last request, the last checkpoint in the first") << 2 << false;
        QTest::newRow("after a checkpoint in the last request") << 2 << true;
    }
    void killedItGoesOnWithTheSameBits() {
        QFETCH(int, stage);
        QFETCH(bool, checkpoint);
        const auto& wanted = undisturbed("npo");
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        const auto start = m_world->start(freshName(), epochs, "npo");
        const auto folder = start.runs / start.spec.name, killed = start.runs / (start.spec.name + "-killed");
        SteppedRun run(client, start);
        const auto early = start.runs / (start.spec.name + "-checkpoint");
        if (stage == 2) {
            run.untilStep(1, 2);
            fs::copy(folder / "checkpoint", early, fs::copy_options::recursive);
            run.goOnAnd({command::Pause{}});
        }
        run.untilStep(stage, 1);
        run.goOnAnd(checkpoint ? std::vector<Command>{command::CheckpointNow{}, command::Pause{}}
                               : std::vector<Command>{command::Pause{}});
        run.untilStep(stage, 3);
        fs::copy(folder, killed, fs::copy_options::recursive);
        fs::remove(killed / "run.lock");  // it names this process, which lives
        if (!checkpoint) {                // as a run that was never paused
            fs::remove_all(killed / "checkpoint");
            if (stage == 2)
                fs::copy(early, killed / "checkpoint", fs::copy_options::recursive);
        }
        client.send(command::Continue{});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Finished);
        compareBits(folder, wanted);

        const auto again = client.send(command::Resume{killed});
        const auto started = client.await<event::RunStarted>();
        QCOMPARE(started.firstStage, stage);
        QVERIFY(started.firstStep > 0 || !checkpoint);
        QCOMPARE(client.awaitEnd(again).how, How::Finished);
        compareBits(killed, wanted);
    }

    void aRunGoesOnWithAnotherLibtorchAndSaysSo() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        const auto start = m_world->start(freshName(), epochs, "kl");
        const auto folder = start.runs / start.spec.name;
        SteppedRun run(client, start);
        run.untilStep(2, 1);
        run.goOnAnd({command::Stop{}});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Stopped);
        // As if an older Lacuna on another machine had begun it, up to stage 1.
        fs::remove_all(folder / "checkpoint");
        for (const auto& path : {folder / "spec.json", folder / "sealed/manifest.json"}) {
            auto json = nlohmann::ordered_json::parse(readFile(path));
            for (auto* maker : json.contains("made_with") ? std::vector{&json["made_with"][0], &json["made_with"][1]}
                                                          : std::vector{&json}) {
                (*maker)["torch_version"] = "2.6.0";
                (*maker)["processor"] = "Another processor";
            }
            writeFileAtomically(path, json.dump(2));
        }
        QCOMPARE(client.awaitEnd(client.send(command::Resume{folder})).how, How::Finished);
        const auto* note = client.last<event::Note>();
        QVERIFY(note);
        for (const char* part : {"libtorch ", "instead of 2.6.0", "instead of Another processor", "last bits"})
            QVERIFY2(note->message.find(part) != std::string::npos, note->message.c_str());
        const auto resumed = readRun(folder);
        QVERIFY(changeOfMakers(resumed).find("stage 0 to stage 1 by ") == 0);
        QCOMPARE(resumed.makers[1].maker.torch, std::string("2.6.0"));
        QVERIFY(resumed.makers.back().maker.torch != "2.6.0");
        compareBits(folder, undisturbed("kl"));  // here the bits are the same: only the words were another's
    }

    /// As a tidied folder: nothing of the request in work but its checkpoint.
    void withoutItsLiveLogARunTrainsTheRequestAnew() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        const auto start = m_world->start(freshName(), epochs, "kl");
        const auto folder = start.runs / start.spec.name;
        SteppedRun run(client, start);
        run.untilStep(2, 1);
        run.goOnAnd({command::Stop{}});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Stopped);
        int logs = 0;
        for (const auto number : RunFolder::open(folder).liveNumbers())
            logs += fs::remove(RunFolder::open(folder).live(number));
        QVERIFY(logs > 0);
        QVERIFY(loadCheckpoint(folder / "checkpoint")->step > 0);
        const auto again = client.send(command::Resume{folder});
        const auto started = client.await<event::RunStarted>();
        QCOMPARE(started.firstStage, 2);
        QCOMPARE(started.firstStep, 0);
        const auto* note = client.last<event::Note>();
        QVERIFY(note && note->message.find("trained anew") != std::string::npos);
        QCOMPARE(client.awaitEnd(again).how, How::Finished);
        compareBits(folder, undisturbed("kl"));
    }

    /// The cache spares the next run its questions to the original model: without it everything is there all the same.
    /// For each thing that is kept there: answers and what the model sees in the pictures.
    void anUnwritableCacheIsSaidOnce() {
        const auto cache = m_world->tiny->path() / "cache";
        const auto& wanted = undisturbed("kl");
        fs::remove_all(cache);
        writeFileAtomically(cache, "in the way");
        EngineClient client(datasets());
        for (int run = 0; run < 2; ++run) {
            const auto id = client.send(m_world->start(freshName(), epochs, "kl"));
            const auto ended = client.awaitEnd(id);
            QVERIFY2(ended.how == How::Finished, client.lastFailure().c_str());
            compareBits(ended.run, wanted);
        }
        fs::remove(cache);
        std::map<std::string, int> said;
        for (const auto& event : client.events())
            if (const auto* note = std::get_if<event::Note>(&event))
                if (note->message.find("LACUNA_CACHE") != std::string::npos)
                    ++said[note->message];
        QCOMPARE(said.size(), std::size_t{2});
        for (const auto& [message, times] : said)
            QVERIFY2(times == 1, message.c_str());
    }

    void aFullDiskOrAFileInTheWayIsTheDisks() {
        EngineClient client(datasets());
        auto start = m_world->start(freshName());
        start.runs = m_world->benchmark / "Tasks/TaskA/taskA_forget.json";
        QCOMPARE(client.awaitEnd(client.send(start)).how, How::Failed);
        QCOMPARE(client.last<event::Failed>()->kind, ErrorKind::Resource);
        QVERIFY2(client.lastFailure().find("taskA_forget.json") != std::string::npos, client.lastFailure().c_str());
        QVERIFY(!client.last<event::Loaded>());

        // What comes up in the middle of a run: a file where the archive is to be.
        testing::warm(client, *m_world);
        const auto other = m_world->start(freshName(), epochs);
        SteppedRun run(client, other);
        run.untilStep(1, 1);
        const auto blocked = other.runs / other.spec.name / "adapters";
        writeFileAtomically(blocked, "in the way");
        client.send(command::Continue{});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Failed);
        QCOMPARE(client.last<event::Failed>()->kind, ErrorKind::Resource);
        QVERIFY2(client.lastFailure().find(blocked.string()) != std::string::npos, client.lastFailure().c_str());
        QVERIFY2(client.lastFailure().find("unforeseen") == std::string::npos, client.lastFailure().c_str());
        fs::remove(blocked);
        QCOMPARE(client.awaitEnd(client.send(command::Resume{other.runs / other.spec.name})).how, How::Finished);
    }

    void aCheckpointIsWrittenWhilePaused() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        const auto start = m_world->start("checkpoint-paused", epochs);
        SteppedRun run(client, start);
        run.untilStep(1, 1);
        const auto folder = start.runs / "checkpoint-paused" / "checkpoint";
        QVERIFY(fs::exists(folder / "even.safetensors"));  // the pause wrote one: who pauses may never come back
        fs::remove_all(folder);
        client.send(command::CheckpointNow{});
        QTRY_VERIFY(fs::exists(folder / "even.safetensors"));
        client.send(m_world->probe());
        client.await<event::ProbeAnswered>();
        QCOMPARE(client.state(), EngineState::Paused);
    }

    void runsWaitTheirTurnOrAreTakenOut() {
        EngineClient client(datasets());
        const auto first = client.send(m_world->start("queue-1"));
        const auto second = client.send(m_world->start("queue-2"));
        const auto third = client.send(m_world->start("queue-3"));
        client.send(command::Unqueue{second});
        client.send(command::Unqueue{12345});
        std::vector<std::uint64_t> ended;
        client.awaitEnd(third);
        std::map<std::uint64_t, How> how;
        for (const auto& event : client.events())
            if (const auto* end = std::get_if<event::RunEnded>(&event)) {
                ended.push_back(end->command);
                how[end->command] = end->how;
            }
        QCOMPARE(ended.size(), std::size_t{3});
        QVERIFY(std::find(ended.begin(), ended.end(), first) < std::find(ended.begin(), ended.end(), third));
        QCOMPARE(how[first], How::Finished);
        QCOMPARE(how[second], How::Stopped);
        QCOMPARE(how[third], How::Finished);
        QVERIFY(!fs::exists(m_world->runs / "queue-2"));
    }

    void theNextRequestIsBegunOnDemand() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start("skipped", epochs));
        for (const int stage : {1, 2}) {
            run.untilStep(stage, 1);
            run.goOnAnd({command::SkipToNextRequest{}, command::Pause{}});
        }
        run.untilAsking(2);
        const auto refused = client.send(command::SkipToNextRequest{});  // nothing is trained now: said, not swallowed
        client.await<event::Note>([&](const auto& note) { return note.command == refused; });
        client.send(command::Stop{});
        const auto ended = client.awaitEnd(run.id());
        QCOMPARE(ended.how, How::Stopped);
        const auto steps = readRun(ended.run).steps.size();
        QCOMPARE(steps, std::size_t{2} * 3);  // the one in work is finished
        QCOMPARE(readRun(ended.run / "run.h5").stages, 2);
        // What was cut short is not trained on when the run goes on.
        QCOMPARE(client.awaitEnd(client.send(command::Resume{ended.run})).how, How::Finished);
        const auto whole = readRun(ended.run);
        QCOMPARE(whole.stages, 3);
        QCOMPARE(whole.steps.size(), steps);
        QCOMPARE(readRun(ended.run / "run.h5").stages, 3);
        for (const int stage : {1, 2}) {  // the second was told again by the resumed run
            QVERIFY(whole.endedEarly(stage));
            QCOMPARE(whole.endedEarly(stage)->stepsDone, 3);
            QVERIFY(whole.endedEarly(stage)->stepsPlanned > 3);
        }
    }

    void aProbeReadsAnyStageOfAnyRunOfTheModel() {
        EngineClient client(datasets());
        const auto forgets = client.finish(m_world->start("to-probe", 30, "po"));
        SteppedRun run(client, m_world->start("beside", epochs, "lumoe"));
        run.untilStep(1, 1);
        auto probe = m_world->probe();
        probe.run = forgets;
        client.send(probe);  // stage 0
        const auto before = client.await<event::ProbeAnswered>().answer;
        probe.stage = 2;
        client.send(probe);
        const auto after = client.await<event::ProbeAnswered>().answer;
        QCOMPARE(before.verdict, Verdict::Knows);
        QCOMPARE(after.stage, 2);
        QVERIFY(after.answer != before.answer);
        probe.stage = 3;
        client.send(probe);
        const auto noStage = client.await<event::Failed>();
        QVERIFY(QString::fromStdString(noStage.message).contains("stage 3"));
        probe.stage = 0;
        probe.image = m_world->benchmark / "lacuna.json";
        client.send(probe);
        const auto noPicture = client.await<event::Failed>();
        QCOMPARE(noPicture.kind, ErrorKind::Input);
        QVERIFY(QString::fromStdString(noPicture.message).contains("lacuna.json"));
        QCOMPARE(client.state(), EngineState::Paused);  // a question that fails ends no run
        client.send(command::Continue{});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Finished);
    }

    /// The run in work is measured by another plan than the default, which a probe alone would take.
    void aProbeDoesNotDisturbAnotherPlan() {
        EngineClient client(datasets());
        auto start = m_world->start("full-plan", epochs, "kl");
        start.spec.plan = "full";
        const auto wanted = readRun(client.finish(start));
        start.spec.name = "full-plan-probed";
        SteppedRun run(client, start);
        run.untilAsking(1);
        client.send(m_world->probe());
        client.await<event::ProbeAnswered>();
        client.send(command::Continue{});
        const auto ended = client.awaitEnd(run.id());
        QCOMPARE(ended.how, How::Finished);
        compareBits(ended.run, wanted);
    }

    /// A weight beyond all bounds, put there by hand: how long training would take to diverge is anybody's guess.
    void aLossThatIsNoNumberEndsTheRunAlone() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start("diverges", epochs));
        run.untilStep(1, 3);
        run.goOnAnd({command::Stop{}});
        const auto folder = client.awaitEnd(run.id()).run;
        auto checkpoint = loadCheckpoint(folder / "checkpoint");
        checkpoint->state.front().second.fill_(1e38);
        checkpoint->elapsedS += 0.01;  // the newer of the two
        saveCheckpoint(*checkpoint, folder / "checkpoint");

        const auto id = client.send(command::Resume{folder});
        const auto failed = client.await<event::Failed>();
        QCOMPARE(failed.command, id);
        QCOMPARE(failed.kind, ErrorKind::Input);
        QVERIFY2(QString::fromStdString(failed.message).contains("learning rate"), failed.message.c_str());
        QCOMPARE(client.awaitEnd(id).how, How::Failed);
        const auto reached = readRun(folder);  // to the last good step
        QCOMPARE(reached.stages, 1);
        QVERIFY(!reached.cells.empty());
        QCOMPARE(reached.steps.size(), std::size_t(checkpoint->step));
        client.finish(m_world->start("after-diverging"));
    }

    void whatCannotBeginLeavesNoFolder() {
        EngineClient client(datasets());
        auto start = m_world->start("too-deep", epochs, "rmu");
        start.spec.parameters["layer"] = 9;
        const auto id = client.send(start);
        QVERIFY(QString::fromStdString(client.await<event::Failed>().message).contains("decoder layer 9"));
        QCOMPARE(client.awaitEnd(id).how, How::Failed);
        QVERIFY(!fs::exists(start.runs / start.spec.name));
    }

    void outOfMemoryEndsTheRunAlone() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start("hungry", epochs));
        run.untilStep(1, 1);
        {
            const testing::NoMemory nothingLarge(4096);
            client.send(command::Continue{});
            const auto failed = client.await<event::Failed>();
            QCOMPARE(failed.command, run.id());
            QCOMPARE(failed.kind, ErrorKind::Resource);
            QVERIFY2(QString::fromStdString(failed.message).contains("memory"), failed.message.c_str());
            QCOMPARE(client.awaitEnd(run.id()).how, How::Failed);
        }
        client.finish(m_world->start("after-hunger"));
        QCOMPARE(client.awaitEnd(client.send(command::Resume{m_world->runs / "hungry"})).how, How::Finished);
    }

    void aProbeWithoutMemoryLeavesTheRunAlone() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start("beside-hunger", epochs));
        run.untilStep(1, 1);
        {
            const testing::NoMemory nothing(64);
            client.send(m_world->probe());
            QCOMPARE(client.await<event::Failed>().kind, ErrorKind::Resource);
        }
        client.send(command::Continue{});
        QCOMPARE(client.awaitEnd(run.id()).how, How::Finished);
    }

    /// A file may not grow any more: as on a full disk, a write fails in the middle of the run.
    void aFullDiskEndsTheRunAlone() {
        EngineClient client(datasets());
        testing::warm(client, *m_world);
        SteppedRun run(client, m_world->start("full-disk", epochs));
        run.untilStep(1, 1);
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_IGN);
        auto none = before;
        none.rlim_cur = 1024;
        ::setrlimit(RLIMIT_FSIZE, &none);
        client.send(command::CheckpointNow{});
        const auto failed = client.await<event::Failed>();
        const auto ended = client.awaitEnd(run.id());
        ::setrlimit(RLIMIT_FSIZE, &before);
        QCOMPARE(failed.kind, ErrorKind::Resource);
        QVERIFY2(QString::fromStdString(failed.message).contains("full-disk"), failed.message.c_str());
        QCOMPARE(ended.how, How::Failed);
        QCOMPARE(readRun(ended.run).stages, 1);
        QCOMPARE(client.awaitEnd(client.send(command::Resume{ended.run})).how, How::Finished);
    }

    void saysWhatIsWrongWithARunBeforeItBegins_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("said");
        QTest::newRow("a taken folder") << "taken"
                                        << "already";
        QTest::newRow("a bad name") << "name"
                                    << "cannot name a run";
        QTest::newRow("an unknown method") << "method"
                                           << "nop";
        QTest::newRow("an unknown request") << "order"
                                            << "\"Z\"";
        QTest::newRow("no such model") << "model"
                                       << "/nowhere";
        QTest::newRow("no such benchmark") << "benchmark"
                                           << "/nowhere";
        QTest::newRow("a missing picture") << "picture"
                                           << "--images surrogate";
    }
    void saysWhatIsWrongWithARunBeforeItBegins() {
        QFETCH(QString, what);
        QFETCH(QString, said);
        EngineClient client(datasets());
        auto start = m_world->start("wrong-" + what.toStdString());
        const auto picture = m_world->benchmark / "velda-0.png", away = m_world->benchmark / "away.png";
        if (what == "taken")
            fs::create_directories(start.runs / start.spec.name);
        if (what == "name")
            start.spec.name = "../up";
        if (what == "method")
            start.spec.method = "nop";
        if (what == "order")
            start.spec.order = {"B", "Z"};
        if (what == "model")
            start.spec.model = "/nowhere";
        if (what == "benchmark")
            start.spec.benchmark = "/nowhere";
        if (what == "picture")
            fs::rename(picture, away);
        const auto id = client.send(start);
        const auto failed = client.await<event::Failed>();
        const auto ended = client.awaitEnd(id);
        if (what == "picture")
            fs::rename(away, picture);
        QCOMPARE(failed.command, id);
        QCOMPARE(failed.kind, ErrorKind::Input);
        QVERIFY2(QString::fromStdString(failed.message).contains(said), failed.message.c_str());
        QCOMPARE(ended.how, How::Failed);
        QVERIFY(what == "taken" || what == "name" || !fs::exists(start.runs / start.spec.name));
        client.finish(m_world->start("right-after-" + what.toStdString()));
    }

    void whatAsksAboutAMissingPictureIsLeftOutWhereThatIsWanted() {
        const auto pictures = [](const RunHistory& run) {
            std::set<std::string> seen;
            for (const auto& answer : run.answers)
                seen.insert(answer.image);
            return seen;
        };
        const auto all = readRun(EngineClient(datasets()).finish(m_world->start("with-all")));
        const auto gone = *pictures(all).begin();
        const auto picture = m_world->benchmark / gone, away = m_world->benchmark / "away.png";
        QVERIFY2(fs::exists(picture), gone.c_str());
        auto start = m_world->start("present");
        start.spec.images = "present";
        fs::rename(picture, away);
        fs::path folder;
        std::string note;
        {
            EngineClient client(datasets());
            folder = client.finish(start);
            for (const auto& event : client.events())
                if (const auto* said = std::get_if<event::Note>(&event))
                    note += said->message + "\n";
        }
        fs::rename(away, picture);
        QVERIFY2(QString::fromStdString(note).contains("1 picture is missing, and what asks about it is left out"),
                 note.c_str());
        const auto run = readRun(folder);
        QCOMPARE(run.spec.images, std::string("present"));
        for (const auto& image : pictures(run))
            QVERIFY2(image != gone, image.c_str());
        // With the picture it is another benchmark: no run goes on with other questions than it began with.
        QVERIFY(all.spec.benchmarkHash != run.spec.benchmarkHash);
        EngineClient client(datasets());
        client.send(command::Resume{folder});
        QVERIFY(QString::fromStdString(client.await<event::Failed>().message).contains("the benchmark has changed"));
    }

    void aBaseIn4BitsRunsAndIsAskedInAnotherSession() {
        auto start = m_world->start("four-bits", epochs, "lumoe");
        start.spec.precision = "nf4";
        start.spec.gradientCheckpointing = true;
        fs::path folder;
        {
            EngineClient client(datasets());
            folder = client.finish(start);
        }
        QCOMPARE(RunFolder::open(folder).readSpec().precision, std::string("nf4"));
        EngineClient client(datasets());
        auto probe = m_world->probe();
        probe.run = folder;
        probe.stage = 1;
        client.send(probe);
        QVERIFY(!client.await<event::ProbeAnswered>().answer.answer.empty());
    }

    void aLoadThatFailsHalfWayLeavesTheEngineUsable() {
        EngineClient client(datasets());
        client.send(m_world->load());
        client.await<event::Loaded>();
        auto broken = m_world->load();
        broken.benchmark = "/nowhere";
        client.send(broken);
        client.await<event::Failed>();
        auto probe = m_world->probe();
        probe.run = m_world->runs / "undisturbed-kl";
        undisturbed("kl");
        client.send(probe);
        QCOMPARE(client.await<event::ProbeAnswered>().answer.verdict, Verdict::Knows);
    }

    /// As folders of a Lacuna that did not write one yet have none, and get one with the next.
    void aRunGoesOnWhenItsModelGotAProcessorConfig() {
        const auto file = fs::path(m_world->model()) / "processor_config.json";
        const auto start = m_world->start(freshName(), epochs, "kl");
        const auto folder = start.runs / start.spec.name;
        {
            EngineClient client(datasets());
            testing::warm(client, *m_world);
            SteppedRun run(client, start);
            run.untilStep(1, 1);
            run.goOnAnd({command::Stop{}});
            QCOMPARE(client.awaitEnd(run.id()).how, How::Stopped);
        }
        const auto hash = RunFolder::open(folder).readSpec().modelHash;
        EngineClient client(datasets());
        const auto settings = readFile(fs::path(m_world->model()) / "preprocessor_config.json");
        writeFileAtomically(file, "{\"image_processor\": " + settings + "}");  // one that Lacuna reads
        client.send(command::Resume{folder});
        const auto failed = client.await<event::Failed>();
        QVERIFY2(QString::fromStdString(failed.message).contains("model has changed"), failed.message.c_str());
        writeFileAtomically(file, R"({"patch_size": 8, "processor_class": "LlavaProcessor"})");
        EngineClient another(datasets());
        const auto ended = another.awaitEnd(another.send(command::Resume{folder}));
        fs::remove(file);
        QCOMPARE(ended.how, How::Finished);
        compareBits(folder, undisturbed("kl"));
        QCOMPARE(RunFolder::open(folder).readSpec().modelHash, hash);
    }

    void goesOnWithNothingThatChangedSince() {
        EngineClient client(datasets());
        const auto start = m_world->start("changed", 100);
        const auto id = client.send(start);
        client.awaitStep();
        client.send(command::Stop{});
        const auto folder = client.awaitEnd(id).run;
        auto spec = RunFolder::open(folder).readSpec();
        spec.benchmarkHash = std::string(64, '0');
        std::ofstream(folder / "spec.json") << toJson(spec);
        client.send(command::Resume{folder});
        auto failed = client.await<event::Failed>();
        QVERIFY2(QString::fromStdString(failed.message).contains("benchmark has changed"), failed.message.c_str());
        client.send(command::Resume{m_world->runs / "absent"});
        failed = client.await<event::Failed>();
        QVERIFY2(QString::fromStdString(failed.message).contains("absent"), failed.message.c_str());
        QCOMPARE(failed.kind, ErrorKind::Input);
    }
};

LACUNA_TEST(EngineRunsTest)
#include "engine_runs_test.moc"
