// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/resolved_run.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

/// Three entities with a training view (0), another (1) and one held out (2), two questions each; one request that
/// trains "ada" on view 0 alone.
Benchmark benchmark() {
    Benchmark all;
    all.title = "Small";
    for (const auto* id : {"ada", "bea", "cleo"})
        all.entities.push_back({id,
                                id,
                                "People",
                                {{"0.png", false}, {"1.png", false}, {"2.png", true}},
                                {{"identity", {"Who?", "Name?"}, "X.", "", {}}, {"home", {"Where?"}, "Y.", "", {}}}});
    all.requests.push_back({"A", {0}, {1}, {{0, 0, 0}, {0, 0, 1}}, {{1, 1, 0}}});
    return all;
}

RunSpec asking(std::vector<SpecRequest> requests, std::vector<std::string> order = {}) {
    RunSpec spec;
    spec.requests = std::move(requests);
    spec.order = std::move(order);
    return spec;
}

QString failureOf(const RunSpec& spec) {
    try {
        resolvedRun(benchmark(), spec);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

}  // namespace

class ResolvedRunTest : public QObject {
    Q_OBJECT
private slots:
    void withoutOwnRequestsTheBenchmarksAreTaken() {
        const auto run = resolvedRun(benchmark(), {});
        QCOMPARE(run.stages(), 1);
        QVERIFY(run.requests == benchmark().requests);
        QCOMPARE(run.spec.order, std::vector<std::string>{"A"});
        QCOMPARE(run.method->id, std::string("lumoe"));
        QCOMPARE(run.gateParameters.at("folds"), 12.0);
    }

    void whatIsLikelyNotMeantIsSaid() {
        const TextConfig text;  // 128 wide
        const auto of = [&](const std::vector<SpecRequest>& requests, double rank = 8) {
            auto spec = asking(requests);
            spec.parameters["lora_rank"] = rank;
            return oddities(benchmark(), resolvedRun(benchmark(), spec), text);
        };
        QVERIFY(of({{"A", {"ada"}, {"bea"}}, {"B", {"cleo"}, {"bea"}}}).empty());
        QCOMPARE(of({{"A", {"ada", "bea"}, {}}, {"B", {"bea", "cleo"}, {}}}),
                 std::vector<std::string>{"Requests A and B both forget bea."});
        const auto kept = of({{"A", {"ada"}, {"bea"}}, {"B", {"bea"}, {}}});
        QCOMPARE(kept.size(), std::size_t{1});
        QVERIFY(kept.front().starts_with("Request A keeps bea, and request B forgets it"));
        QVERIFY(of({{"A", {"ada"}, {}}}, 128).empty());
        QVERIFY(of({{"A", {"ada"}, {}}}, 129).front().starts_with("LoRA rank 129 is more than a linear"));
    }

    void ownRequestsTrainWhatTheBenchmarkAsksOfAnEntity() {
        const auto run = resolvedRun(
            benchmark(), asking({{"later", {"cleo"}, {"ada"}}, {"first", {"ada"}, {}}}, {"first", "later"}));
        QCOMPARE(run.requestNames(2), (std::vector<std::string>{"first", "later"}));
        QVERIFY(run.request(1).forget == (std::vector<Item>{{0, 0, 0}, {0, 0, 1}}));
        // Nobody asks for cleo: every training view, every question; the held-out one never.
        QVERIFY(run.request(2).forget == (std::vector<Item>{{2, 0, 0}, {2, 0, 1}, {2, 1, 0}, {2, 1, 1}}));
        QVERIFY(run.request(2).retain == run.request(1).forget);
        const auto rows = requestRows(benchmark(), run.requests);
        QCOMPARE(rows[1].forgetEntities, std::vector<std::string>{"cleo"});
        QCOMPARE(rows[1].retainEntities, std::vector<std::string>{"ada"});
    }

    void whatIsNotThereIsNamed() {
        QVERIFY(failureOf(asking({{"R", {"clea"}, {}}})).contains("Did you mean \"cleo\"?"));
        QVERIFY(failureOf(asking({{"R", {"cleo"}, {}}}, {"S"})).contains("\"S\""));
        auto spec = asking({});
        spec.gateParameters["leaves"] = 3;
        QVERIFY(failureOf(spec).contains("leaves"));
        spec = asking({});
        spec.method = "lumo";
        QVERIFY(failureOf(spec).contains("lumoe"));
    }
};

LACUNA_TEST(ResolvedRunTest)
#include "resolved_run_test.moc"
