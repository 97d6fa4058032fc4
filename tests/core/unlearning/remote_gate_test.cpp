// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/evaluation/evaluator.h"
#include "core/runs/run_folder.h"
#include "core/unlearning/lifelong_run.h"
#include "tests/common/chat_server.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"
#include "tests/common/undisturbed_run.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <mutex>

using namespace lacuna;
using lacuna::testing::ChatServer;
using lacuna::testing::said;
using lacuna::testing::ServerReply;
using lacuna::testing::ServerRequest;
namespace fs = std::filesystem;

namespace {

/// The question of a request, and the colour of its picture.
struct Seen {
    QString question;
    cv::Scalar colour;

    explicit Seen(const ServerRequest& request) {
        const auto json = nlohmann::json::parse(request.body);
        const auto& content = json["messages"][0]["content"];
        question = QString::fromStdString(content[0]["text"].get<std::string>());
        const auto url = QString::fromStdString(content[1]["image_url"]["url"].get<std::string>());
        const auto bytes = QByteArray::fromBase64(url.section(',', 1).toLatin1());
        colour = cv::mean(cv::imdecode(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), cv::IMREAD_COLOR));
    }
    bool asksForClass() const { return question.startsWith("Which of these"); }
};

/// A service that knows everybody of the tiny world by colour, and says of others that it does not.
class Eyes {
public:
    explicit Eyes(const Benchmark& benchmark) : m_benchmark(benchmark) {
        for (const auto& entity : benchmark.entities)
            m_colours.push_back(cv::mean(cv::imread(benchmark.imagePath(entity.views.front()).string())));
    }
    const Entity* at(const cv::Scalar& colour) const {
        for (std::size_t i = 0; i < m_colours.size(); ++i)
            if (cosine(m_colours[i], colour) > 0.999)
                return &m_benchmark.entities[i];
        return nullptr;
    }
    std::string answer(const Seen& seen) const {
        const auto* entity = at(seen.colour);
        if (!entity)
            return "None.";
        const auto& wanted = seen.asksForClass() ? entity->className : entity->name;
        return seen.question.contains(QString::fromStdString(wanted)) ? "**" + wanted + "**." : "none";
    }

private:
    static double cosine(const cv::Scalar& a, const cv::Scalar& b) { return a.dot(b) / std::sqrt(a.dot(a) * b.dot(b)); }

    const Benchmark& m_benchmark;
    std::vector<cv::Scalar> m_colours;
};

}  // namespace

/// A gate that asks a service on the line.
class RemoteGateTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;
    std::unique_ptr<Eyes> m_eyes;
    QTemporaryDir m_place;

    /// After request A: Velda and Oskar are forgotten, Brisa is kept.
    std::vector<KnownEntity> known(int stage) const {
        std::vector<KnownEntity> all{{"velda", 0, {}}, {"oskar", 0, {}}, {"brisa", -1, {}}};
        if (stage > 1)
            for (const auto& [id, expert] : {std::pair{"ilse", 1}, {"tobin", -1}, {"maro", -1}})
                all.push_back({id, expert, {}});
        return all;
    }
    GateContext context(const ChatServer& server, int stage, const char* journal = nullptr) const {
        GateContext context;
        context.gate = "remote";
        context.parameters = checkedParameters(gateRow("remote").parameters,
                                               {{"per_minute", 0}, {"tries", 1}, {"timeout", 5}}, "remote");
        context.requests = {"A", "B"};
        context.requests.resize(static_cast<std::size_t>(stage));
        context.model = m_world->model.get();
        context.benchmark = &m_world->benchmark;
        context.features = m_world->features.get();
        context.endpoint = server.url();
        context.endpointModel = "eyes-1";
        if (journal)
            context.journal = m_place.filePath(journal).toStdString();
        return context;
    }
    std::vector<SeenPicture> pictures() const {
        std::vector<SeenPicture> all;
        for (std::int64_t row = 0; row < m_world->features->size(); ++row)
            all.push_back({row, {}});
        return all;
    }
    const Entity* shown(std::int64_t row) const {
        return m_eyes->at(cv::mean(cv::imread(m_world->features->pictures()[static_cast<std::size_t>(row)].string())));
    }

