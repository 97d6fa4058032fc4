// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluation_plan.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <set>

using namespace lacuna;

namespace {

Entity entity(const std::string& id, int training, int heldOut, int questions, int phrasings) {
    Entity made{id, id, "Animals", {}, {}};
    for (int v = 0; v < training + heldOut; ++v)
        made.views.push_back({id + "/" + std::to_string(v) + ".png", v >= training});
    for (int q = 0; q < questions; ++q)
        made.questions.push_back({"kind " + std::to_string(q),
                                  std::vector<std::string>(static_cast<std::size_t>(phrasings), "What?"),
                                  "answer",
                                  "",
                                  {}});
    return made;
}

/// As large as the embedded benchmark: 127 entities, 24 + 8 views, 5 kinds of question in 5 phrasings.
Benchmark large() {
    Benchmark benchmark;
    Request request{"A", {}, {}, {}, {}};
    for (int e = 0; e < 127; ++e) {
        benchmark.entities.push_back(entity("e" + std::to_string(e), 24, 8, 5, 5));
        (e % 3 ? request.forgetEntities : request.retainEntities).push_back(e);
    }
    benchmark.requests = {request, {"B", {0, 1}, {2}, {}, {}}};  // in several tasks, yet asked once
    return benchmark;
}

/// MLUBench's layout: no view is held out, each item has its own view and question.
Benchmark photos() {
    Benchmark benchmark;
    benchmark.title = "photos";
    benchmark.entities = {entity("a", 3, 0, 2, 5), entity("b", 2, 0, 1, 1), entity("unasked", 2, 0, 1, 5)};
    Request a{"A", {0}, {1}, {{0, 0, 0}, {0, 1, 0}, {0, 2, 1}}, {{1, 0, 0}}};
    Request b{"B", {1}, {0}, {{1, 0, 0}, {1, 1, 0}}, {{0, 0, 0}}};
    benchmark.requests = {a, b};
    return benchmark;
}

}  // namespace

class EvaluationPlanTest : public QObject {
    Q_OBJECT
private slots:
    void asksBystandersOneQuestionEach() {
        auto benchmark = large();
        QVERIFY(makePlan(benchmark, "default").bystanders.empty());
        for (int b = 0; b < 40; ++b)
            benchmark.bystanders.push_back(entity("b" + std::to_string(b), b == 7 ? 3 : 24, b == 7 ? 0 : 8, 5, 5));
        benchmark.bystanders[9].questions.clear();
        const auto plan = makePlan(benchmark, "default");
        QCOMPARE(plan.probes, makePlan(large(), "default").probes);
        QCOMPARE(plan.bystanders.size(), std::size_t{39});
        std::set<int> asked, questions, views;
        for (const auto& probe : plan.bystanders) {
            asked.insert(probe.entity);
            questions.insert(probe.question);
            views.insert(probe.view);
            QCOMPARE(probe.phrasing, 0);
            const auto& bystander = benchmark.bystanders[static_cast<std::size_t>(probe.entity)];
            QCOMPARE(bystander.views[static_cast<std::size_t>(probe.view)].heldOut, probe.entity != 7);
        }
        QCOMPARE(asked.size(), std::size_t{39});
        QVERIFY(!asked.contains(9));
        QCOMPARE(questions.size(), std::size_t{5});
        QVERIFY(views.size() > 4);
        QCOMPARE(makePlan(benchmark, "full").bystanders.size(), std::size_t{38 * 8 * 25 + 3 * 25});
    }

    void asksEveryQuestionOnTwoHeldOutViews() {
        const auto benchmark = large();
        const auto plan = makePlan(benchmark, "default");
        QCOMPARE(plan.probes.size(), std::size_t{1270});
        std::map<std::pair<int, int>, std::vector<Probe>> perQuestion;
        for (const auto& probe : plan.probes) {
            QVERIFY(benchmark.entities[static_cast<std::size_t>(probe.entity)]
                        .views[static_cast<std::size_t>(probe.view)]
                        .heldOut);
            perQuestion[{probe.entity, probe.question}].push_back(probe);
        }
        QCOMPARE(perQuestion.size(), std::size_t{635});
        std::set<int> phrasings, views;
        for (const auto& [key, probes] : perQuestion) {
            QCOMPARE(probes.size(), std::size_t{2});
            QCOMPARE(probes[0].phrasing, 0);
            QVERIFY(probes[1].phrasing != 0);
            QVERIFY(probes[0].view != probes[1].view);
            phrasings.insert(probes[1].phrasing);
            views.insert(probes[1].view);
        }
        QCOMPARE(phrasings, (std::set<int>{1, 2, 3, 4}));
        QCOMPARE(views.size(), std::size_t{8});
    }

    void asksEverythingWhenFull() {
        const auto plan = makePlan(large(), "full");
        QCOMPARE(plan.probes.size(), std::size_t{127} * 5 * 8 * 5);
    }

    void isTheSameForTheSameBenchmark() {
        QCOMPARE(makePlan(large(), "default").probes == makePlan(large(), "default").probes, true);
        auto reversed = large();
        std::reverse(reversed.requests.begin(), reversed.requests.end());
        QCOMPARE(makePlan(large(), "default").probes == makePlan(reversed, "default").probes, true);
    }

    void asksTheItemsWhereNoViewIsHeldOut() {
        const auto plan = makePlan(photos(), "default");
        std::set<std::tuple<int, int, int>> items;
        for (const auto& probe : plan.probes)
            QVERIFY(items.emplace(probe.entity, probe.view, probe.question).second);
        QCOMPARE(items, (std::set<std::tuple<int, int, int>>{{0, 0, 0}, {0, 1, 0}, {0, 2, 1}, {1, 0, 0}, {1, 1, 0}}));
        QCOMPARE(plan.probes[0].phrasing, 0);
        QVERIFY(plan.probes[1].phrasing > 0);
        QCOMPARE(makePlan(photos(), "full").probes.size(), std::size_t{3 * 5 + 2});
    }

    void asksASingleViewOnceOrInTwoPhrasings() {
        Benchmark benchmark;
        benchmark.entities = {entity("a", 1, 1, 1, 2), entity("b", 1, 1, 1, 1)};
        benchmark.requests = {{"A", {0}, {1}, {}, {}}};
        const auto plan = makePlan(benchmark, "default");
        QCOMPARE(plan.probes == (std::vector<Probe>{{0, 1, 0, 0}, {0, 1, 0, 1}, {1, 1, 0, 0}}), true);
    }

    void refusesWhatCannotBeAsked() {
        QVERIFY_THROWS_EXCEPTION(Error, makePlan(large(), "half"));
        Benchmark empty;
        empty.title = "nothing";
        QVERIFY_THROWS_EXCEPTION(Error, makePlan(empty, "default"));
    }
};

LACUNA_TEST(EvaluationPlanTest)
#include "evaluation_plan_test.moc"
