// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/merged_checkpoint.h"
#include "core/runs/run_reader.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>

#include <fstream>

using namespace lacuna;
using lacuna::testing::EngineClient;
using How = event::RunEnded::How;
namespace fs = std::filesystem;

/// Models that were unlearnt elsewhere, measured as a run.
class EngineMeasureTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    fs::path m_run, m_seeing;  ///< runs of ours: with decoder adapters, and with a tower and projector trained too
    int m_count = 0;

    fs::path datasets() const { return m_world->tiny->path(); }
    static fs::path stageOf(const fs::path& run, int stage) { return RunFolder{run}.adapters(stage); }
    command::Start measure(const std::vector<fs::path>& stages) {
        auto spec = m_world->spec("measured-" + std::to_string(++m_count), 1, givenMethod().id);
        spec.parameters.clear();
        spec.stages = stages;
        return {spec, m_world->runs};
    }
    /// The model with a stage's adapter in its weights, as another program would save it.
    fs::path checkpointOf(const fs::path& run, int stage) const {
        const CheckpointFiles base(m_world->tiny->modelFolder());
        const auto& config = m_world->tiny->model->network->config();
        const auto adapter = readAdapter(stageOf(run, stage), config, at::kFloat);
        const auto out = m_world->tiny->path() / (run.filename().string() + "-" + std::to_string(stage));
        if (!fs::exists(out))
            writeMergedCheckpoint(base, config, {{&adapter, 1}}, {}, out);
        return out;
    }
    QString failureOf(const std::vector<fs::path>& stages) {
        const auto start = measure(stages);
        EngineClient client(datasets());
        if (client.awaitEnd(client.send(start)).how != How::Failed)
            return {};
        // Nothing is measured, and nothing lies in the way of the next try.
        return fs::exists(start.runs / start.spec.name) ? QString("a run folder was left")
                                                        : QString::fromStdString(client.lastFailure());
    }
    static std::vector<AnswerRow> answersOf(const RunHistory& run, int stage, int task) {
        std::vector<AnswerRow> rows;
        for (const auto& row : run.answers)
            if (row.stage == stage && row.task == task)
                rows.push_back(row);
        return rows;
    }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::EngineWorld>();
        auto both = m_world->start("seeing", 3);
        both.spec.train = "both";
        for (const char* rate : {"lr", "projector_lr", "vision_lr"})
            both.spec.parameters[rate] = 0.01;
        m_run = EngineClient(datasets()).finish(m_world->start("ours", 3));
        m_seeing = EngineClient(datasets()).finish(both);
    }

    /// What a run archived says, given back, what that run says: cell for cell and bit for bit.
    void aRunsOwnStagesGiveItsCells_data() {
        QTest::addColumn<bool>("seeing");
        QTest::newRow("decoder") << false;
        QTest::newRow("decoder, projector and tower") << true;
    }
    void aRunsOwnStagesGiveItsCells() {
        QFETCH(bool, seeing);
        const auto from = seeing ? m_seeing : m_run;
        const auto theirs = m_world->tiny->path() / "theirs";
        fs::remove_all(theirs);
        fs::copy(from / "adapters", theirs, fs::copy_options::recursive);
        const auto folder = EngineClient(datasets()).finish(measure({theirs / "stage-001", theirs / "stage-002"}));
        const auto run = readRun(folder), wanted = readRun(from);
        QCOMPARE(run.stages, 3);
        QCOMPARE(run.cells, wanted.cells);
        QCOMPARE(run.answers, wanted.answers);
        QVERIFY(run.steps.empty());
        QCOMPARE(combinationTitle(choicesOf(run.spec)), std::string("Given · theirs"));
        // The run has copies, and answers without them.
        fs::remove_all(theirs);
        EngineClient client(datasets());
        auto probe = m_world->probe();
        probe.run = folder;
        probe.stage = 2;
        client.send(probe);
        const auto now = client.await<event::ProbeAnswered>().answer;
        probe.run = from;
        client.send(probe);
        QCOMPARE(now.answer, client.await<event::ProbeAnswered>().answer.answer);
    }

    /// A whole checkpoint answers with the bits of a run that has it for its model.
    void aCheckpointAnswersAsItself_data() { aRunsOwnStagesGiveItsCells_data(); }
    void aCheckpointAnswersAsItself() {
        QFETCH(bool, seeing);
        const auto from = seeing ? m_seeing : m_run;
        const auto last = checkpointOf(from, 2);
        const auto folder = EngineClient(datasets()).finish(measure({stageOf(from, 1), last}));
        const auto run = readRun(folder);
        auto itself = m_world->start("itself-" + std::to_string(m_count), 1);
        itself.spec.model = last.string();
        const auto alone = readRun(EngineClient(datasets()).finish(itself));
        for (int task = 0; task < 2; ++task) {
            const auto measured = answersOf(run, 2, task), wanted = answersOf(alone, 0, task);
            QVERIFY(!measured.empty());
            QCOMPARE(measured.size(), wanted.size());
            for (std::size_t i = 0; i < measured.size(); ++i) {
                QCOMPARE(measured[i].answer, wanted[i].answer);
                QCOMPARE(measured[i].probability, wanted[i].probability);
            }
        }
        QVERIFY(answersOf(run, 2, 0) != answersOf(run, 0, 0));
        EngineClient client(datasets());
        auto probe = m_world->probe();
        probe.run = folder;
        probe.stage = 2;
        client.send(probe);
        const auto own = client.await<event::ProbeAnswered>().answer;
        probe = m_world->probe();
        client.send(command::Load{last.string(), m_world->benchmark.string(), "auto", "cpu"});
        client.await<event::Loaded>();
        client.send(probe);
        QCOMPARE(own.answer, client.await<event::ProbeAnswered>().answer.answer);
    }

    void aCheckpointThatChangedIsNotTakenForItself() {
        const auto changed = m_world->tiny->path() / "changed";
        fs::copy(checkpointOf(m_run, 1), changed, fs::copy_options::recursive);
        const auto folder = EngineClient(datasets()).finish(measure({changed}));
        EngineClient client(datasets());
        auto probe = m_world->probe();
        probe.run = folder;
        probe.stage = 1;
        client.send(probe);
        client.await<event::ProbeAnswered>();
        fs::remove_all(changed);
        fs::copy(checkpointOf(m_run, 2), changed, fs::copy_options::recursive);
        EngineClient next(datasets());
        next.send(probe);
        QVERIFY(next.await<event::Failed>().message.find("has changed") != std::string::npos);
        fs::remove_all(changed);
        next.send(probe);
        QVERIFY(next.await<event::Failed>().message.find("it is gone") != std::string::npos);
    }

    void aStoppedMeasuringGoesOn() {
        const auto start = measure({stageOf(m_run, 1), checkpointOf(m_run, 2)});
        const auto whole = EngineClient(datasets()).finish(measure({stageOf(m_run, 1), checkpointOf(m_run, 2)}));
        {
            EngineClient client(datasets());
            const auto id = client.send(start);
            client.await<event::StageSealed>();
            client.send(command::Stop{});
            QVERIFY(client.awaitEnd(id).how != How::Failed);
        }
        const auto folder = start.runs / start.spec.name;
        if (readManifest(RunFolder::open(folder)).sealed.size() < 3) {
            EngineClient client(datasets());
            QCOMPARE(client.awaitEnd(client.send(command::Resume{folder})).how, How::Finished);
        }
        QCOMPARE(readRun(folder).cells, readRun(whole).cells);
        QCOMPARE(readRun(folder).answers, readRun(whole).answers);
    }

    /// A stage is the model after one request: fewer stages, fewer requests; more are refused.
    void stagesAndRequestsGoTogether() {
        const auto one = readRun(EngineClient(datasets()).finish(measure({stageOf(m_run, 1)})));
        QCOMPARE(one.spec.order, std::vector<std::string>{"A"});
        QCOMPARE(one.stages, 2);
        const auto wanted = readRun(m_run);
        QCOMPARE(answersOf(one, 1, 0), answersOf(wanted, 1, 0));
        const auto stage = stageOf(m_run, 1);
        QVERIFY(failureOf({stage, stage, stage}).contains("3 stages are given, and there are 2 requests (A, B)"));
        auto start = measure({stageOf(m_run, 1)});
        const auto& entities = m_world->tiny->benchmark.entities;
        start.spec.requests = {{"all", {entities[0].id, entities[4].id}, {entities[2].id}}};
        const auto own = readRun(EngineClient(datasets()).finish(start));
        QCOMPARE(own.requests.front().name, std::string("all"));
    }

    void anAdapterThatNamesAnotherBaseIsNoted() {
        const auto other = m_world->tiny->path() / "other-base";
        fs::copy(stageOf(m_run, 1), other, fs::copy_options::recursive);
        auto config = readFile(other / "adapter_config.json");
        const auto model = m_world->model();
        const auto at = config.find(model);
        QVERIFY(at != std::string::npos);
        config.replace(at, model.size(), "someone/llava-of-theirs");
        std::ofstream(other / "adapter_config.json") << config;
        EngineClient client(datasets());
        client.finish(measure({other}));
        QVERIFY(client.last<event::Note>(
            [](const auto& note) { return note.message.find("someone/llava-of-theirs") != std::string::npos; }));
        EngineClient quiet(datasets());
        quiet.finish(measure({stageOf(m_run, 1)}));
        QVERIFY(!quiet.last<event::Note>(
            [](const auto& note) { return note.message.find("says that it was made for") != std::string::npos; }));
    }

    void whatCannotBeMeasuredIsSaidBeforeAnythingIs() {
        const auto place = m_world->tiny->path();
        const auto copied = [&](const fs::path& from, const char* name) {
            fs::copy(from, place / name, fs::copy_options::recursive);
            return place / name;
        };
        const auto replaced = [](const fs::path& file, const std::string& what, const std::string& by) {
            auto json = readFile(file);
            const auto at = json.find(what);
            if (at == std::string::npos)
                throw internalError("{} does not hold {}.", file.string(), what);
            std::ofstream(file) << json.replace(at, what.size(), by);
        };
        fs::create_directories(place / "empty");
        QVERIFY(failureOf({place / "empty"}).contains("is neither an adapter"));
        QVERIFY(failureOf({place / "nowhere"}).contains("There is nothing of that name"));
        const auto below = failureOf({m_run / "adapters"});
        QVERIFY2(below.contains("There is an adapter in") && below.contains("stage-00"), qPrintable(below));
        // Another model's: of other widths, and of another vocabulary.
        auto config = m_world->tiny->model->network->config();
        config.text.intermediate += 8;
        const auto wider = Llava::initialised(config, 5, at::kFloat);
        const auto checkpoint = copied(m_world->tiny->modelFolder(), "wider");
        wider.save(checkpoint);
        const auto size = failureOf({stageOf(m_run, 1), checkpoint});
        QVERIFY2(size.contains("text_config.intermediate_size") && size.contains("another model"), qPrintable(size));
        const auto adapter = makeAdapter(config.text, 2, 4, 1, at::kFloat);
        writeAdapter(adapter, place / "wider-adapter", config, "wider");
        QVERIFY(failureOf({place / "wider-adapter"}).contains("another base or rank"));
        // Sizes alike, computed otherwise.
        const auto other = copied(m_world->tiny->modelFolder(), "other");
        replaced(other / "config.json", "\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": 1e-03");
        QVERIFY(failureOf({other}).contains("text_config.rms_norm_eps"));
        // As many tokens, other words.
        const auto words = copied(m_world->tiny->modelFolder(), "words");
        auto corpus = testing::tinyCorpus(m_world->tiny->benchmark);
        for (auto& sentence : corpus)
            std::reverse(sentence.begin(), sentence.end());
        std::erase_if(corpus,
                      [](const auto& sentence) { return (static_cast<unsigned char>(sentence[0]) & 0x80) != 0; });
        fs::remove(words / "tokenizer.model");
        trainTokenizer(corpus, 400, words);
        const auto tokens = failureOf({words});
        QVERIFY2(tokens.contains("its tokenizer has other tokens"), qPrintable(tokens));
        const auto dora = copied(stageOf(m_run, 1), "dora");
        replaced(dora / "adapter_config.json", "\"use_dora\": false", "\"use_dora\": true");
        QVERIFY(failureOf({dora}).contains("use_dora"));
        const auto cut = copied(checkpointOf(m_run, 1), "cut");
        fs::resize_file(cut / "model.safetensors", fs::file_size(cut / "model.safetensors") / 2);
        QVERIFY(failureOf({cut}).contains("model.safetensors"));
    }
};

LACUNA_TEST(EngineMeasureTest)
#include "engine_measure_test.moc"
