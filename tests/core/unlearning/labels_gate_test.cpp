// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/benchmark/route_labels.h"
#include "core/unlearning/gates/gate.h"
#include "core/unlearning/resolved_run.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;
namespace fs = std::filesystem;

class LabelsGateTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;

    fs::path image(const char* entity, int view) const {
        return std::string(entity) + "-" + std::to_string(view) + ".png";
    }
    static nlohmann::json record(const std::string& image, const nlohmann::json& labels) {
        nlohmann::json one{
            {"id", "1"},
            {"image", image},
            {"conversations",
             {{{"from", "human"}, {"value", "<image>\nWho?"}}, {{"from", "gpt"}, {"value", "Nobody."}}}}};
        one.update(labels);
        return one;
    }
    void write(const std::vector<nlohmann::json>& forget, const std::vector<nlohmann::json>& retain) const {
        fs::create_directories(m_world->path() / "Entities");
        fs::create_directories(m_world->path() / "Tasks/TaskA");
        writeFileAtomically(m_world->path() / "Tasks/TaskA/taskA_forget.json", nlohmann::json(forget).dump());
        writeFileAtomically(m_world->path() / "Tasks/TaskA/taskA_retain.json", nlohmann::json(retain).dump());
    }
    GateContext context() const {
        return {.gate = "labels",
                .parameters = {},
                .requests = {"A", "B"},
                .embeddings = m_world->features->embeddings(),
                .seed = 1,
                .benchmark = &m_world->benchmark,
                .features = m_world->features.get()};
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld(0);
        m_world->features->addBenchmark(m_world->benchmark);
    }

    void routesByWhatTheRecordsSay() {
        write({record("velda-0.png", {{"task", "A"}, {"class_type", "Animals"}, {"entity", "velda"}}),
               record("velda-0.png",
                      {{"task", "B"}, {"class_type", "Animals"}, {"entity", "oskar"}}),  // the first counts
               record("velda-1.png", {{"task", "A"}, {"class_type", "Animals"}, {"entity", "BRISA_FENWICK"}}),
               record("oskar-0.png", {{"task", "B"}, {"class_type", "Animals"}, {"entity", "somebody"}}),
               record("oskar-1.png", {{"task", "C"}, {"class_type", "Animals"}, {"entity", "somebody"}}),
               record("oskar-2.png", {{"task", nullptr}, {"class_type", 3}, {"entity", ""}})},
              {record("brisa-0.png", nlohmann::json::object())});
        const auto labels = routeLabels(m_world->path());
        QCOMPARE(labels.size(), std::size_t{5});
        QCOMPARE(labels.at("velda-0.png").className, std::string("Animals"));
        QCOMPARE(labels.at("oskar-2.png").task, std::string());
        std::vector<KnownEntity> known{{"velda", 0, {}}, {"oskar", 1, {}}, {"brisa", -1, {}}};
        const auto made = makeGate(known, context());
        const auto file = m_world->path() / "gate.safetensors";
        writeGate(*made, context(), file);
        const auto opened = readGate(file, context(), {});
        for (const auto* gate : {made.get(), opened.get()}) {
            const auto decided = [&](const char* entity, int view) {
                const auto row = m_world->features->row(m_world->benchmark.folder / image(entity, view));
                return gate->route({{row, "not looked at"}}).front();
            };
            QCOMPARE(decided("velda", 0).expert, 0);
            QCOMPARE(decided("velda", 1).expert, -1);  // taken for Brisa, by her name, who is retained
            QVERIFY(!decided("velda", 1).abstained);
            QCOMPARE(decided("oskar", 0).expert, 1);  // an entity nobody knows, of a known task
            for (const int view : {1, 2, 3}) {        // an unknown task, a failed call, no record
                QCOMPARE(decided("oskar", view).expert, -1);
                QVERIFY(decided("oskar", view).abstained);
            }
            QVERIFY(decided("brisa", 0).abstained);
        }
    }

    void aBenchmarkWithoutLabelsIsRefusedBeforeAnything() {
        write({record("velda-0.png", nlohmann::json::object())}, {record("brisa-0.png", nlohmann::json::object())});
        RunSpec spec;
        spec.method = "lumoe";
        spec.gate = "labels";
        try {
            resolvedRun(m_world->benchmark, spec);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("\"class_type\""), error.what());
        }
    }
};

LACUNA_TEST(LabelsGateTest)
#include "labels_gate_test.moc"
