// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/gates/gate.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/benchmark/benchmark.h"
#include "core/catalog/gates.h"
#include "core/tensors/safetensors.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

using namespace lacuna;

namespace {

constexpr std::int64_t entities = 6, views = 12, hidden = 16;

/// Class tokens and mean patches of `entities` × `views` pictures: a direction per entity and a little noise; the last
/// rows show no entity.
at::Tensor embeddings() {
    auto generator = at::detail::createCPUGenerator(5);
    const auto directions = at::normal(0, 1, {entities, 1, hidden}, generator);
    const auto noise = at::normal(0, 0.15, {entities, views, hidden}, generator);
    const auto strangers = at::normal(0, 1, {20, hidden}, generator);
    const auto tokens = at::cat({(directions + noise + 3).reshape({entities * views, hidden}), strangers + 3});
    return at::cat({tokens, tokens.roll(1, 1).square()}, 1);
}

/// Class 0 holds entities 0–2, class 1 the others.
const Benchmark& benchmark() {
    static const Benchmark made = [] {
        Benchmark benchmark;
        for (int e = 0; e < entities; ++e)
            benchmark.entities.push_back({"entity " + std::to_string(e), "", e < 3 ? "class 0" : "class 1", {}, {}});
        benchmark.bystanders = {{"bystander", "", "class 0", {}, {}}, {"other", "", "class 2", {}, {}}};
        return benchmark;
    }();
    return made;
}

/// Entities 0–1 forgotten in the first request, 2–3 in the second, 4–5 retained.
std::vector<KnownEntity> known() {
    std::vector<KnownEntity> all;
    for (int e = 0; e < entities; ++e) {
        KnownEntity one{"entity " + std::to_string(e), e < 4 ? e / 2 : -1, {}};
        for (int v = 0; v < views - 2; ++v)
            one.pictures.push_back(e * views + v);
        all.push_back(one);
    }
    return all;
}

std::vector<SeenPicture> heldOut() {
    std::vector<SeenPicture> pictures;
    for (int e = 0; e < entities; ++e)
        for (int v = views - 2; v < views; ++v)
            pictures.push_back({e * views + v, "entity " + std::to_string(e)});
    return pictures;
}

}  // namespace

class GateTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path file() const { return m_folder.filePath("gate.safetensors").toStdString(); }
    static GateContext contextOf(const std::string& gate, std::uint64_t seed = 1, const ParameterValues& values = {}) {
        return {.gate = gate,
                .parameters = checkedParameters(gateRow(gate).parameters, values, gate),
                .requests = {"A", "B"},
                .embeddings = embeddings(),
                .seed = seed,
                .benchmark = &benchmark()};
    }

    /// Of a model, of records or of a service, which are not here: their tests are their own.
    static bool asksMore(const std::string& gate) { return gate == "labels" || gate == "self" || gate == "remote"; }

    template <typename Change>
    void rewrite(Change&& change) const {
        std::map<std::string, at::Tensor> tensors;
        std::map<std::string, std::string> about;
        {
            const SafetensorsFile stored(file());
            about = stored.metadata();
            for (const auto& [name, entry] : stored.entries())
                tensors[name] = stored.read(name);
        }
        change(tensors, about);
        writeSafetensors(file(), {tensors.begin(), tensors.end()}, about);
    }