private slots:
    void initTestCase() {
        qputenv("LACUNA_API_KEY", "word");
        m_world = testing::makeTinyWorld(1);
        m_eyes = std::make_unique<Eyes>(m_world->benchmark);
        cv::imwrite((m_world->path() / "stranger.png").string(), cv::Mat(30, 20, CV_8UC3, cv::Scalar(120, 40, 160)));
        m_world->features->addBenchmark(m_world->benchmark);
        m_world->features->add({m_world->path() / "stranger.png"});
    }

    /// With eyes that see everything it routes as one who is told.
    void itRoutesByWhatTheServiceSays() {
        const ChatServer server([&](const ServerRequest& request) { return said(m_eyes->answer(Seen(request))); });
        for (int stage = 1; stage <= 2; ++stage) {
            const auto asked = pictures();
            const auto made = makeGate(known(stage), context(server, stage))->route(asked);
            for (std::size_t i = 0; i < made.size(); ++i) {
                const auto* entity = shown(asked[i].picture);
                int right = -1;
                bool isKnown = false;
                for (const auto& one : known(stage))
                    if (entity && one.id == entity->id) {
                        right = one.expert;
                        isKnown = true;
                    }
                QCOMPARE(made[i].expert, right);
                QCOMPARE(made[i].abstained, !isKnown);
                QVERIFY(!made[i].failed);
                QCOMPARE(made[i].weights.size(), static_cast<std::size_t>(stage));
            }
        }
    }

    /// Two turns a picture, the second among the entities of the class alone; a killed run asks for the rest.
    void whatWasAskedIsNotAskedAgain() {
        std::mutex mutex;
        int most = 7;
        const ChatServer server([&](const ServerRequest& request) {
            const std::lock_guard lock(mutex);
            return most-- > 0 ? said(m_eyes->answer(Seen(request))) : ServerReply{503, ""};
        });
        const auto asked = pictures();
        const auto gate = makeGate(known(2), context(server, 2, "kept.jsonl"));
        QVERIFY_THROWS_EXCEPTION(Error, gate->route(asked));  // the service is gone
        const auto before = server.requests().size();
        {
            const std::lock_guard lock(mutex);
            most = 10'000;
        }
        const auto whole = makeGate(known(2), context(server, 2, "kept.jsonl"))->route(asked);
        std::size_t classTurns = 0, entityTurns = 0;
        for (const auto& request : server.requests()) {
            const Seen seen(request);
            ++(seen.asksForClass() ? classTurns : entityTurns);
            if (!seen.asksForClass())  // Animals and Plants are never listed together
                QVERIFY(!(seen.question.contains("Velda") && seen.question.contains("Ilse")));
        }
        QCOMPARE(server.requests().size(),
                 before + std::size_t{37} * 2 - 1 - 7);  // 36 views and a stranger, who needs one turn
        QVERIFY(classTurns >= 37 && entityTurns >= 36);
        const auto now = server.requests().size();
        const auto again = makeGate(known(2), context(server, 2, "kept.jsonl"));
        const auto same = again->route(asked);
        QCOMPARE(server.requests().size(), now);
        for (std::size_t i = 0; i < same.size(); ++i)
            QCOMPARE(same[i].expert, whole[i].expert);
        // As it is archived and read back.
        const auto file = fs::path(m_place.filePath("gate.safetensors").toStdString());
        const auto in = context(server, 2, "kept.jsonl");
        writeGate(*again, in, file);
        const auto restored = readGate(file, in, [&] { return known(2); })->route(asked);
        for (std::size_t i = 0; i < same.size(); ++i)
            QCOMPARE(restored[i].expert, whole[i].expert);
        QCOMPARE(server.requests().size(), now);
    }

    /// What cannot be used is a failure, never a guess; the words of models around a name are no failure.
    void answersAreReadAndNeverGuessed_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<int>("route");  // −1 base, −2 abstained, −3 failed
        QTest::newRow("as it is written") << "Velda Marrow" << 0;
        QTest::newRow("dressed up") << " **velda_marrow**.\n" << 0;
        QTest::newRow("in a sentence") << "The picture shows Brisa Fenwick, I think." << -1;
        QTest::newRow("none") << "None" << -2;
        QTest::newRow("none in a sentence") << "It is none of these." << -2;
        QTest::newRow("two names") << "Velda Marrow or Oskar Lind" << -3;
        QTest::newRow("another name") << "Marrow" << -3;
        QTest::newRow("a refusal") << "I cannot identify people." << -3;
        QTest::newRow("nothing") << "" << -3;
        QTest::newRow("a name within a word") << "Oskar Linden" << -3;
    }
    void answersAreReadAndNeverGuessed() {
        QFETCH(QString, answer);
        QFETCH(int, route);
        const ChatServer server([&](const ServerRequest& request) {
            return said(Seen(request).asksForClass() ? "Animals" : answer.toStdString());
        });
        std::vector<std::string> notes;
        auto in = context(server, 1);
        in.note = [&](const std::string& note) { notes.push_back(note); };
        const auto made = makeGate(known(1), in)->route({{0, {}}, {0, {}}});
        QCOMPARE(made.size(), std::size_t{2});
        QCOMPARE(server.requests().size(), std::size_t{2});
        QCOMPARE(made[0].failed, route == -3);
        QCOMPARE(made[0].abstained, route == -2);
        QCOMPARE(made[0].expert, std::max(route, -1));
        QCOMPARE(notes.size(), route == -3 ? std::size_t{1} : std::size_t{0});
        if (route == -3)
            QVERIFY2(notes[0].find("1 of 1 pictures") != std::string::npos, notes[0].c_str());
    }

    /// In a run: failed decisions are cells of their own, and no other figure of the gate counts them.
    void failuresAreCountedApart() {
        const ChatServer server([&](const ServerRequest& request) {
            const Seen seen(request);
            const auto* entity = m_eyes->at(seen.colour);
            return said(entity && entity->id == "oskar" ? "???" : m_eyes->answer(seen));
        });
        RunSpec spec;
        spec.method = "canned";
        spec.gate = "remote";
        spec.gateParameters = {{"per_minute", 0}, {"tries", 1}};
        spec.endpoint = server.url();
        spec.endpointModel = "eyes-1";
        spec.name = "remote";
        testing::RowKeeper recorder;
        testing::Undisturbed control;
        const Evaluator evaluator(*m_world->model, m_world->benchmark, *m_world->features, "default");
        const auto folder = fs::path(m_place.filePath("run").toStdString());
        fs::create_directories(folder);
        LifelongRun run({*m_world->model, m_world->benchmark, *m_world->features, evaluator, folder},
                        resolvedRun(m_world->benchmark, checkedRunSpec(spec)), recorder, control);
        QCOMPARE(run.run(), LifelongRun::Outcome::Finished);
        QVERIFY(fs::exists(RunFolder{folder}.extra() / "remote-gate.jsonl"));
        const auto cell = [&](const char* metric, Split split) {
            for (const auto& one : recorder.history.cells)
                if (one.stage == 1 && one.task == 0 && one.split == split && one.metric == metric)
                    return std::pair(one.value, one.count);
            return std::pair(-1.0, 0);
        };
        // Of Velda and Oskar, one picture each and two kinds of question: half of the questions.
        const auto failed = cell("gate_failed", Split::Forget), route = cell("route", Split::Forget);
        QCOMPARE(failed.first, 0.5);
        QCOMPARE(route.first, 1.0);
        QCOMPARE(route.second * 2, failed.second);
        QCOMPARE(cell("route_forget", Split::Forget).first, 1.0);
        QCOMPARE(cell("gate_failed", Split::Retain).first, -1.0);
        for (const auto& answer : recorder.history.answers)
            if (answer.stage > 0)
                QCOMPARE(answer.gateChoice == failedRoute, answer.entity == "oskar");
    }

    void withoutKeyOrServiceNoRunBegins() {
        RunSpec spec;
        spec.gate = "remote";
        QVERIFY_THROWS_EXCEPTION(Error, checkedRunSpec(spec));
        spec.endpoint = "https://api.example.org/v1";
        QVERIFY_THROWS_EXCEPTION(Error, checkedRunSpec(spec));
        spec.endpointModel = "eyes-1";
        checkedRunSpec(spec);
        gateFactory("remote").ready(spec);
        qunsetenv("LACUNA_API_KEY");
        QVERIFY_THROWS_EXCEPTION(Error, gateFactory("remote").ready(spec));
        qputenv("LACUNA_API_KEY", "word");
        spec.gate = "prototype";
        spec.endpoint.clear();
        checkedRunSpec(spec);
    }
};

LACUNA_TEST(RemoteGateTest)
#include "remote_gate_test.moc"
