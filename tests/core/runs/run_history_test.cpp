// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_history.h"

#include "core/catalog/metrics.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;

namespace {

/// P[stage][task] as value of both splits; NaN = not measured.
RunHistory runWith(const std::vector<std::vector<double>>& values) {
    RunHistory run;
    for (std::size_t task = 0; task < values[0].size(); ++task)
        run.requests.push_back({std::string(1, static_cast<char>('A' + task)), {}, {}});
    for (std::size_t stage = 0; stage < values.size(); ++stage)
        for (std::size_t task = 0; task < values[stage].size(); ++task)
            for (const auto split : {Split::Forget, Split::Retain})
                if (!std::isnan(values[stage][task]))
                    run.cells.push_back({static_cast<int>(stage), static_cast<int>(task), split, "exact",
                                         values[stage][task], 0.1, 10});
    run.stages = static_cast<int>(values.size());
    return run;
}

std::optional<double> measured(const std::string& metric, const RunHistory& run, Split split, int stage = -1) {
    for (const auto& measure : runMeasures())
        if (measure.metric == metric)
            return measure.of(run, split, "exact", stage < 0 ? run.stageCount() - 1 : stage);
    throw std::runtime_error("no measure " + metric);
}

constexpr double unmeasured = std::numeric_limits<double>::quiet_NaN();

}  // namespace

class RunHistoryTest : public QObject {
    Q_OBJECT
private slots:
    void cellIsFoundOrAbsent();
    void forgettingCountsOnlyWhatWasAsked();
    void retentionCountsEveryRequest();
    void aStageWithAHoleIsNoPoint();
    void metricsOfOthersAreMeansOverTheirAnswers();
    void everyRunMetricOfTheCatalogHasOneMeasureInItsOrder();
    void stabilityAndTransferAsDefined();
    void theyAreAbsentWhileTheRunIsUnfinished();
    void foreignStagesAndTasksAreIgnored();
    void stepColumnsGiveRowsBack();
    void aRunEndedBeforeWhatItWillNotMeasure();
};

void RunHistoryTest::aRunEndedBeforeWhatItWillNotMeasure() {
    auto run = runWith({{1, 1}, {0, 1}});  // two requests, of which the first is measured
    run.status = RunStatus::Interrupted;
    QVERIFY(!run.endedBefore(1));
    QVERIFY(run.endedBefore(2));
    run.status = RunStatus::Running;
    QVERIFY(!run.endedBefore(2));
    QVERIFY(run.endedBefore(3));  // it has no such request
    RunHistory queued;            // its requests are not known yet
    queued.status = RunStatus::Queued;
    QVERIFY(!queued.endedBefore(0));
    QVERIFY(!queued.endedBefore(4));
}

void RunHistoryTest::cellIsFoundOrAbsent() {
    const auto run = runWith({{1, 1}, {0, 1}});
    QVERIFY(run.cell(1, 0, Split::Forget, "exact"));
    QCOMPARE(run.cell(1, 0, Split::Forget, "exact")->value, 0.0);
    QVERIFY(!run.cell(2, 0, Split::Forget, "exact"));
    QVERIFY(!run.cell(1, 0, Split::Forget, "fq"));
}

void RunHistoryTest::forgettingCountsOnlyWhatWasAsked() {
    const auto points = forgettingCurve(runWith({{1.0, 0.5}, {0.2, 0.9}, {0.4, 0.0}}), "exact");
    QCOMPARE(points.size(), std::size_t{3});
    QCOMPARE(points[0].value, 0.75);
    QCOMPARE(points[1].value, 0.2);
    QCOMPARE(points[1].standardError, 0.1);
    QCOMPARE(points[2].stage, 2);
    QCOMPARE(points[2].value, 0.2);
    QCOMPARE(points[2].standardError, std::sqrt(0.02) / 2);
}

void RunHistoryTest::retentionCountsEveryRequest() {
    const auto points = retentionCurve(runWith({{1.0, 0.5}, {0.2, 0.9}}), "exact");
    QCOMPARE(points.size(), std::size_t{2});
    QCOMPARE(points[0].value, 0.75);
    QCOMPARE(points[1].value, 0.55);
}

