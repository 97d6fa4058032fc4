// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/planned_steps.h"

#include "core/benchmark/benchmark.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class PlannedStepsTest final : public QObject {
    Q_OBJECT

    /// Two questions with 2 and 1 phrasings, on two views; requests of 3 and 2 items.
    static Benchmark benchmark() {
        Benchmark all;
        all.entities = {{"ada", "Ada", "Cartoon", {{"0.png", false}, {"1.png", false}}, {}}};
        all.entities[0].questions = {{"identity", {"Who?", "What name?"}, "Ada", "", {}},
                                     {"home", {"Where?"}, "At sea", "", {}}};
        all.requests = {{"A", {0}, {}, {{0, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {}},
                        {"B", {0}, {}, {{0, 0, 1}, {0, 1, 1}}, {}}};
        return all;
    }

    static std::vector<std::int64_t> steps(const std::string& method, const std::string& phrasings, double batch,
                                           double epochs) {
        RunSpec spec;
        spec.method = method;
        spec.trainPhrasings = phrasings;
        if (method != "canned")
            spec.parameters = {{"batch", batch}, {"epochs", epochs}};
        const auto all = benchmark();
        std::vector<std::int64_t> pairs;
        for (const auto& request : all.requests)
            pairs.push_back(forgetPairs(all, request, phrasings == "all"));
        return plannedSteps(pairs, checkedRunSpec(spec));
    }

private slots:
    void batchesTimesEpochs() {
        using Steps = std::vector<std::int64_t>;
        QCOMPARE(steps("ga", "first", 16, 2), (Steps{2, 2}));
        QCOMPARE(steps("lumoe", "first", 1, 3), (Steps{9, 6}));
        QCOMPARE(steps("lumoe", "all", 1, 1), (Steps{5, 2}));
    }
    void onAllRequestsSoFar() { QCOMPARE(steps("shared", "first", 2, 1), (std::vector<std::int64_t>{2, 3})); }
    void noneWhereNothingIsTrained() { QCOMPARE(steps("canned", "first", 2, 1), (std::vector<std::int64_t>{0, 0})); }
};

LACUNA_TEST(PlannedStepsTest)
#include "planned_steps_test.moc"