private slots:
    void sendsHeldOutViewsWhereTheRequestSays_data() {
        QTest::addColumn<QString>("gate");
        for (const char* gate : {"oracle", "prototype", "relative"})
            QTest::newRow(gate) << gate;
    }
    void sendsHeldOutViewsWhereTheRequestSays() {
        QFETCH(QString, gate);
        const auto made = makeGate(known(), contextOf(gate.toStdString()));
        const auto pictures = heldOut();
        const auto decisions = made->route(pictures);
        QCOMPARE(decisions.size(), pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const int entity = static_cast<int>(i) / 2;
            QCOMPARE(decisions[i].expert, entity < 4 ? entity / 2 : -1);
            QCOMPARE(decisions[i].weights.size(), std::size_t{2});
            QCOMPARE(decisions[i].nearest.front().entity, pictures[i].entity);
        }
    }

    void abstainsOnAPictureOfNoEntity_data() {
        QTest::addColumn<QString>("name");
        for (const char* gate : {"prototype", "relative"})
            QTest::newRow(gate) << gate;
    }
    void abstainsOnAPictureOfNoEntity() {
        QFETCH(QString, name);
        const auto gate = makeGate(known(), contextOf(name.toStdString()));
        int abstained = 0;
        for (std::int64_t row = entities * views; row < entities * views + 20; ++row) {
            const auto decision = gate->route({{row, "stranger"}}).front();
            abstained += decision.abstained ? 1 : 0;
            if (decision.abstained)
                QCOMPARE(decision.expert, -1);
            QCOMPARE(decision.abstained, decision.score < decision.threshold);
        }
        QVERIFY2(abstained >= 16, qPrintable(QString::number(abstained)));
        QVERIFY(makeGate(known(), contextOf("oracle"))->route({{0, "stranger"}}).front().abstained);
    }

    void routesAsItWasArchived_data() {
        QTest::addColumn<QString>("gate");
        for (const auto& row : gateRows())
            if (!asksMore(row.id))
                QTest::newRow(row.id.c_str()) << QString::fromStdString(row.id);
    }
    void routesAsItWasArchived() {
        QFETCH(QString, gate);
        const auto context = contextOf(gate.toStdString());
        const auto made = makeGate(known(), context);
        writeGate(*made, context, file());
        // Nothing of today decides: neither who is known now nor what makeGate would make of it.
        const auto opened = readGate(file(), context, [] { return std::vector<KnownEntity>{}; });
        auto pictures = heldOut();
        for (std::int64_t row = entities * views; row < entities * views + 20; ++row)
            pictures.push_back({row, "stranger"});
        const auto before = made->route(pictures), after = opened->route(pictures);
        QCOMPARE(after.size(), before.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(after[i].expert, before[i].expert);
            QVERIFY(after[i].weights == before[i].weights);
            QCOMPARE(after[i].abstained, before[i].abstained);
            // Not QCOMPARE, which lets doubles differ a little.
            QVERIFY(after[i].score == before[i].score && after[i].threshold == before[i].threshold);
            QVERIFY(after[i].nearest == before[i].nearest);
        }
    }

    void theFileDecides() {
        const auto context = contextOf("prototype");
        writeGate(*makeGate(known(), contextOf("prototype")), context, file());
        rewrite([](auto& tensors, auto&) {
            tensors.at("threshold") = at::scalar_tensor(1.5, at::kDouble);
            tensors.at("experts").fill_(1);
        });
        auto opened = readGate(file(), context, {});
        for (const auto& decision : opened->route(heldOut())) {
            QVERIFY(decision.abstained && decision.expert == -1);
            QVERIFY(decision.threshold == 1.5);
        }
        rewrite([](auto& tensors, auto& about) {
            tensors.at("threshold") = at::scalar_tensor(-1.0, at::kDouble);
            about["entities"] = R"(["a", "b", "c", "d", "e", "f"])";
        });
        opened = readGate(file(), context, {});
        for (const auto& decision : opened->route(heldOut())) {
            QCOMPARE(decision.expert, 1);
            QCOMPARE(decision.nearest.front().entity.size(), std::size_t{1});
        }
    }

    /// As main of the 28th of November wrote it: no names, no version, the threshold in float32; the oracle's without a
    /// tensor.
    void anOldArchiveRoutesAsItDidAndSaysSo_data() {
        QTest::addColumn<QString>("gate");
        QTest::newRow("oracle") << "oracle";
        QTest::newRow("prototype") << "prototype";
    }
    void anOldArchiveRoutesAsItDidAndSaysSo() {
        QFETCH(QString, gate);
        const auto context = contextOf(gate.toStdString());
        const auto made = makeGate(known(), context);
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        if (gate == "prototype") {
            for (const auto& [name, tensor] : made->tensors())
                tensors.emplace_back(name, name == "threshold" ? tensor.to(at::kFloat) : tensor);
            std::vector<std::int64_t> experts;
            for (const auto& entity : known())
                experts.push_back(entity.expert);
            tensors.emplace_back("experts", at::tensor(experts));
        }
        writeSafetensors(file(), tensors, {{"gate", context.gate}, {"stage", "2"}});
        std::string note;
        const auto opened = readGate(file(), context, known, &note);
        QVERIFY2(note.find("routes as it did") != std::string::npos, note.c_str());
        const auto before = made->route(heldOut()), after = opened->route(heldOut());
        for (std::size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(after[i].expert, before[i].expert);
            QVERIFY(after[i].score == before[i].score && after[i].threshold == before[i].threshold);
            QVERIFY(after[i].nearest == before[i].nearest);
        }
        if (gate == "prototype")  // its numbers are of other entities than the benchmark's now
            QVERIFY_THROWS_EXCEPTION(Error, readGate(file(), context, [] {
                                         auto others = known();
                                         std::swap(others.front(), others.back());
                                         return others;
                                     }));
    }

    void whatIsNotThisGateIsRefused_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("said");
        QTest::newRow("missing") << "missing"
                                 << "not there";
        QTest::newRow("garbage") << "garbage"
                                 << "gate.safetensors";
        QTest::newRow("cut off") << "cut off"
                                 << "gate.safetensors";
        QTest::newRow("another gate") << "another gate"
                                      << "\"oracle\"";
        QTest::newRow("another stage") << "another stage"
                                       << "stage 1";
        QTest::newRow("other requests") << "other requests"
                                        << "[\"B\",\"A\"]";
        QTest::newRow("a newer version") << "a newer version"
                                         << "newer Lacuna";
        QTest::newRow("another model") << "another model"
                                       << "another model";
        QTest::newRow("no threshold") << "no threshold"
                                      << "threshold";
        QTest::newRow("an expert too many") << "an expert too many"
                                            << "expert 2 of 2";
        QTest::newRow("a name too few") << "a name too few"
                                        << "names 5 entities";
        QTest::newRow("names that are none") << "names that are none"
                                             << "no list of names";
    }
    void whatIsNotThisGateIsRefused() {
        QFETCH(QString, what);
        QFETCH(QString, said);
        const auto context = contextOf("prototype");
        writeGate(*makeGate(known(), contextOf("prototype")), context, file());
        if (what == "missing")
            std::filesystem::remove(file());
        else if (what == "garbage")
            writeFileAtomically(file(), "not a gate");
        else if (what == "cut off")
            std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 8);
        else
            rewrite([&](auto& tensors, auto& about) {
                if (what == "another gate")
                    about["gate"] = "oracle";
                else if (what == "another stage")
                    about["stage"] = "1";
                else if (what == "other requests")
                    about["requests"] = R"(["B","A"])";
                else if (what == "a newer version")
                    about["version"] = "2";
                else if (what == "another model")
                    tensors.at("centre") = at::zeros({1, hidden + 1});
                else if (what == "no threshold")
                    tensors.erase("threshold");
                else if (what == "an expert too many")
                    tensors.at("experts").fill_(2);
                else if (what == "a name too few")
                    about["entities"] = R"(["a","b","c","d","e"])";
                else
                    about["entities"] = R"({"a": 1})";
            });
        try {
            readGate(file(), context, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains(said), error.what());
        }
    }

    void knowsNothingOfTheFuture_data() { abstainsOnAPictureOfNoEntity_data(); }
    void knowsNothingOfTheFuture() {
        QFETCH(QString, name);
        auto now = known();
        now.resize(2);
        const auto gate = makeGate(now, contextOf(name.toStdString()));
        const auto later = gate->route({{5 * views, "entity 5"}}).front();
        QCOMPARE(later.expert, -1);
    }

    /// Distances, threshold and routes as numpy computes them: tests/parity/make_gate_fixture.py.
    void relativeIsAsNumpyComputesIt() {
        std::ifstream stream(std::filesystem::path(LACUNA_SOURCE_DIR) / "tests" / "fixtures" / "gate" /
                             "relative.json");
        const auto fixture = nlohmann::json::parse(stream);
        std::vector<at::Tensor> rows;
        for (const auto& row : fixture["embeddings"])
            rows.push_back(at::tensor(row.get<std::vector<float>>()));
        auto context = contextOf("relative", 1, fixture["parameters"].get<ParameterValues>());
        context.embeddings = at::stack(rows);
        std::vector<KnownEntity> known;
        std::int64_t next = 0;
        for (std::size_t e = 0; e < fixture["views"].size(); ++e) {
            known.push_back({std::to_string(e), fixture["experts"][e].get<int>(), {}});
            for (int view = 0; view < fixture["views"][e].get<int>(); ++view)
                known.back().pictures.push_back(next++);
        }
        std::vector<SeenPicture> pictures;
        for (; next < context.embeddings.size(0); ++next)
            pictures.push_back({next, ""});
        const auto& expected = fixture["expected"];
        QCOMPARE(pictures.size(), expected.size());
        const auto made = makeGate(known, context)->route(pictures);
        for (std::size_t i = 0; i < made.size(); ++i) {
            QVERIFY(std::abs(made[i].threshold - fixture["threshold"].get<double>()) < 1e-6);
            QVERIFY(std::abs(made[i].score - expected[i]["score"].get<double>()) < 1e-6);
            QCOMPARE(made[i].nearest.front().entity, std::to_string(expected[i]["nearest"].get<int>()));
            QCOMPARE(made[i].abstained, expected[i]["abstains"].get<bool>());
            QCOMPARE(made[i].expert, expected[i]["expert"].get<int>());
        }
    }

    void relativeWithOnePictureEachNeverAbstains() {
        auto single = known();
        for (auto& entity : single)
            entity.pictures.resize(1);
        for (const auto& decision : makeGate(single, contextOf("relative"))->route(heldOut()))
            QVERIFY(!decision.abstained && std::isfinite(decision.score));
    }

    /// Class 0: two forgotten in A, one in B → A. Class 1: one forgotten in B, two retained → base. Without entity 0 it
    /// is one against one, and the later request's.
    void classGoesWhereMostOfItGo() {
        const auto expertOf = [](const Gate& gate, const char* entity) {
            return gate.route({{0, entity}}).front().expert;
        };
        const auto gate = makeGate(known(), contextOf("class"));
        for (const char* entity : {"entity 0", "entity 1", "entity 2", "bystander"})
            QCOMPARE(expertOf(*gate, entity), 0);
        for (const char* entity : {"entity 3", "entity 4", "entity 5", "other", "", "nobody"})
            QCOMPARE(expertOf(*gate, entity), -1);
        QVERIFY(!gate->route({{0, "entity 3"}}).front().abstained);
        QVERIFY(gate->route({{0, "other"}}).front().abstained);
        auto fewer = known();
        fewer.erase(fewer.begin());
        QCOMPARE(expertOf(*makeGate(fewer, contextOf("class")), "entity 1"), 1);
    }

    void anEntityWithoutAPictureIsNamed_data() { abstainsOnAPictureOfNoEntity_data(); }
    void anEntityWithoutAPictureIsNamed() {
        QFETCH(QString, name);
        auto broken = known();
        broken[3].pictures.clear();
        try {
            makeGate(broken, contextOf(name.toStdString()));
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("entity 3"));
        }
    }

    void relativesParametersDecide() {
        const auto first = [](const ParameterValues& values) {
            return makeGate(known(), contextOf("relative", 1, values))->route(heldOut()).front();
        };
        const auto usual = first({});
        QCOMPARE(first({{"false_abstention", 0.015}, {"folds", 12}, {"shrinkage", 0.05}}).score, usual.score);
        QVERIFY(first({{"false_abstention", 0.5}}).threshold > usual.threshold);
        QVERIFY(first({{"folds", 3}}).threshold != usual.threshold);
        QVERIFY(first({{"shrinkage", 0.5}}).score != usual.score);
    }

    void itsParametersDecide() {
        const auto thresholdWith = [](const ParameterValues& values) {
            return makeGate(known(), contextOf("prototype", 1, values))->route(heldOut()).front().threshold;
        };
        const double usual = thresholdWith({});
        QCOMPARE(thresholdWith({{"false_abstention", 0.01}, {"leave_out_every", 4}}), usual);
        QVERIFY(thresholdWith({{"false_abstention", 0.5}}) > usual);
        QVERIFY(thresholdWith({{"leave_out_every", 2}}) != usual);
        QCOMPARE(thresholdWith({{"leave_out_every", 100}}), -1.0);  // nothing is left out: it never abstains
    }

    void everyGateOfTheCatalogIsMade() {
        QCOMPARE(gateFactories().size(), gateRows().size());
        for (const auto& row : gateRows())
            if (!asksMore(row.id))
                QCOMPARE(makeGate(known(), contextOf(row.id))->routes().size(), std::size_t{entities});
    }

    void sameSeedSameThreshold() {
        const auto first = makeGate(known(), contextOf("prototype", 7))->route(heldOut());
        const auto second = makeGate(known(), contextOf("prototype", 7))->route(heldOut());
        for (std::size_t i = 0; i < first.size(); ++i) {
            QCOMPARE(first[i].score, second[i].score);
            QCOMPARE(first[i].threshold, second[i].threshold);
        }
    }
};

LACUNA_TEST(GateTest)
#include "gate_test.moc"