void RunHistoryTest::metricsOfOthersAreMeansOverTheirAnswers() {
    auto run = runWith({{1, 1, 1}, {0, 1, 1}});
    run.cells.push_back({1, 0, Split::Bystander, "bystander_refusal", 0.25, 0.1, 40});
    run.cells.push_back({1, 1, Split::Forget, "later_refusal", 0.5, 0.1, 10});
    run.cells.push_back({1, 2, Split::Retain, "later_refusal", 0.1, 0.2, 30});
    auto points = retentionCurve(run, "bystander_refusal");
    QCOMPARE(points.size(), std::size_t{1});
    QCOMPARE(points[0].stage, 1);
    QCOMPARE(points[0].value, 0.25);
    QCOMPARE(points[0].standardError, 0.1);
    points = retentionCurve(run, "later_refusal");
    QCOMPARE(points.size(), std::size_t{1});
    QCOMPARE(points[0].value, (5 + 3) / 40.0);
    QCOMPARE(points[0].standardError, std::sqrt(1.0 + 36.0) / 40);
    QVERIFY(forgettingCurve(run, "bystander_refusal").empty());
}

void RunHistoryTest::aStageWithAHoleIsNoPoint() {
    const auto run = runWith({{1, 1}, {0.5, unmeasured}, {0, 0}});
    QCOMPARE(forgettingCurve(run, "exact").size(), std::size_t{3});
    const auto points = retentionCurve(run, "exact");
    QCOMPARE(points.size(), std::size_t{2});
    QCOMPARE(points[1].stage, 2);
    QVERIFY(retentionCurve(run, "fq").empty());
    QVERIFY(retentionCurve(RunHistory{}, "exact").empty());
}

void RunHistoryTest::everyRunMetricOfTheCatalogHasOneMeasureInItsOrder() {
    std::vector<std::string> wanted, got;
    for (const auto& metric : metricRows())
        if (metric.scope == MetricScope::Run)
            wanted.push_back(metric.id);
    for (const auto& measure : runMeasures())
        got.emplace_back(measure.metric);
    QCOMPARE(got, wanted);
}

void RunHistoryTest::stabilityAndTransferAsDefined() {
    // P(θ_t, t): A .9, B .8, C .7; P(θ_T, t): .1, .6, .7.
    const auto run = runWith({{1, 1, 1}, {0.9, 1, 1}, {0.5, 0.8, 1}, {0.1, 0.6, 0.7}});
    QCOMPARE(*measured("stability", run, Split::Forget), 0.8 + 0.2 + 0.0);
    QCOMPARE(*measured("backward_transfer", run, Split::Retain), (-0.8 - 0.2) / 2);
    // After B: A .9 → .5.
    QCOMPARE(*measured("stability", run, Split::Forget, 2), 0.4);
    QCOMPARE(*measured("backward_transfer", run, Split::Forget, 2), -0.4);
    QVERIFY(!measured("backward_transfer", run, Split::Forget, 1));
    QVERIFY(!measured("stability", run, Split::Forget, 9));
}

void RunHistoryTest::theyAreAbsentWhileTheRunIsUnfinished() {
    const auto half = runWith({{1, 1}, {0.9, 1}});
    for (const auto& measure : runMeasures())
        QVERIFY(!measure.of(half, Split::Forget, "exact", half.stageCount() - 1));
    const auto single = runWith({{1}, {0.5}});
    QCOMPARE(*measured("stability", single, Split::Forget), 0.0);
    QVERIFY(!measured("backward_transfer", single, Split::Forget));
}

void RunHistoryTest::foreignStagesAndTasksAreIgnored() {
    auto run = runWith({{1, 1}, {0, 1}, {0, 0}});
    run.cells.push_back({99, -1, Split::Forget, "exact", 5, 0, 1});
    run.cells.push_back({-1, 7, Split::Retain, "exact", 5, 0, 1});
    QCOMPARE(forgettingCurve(run, "exact").size(), std::size_t{3});
}

void RunHistoryTest::stepColumnsGiveRowsBack() {
    StepColumns columns;
    const StepRow row{2, 7, 0.5, 1.5, 1.0, 0.5, 3.0, 1e-3, 1000, 12.5};
    columns.append({});
    columns.append(row);
    QCOMPARE(columns.size(), std::size_t{2});
    QVERIFY(columns.row(1) == row);
}

LACUNA_TEST(RunHistoryTest)
#include "run_history_test.moc"
