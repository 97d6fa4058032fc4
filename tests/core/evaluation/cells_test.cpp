// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/cells.h"

#include "core/base/error.h"
#include "core/catalog/metrics.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;

namespace {

AnswerRow answer(Split split, Verdict verdict, const std::string& entity = "Velda") {
    AnswerRow row;
    row.stage = 1;
    row.split = split;
    row.entity = entity;
    row.verdict = verdict;
    const auto& scores = verdictRow(verdict);
    row.score = split == Split::Forget ? scores.forgetScore : scores.retainScore;
    row.exact = verdict == Verdict::Knows;
    row.rougeL = verdict == Verdict::Leaks ? 0.5 : 0;
    row.probability = 0.25;
    return row;
}

/// By the catalog's measures, with hidden states as the original has them.
std::vector<CellRow> measured(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests) {
    const auto ones = at::ones({1, 4});
    return cellsOf(rows, requests, std::vector<TruthStates>(rows.size(), {ones, ones}), measures());
}

const CellRow* find(const std::vector<CellRow>& cells, const std::string& metric) {
    const auto found =
        std::find_if(cells.begin(), cells.end(), [&](const auto& cell) { return cell.metric == metric; });
    return found == cells.end() ? nullptr : &*found;
}

const std::vector<Verdict> kOneOfEach{Verdict::Knows, Verdict::Leaks, Verdict::Wrong, Verdict::Refuses,
                                      Verdict::Gibberish};

}  // namespace

class CellsTest : public QObject {
    Q_OBJECT
private slots:
    /// A judge that fails is counted as failed, never as 0.
    void answersWithoutAVerdictCountForNoVerdict() {
        std::vector<AnswerRow> rows{answer(Split::Forget, Verdict::Refuses), answer(Split::Forget, Verdict::Knows),
                                    answer(Split::Forget, Verdict::Knows), answer(Split::Forget, Verdict::Knows)};
        rows[1].verdict.reset();
        rows[1].score = std::nan("");
        const auto cells = measured(rows, {});
        QCOMPARE(find(cells, "fq")->value, (2 + 0 + 0) / 6.0);
        QCOMPARE(find(cells, "fq")->count, 3);
        QCOMPARE(find(cells, "refusal")->value, 1 / 3.0);
        QCOMPARE(find(cells, "unjudged")->value, 0.25);
        QCOMPARE(find(cells, "exact")->value, 0.75);
        QCOMPARE(find(cells, "exact")->count, 4);
        for (auto& row : rows)
            row.verdict.reset();
        QVERIFY(!find(measured(rows, {}), "fq"));
        QCOMPARE(find(measured(rows, {}), "unjudged")->value, 1.0);
        QVERIFY(!find(measured({answer(Split::Forget, Verdict::Knows)}, {}), "unjudged"));
    }

    void scoresForgetSetsByFq() {
        std::vector<AnswerRow> rows;
        for (const auto verdict : kOneOfEach)
            rows.push_back(answer(Split::Forget, verdict));
        const auto cells = measured(rows, {});
        QCOMPARE(find(cells, "fq")->value, (0 + 1 + 1 + 2 + 0) / 10.0);
        QVERIFY(!find(cells, "mu"));
        QCOMPARE(find(cells, "exact")->value, 0.2);
        QCOMPARE(find(cells, "rouge_l")->value, 0.1);
        QCOMPARE(find(cells, "probability")->value, 0.25);
        QCOMPARE(find(cells, "probability")->standardError, 0.0);
        QCOMPARE(find(cells, "refusal")->value, 0.2);
        QCOMPARE(find(cells, "leak")->value, 0.2);
        QCOMPARE(find(cells, "gibberish")->value, 0.2);
        QCOMPARE(find(cells, "gibberish")->count, 5);
        // One of five: sample variance 0.2, over √5.
        QCOMPARE(find(cells, "gibberish")->standardError, std::sqrt(0.2 / 5));
    }

    void scoresRetainSetsByMu() {
        std::vector<AnswerRow> rows;
        for (const auto verdict : kOneOfEach)
            rows.push_back(answer(Split::Retain, verdict));
        const auto cells = measured(rows, {});
        QCOMPARE(find(cells, "mu")->value, (2 + 1 + 0 + 0 + 0) / 10.0);
        QVERIFY(!find(cells, "fq"));
    }

    void measuresTheGateOnlyWhereOneChose() {
        const std::vector<RequestRow> requests{{"A", {"Velda"}, {"Oskar"}}, {"B", {"Oskar"}, {}}};
        auto right = answer(Split::Forget, Verdict::Refuses);
        QVERIFY(!find(measured({right}, requests), "route"));
        right.gateChoice = "expert A";
        right.gateScore = 0.9;
        right.gateThreshold = 0.5;
        auto abstained = right;
        abstained.gateChoice = "base";
        abstained.gateScore = 0.4;
        abstained.abstained = true;
        const auto cells = measured({right, abstained}, requests);
        QCOMPARE(find(cells, "route")->value, 0.5);
        QCOMPARE(find(cells, "route_forget")->value, 0.5);
        QCOMPARE(find(cells, "abstain")->value, 0.5);
    }

    /// Of entities that only a later request names, and where a gate chose.
    void refusedTooEarlyIsOfLaterEntitiesBehindAGate() {
        const std::vector<RequestRow> requests{{"A", {"Velda"}, {"Brisa"}}, {"B", {"Oskar", "Brisa"}, {}}};
        std::vector<AnswerRow> rows{
            answer(Split::Forget, Verdict::Refuses, "Oskar"), answer(Split::Forget, Verdict::Knows, "Oskar"),
            answer(Split::Forget, Verdict::Refuses, "Brisa"),  // known: A retains it
        };
        for (auto& row : rows)
            row.task = 1;
        QVERIFY(!find(measured(rows, requests), "later_refusal"));
        for (auto& row : rows)
            row.gateChoice = "base";
        QCOMPARE(find(measured(rows, requests), "later_refusal")->value, 0.5);
        QCOMPARE(find(measured(rows, requests), "later_refusal")->count, 2);
        for (auto& row : rows)
            row.stage = 2;
        QVERIFY(!find(measured(rows, requests), "later_refusal"));
    }

    void bystandersAreCellsOfTheirOwn() {
        const auto cells =
            measured({answer(Split::Retain, Verdict::Knows), answer(Split::Bystander, Verdict::Wrong),
                      answer(Split::Bystander, Verdict::Refuses), answer(Split::Bystander, Verdict::Wrong),
                      answer(Split::Bystander, Verdict::Wrong)},
                     {});
        QCOMPARE(find(cells, "mu")->value, 1.0);  // which they are no part of
        QCOMPARE(find(cells, "bystander_refusal")->value, 0.25);
        for (const auto& cell : cells)
            QVERIFY(cell.split == Split::Bystander ? cell.metric != "mu" && cell.metric != "fq"
                                                   : cell.metric != "bystander_refusal");
    }

    /// Three truths of the forget set against two of bystanders: five of six pairs are won, one is a tie.
    void membershipIsAnAreaAgainstTheBystandersOfTheStage() {
        std::vector<AnswerRow> rows;
        for (const auto& [split, minK] : std::vector<std::pair<Split, double>>{{Split::Forget, -1},
                                                                               {Split::Forget, -2},
                                                                               {Split::Forget, -3},
                                                                               {Split::Bystander, -3},
                                                                               {Split::Bystander, -4}}) {
            rows.push_back(answer(split, Verdict::Wrong));
            rows.back().minK = minK;
        }
        const auto cells = measured(rows, {});
        QCOMPARE(find(cells, "member_min_k")->value, 5.5 / 6);
        QCOMPARE(find(cells, "member_min_k")->count, 3);
        QVERIFY(!find(cells, "member_min_k_plus"));  // nobody looked at the tokens
        for (const auto& cell : cells)
            QVERIFY(cell.split != Split::Bystander || cell.metric != "member_min_k");
        rows.resize(3);
        QVERIFY(!find(measured(rows, {}), "member_min_k"));  // without bystanders
        rows.push_back(answer(Split::Bystander, Verdict::Wrong));
        rows.back().minK = -9;
        rows.back().stage = 2;
        QVERIFY(!find(measured(rows, {}), "member_min_k"));  // of another stage
    }

    void theTruthRatioIsReadByItsSide() {
        auto forget = answer(Split::Forget, Verdict::Wrong), retain = answer(Split::Retain, Verdict::Knows);
        forget.truthRatio = 4;
        retain.truthRatio = 0.25;
        const auto cells = measured({forget, retain}, {});
        QCOMPARE(find(cells, "truth_ratio")->value, 0.25);
        for (const auto& cell : cells)
            if (cell.metric == "truth_ratio" && cell.split == Split::Retain)
                QCOMPARE(cell.value, 0.75);
        retain.truthRatio = 3;
        QCOMPARE(find(measured({retain}, {}), "truth_ratio")->value, 0.0);
    }

    void aChoiceOfMetricsNeedsWhatItNeeds() {
        QVERIFY(needsOf(measuresOf("default")) == MeasureNeeds());
        const auto some = measuresOf("exposure,member_min_k");
        QCOMPARE(some.size(), measuresOf("default").size() + 2);
        const auto needs = needsOf(some);
        QVERIFY(needs.otherAnswers && needs.tokens && needs.bystanders && !needs.names && !needs.states);
        QCOMPARE(measuresOf("all").size(), measures().size());
        QVERIFY_THROWS_EXCEPTION(Error, measuresOf("exposur"));
        QVERIFY_THROWS_EXCEPTION(Error, measuresOf("default,stability"));
    }

    void everyCellMetricOfTheCatalogHasOneMeasureInItsOrder() {
        std::vector<std::string> wanted, got;
        for (const auto& metric : metricRows())
            if (metric.scope == MetricScope::Cell)
                wanted.push_back(metric.id);
        for (const auto& measure : measures())
            got.emplace_back(measure.metric);
        QCOMPARE(got, wanted);
    }

    void everyMeasureGivesItsCell() {
        std::vector<AnswerRow> rows{answer(Split::Forget, Verdict::Knows), answer(Split::Retain, Verdict::Knows),
                                    answer(Split::Bystander, Verdict::Knows)};
        for (auto& row : rows)
            row.gateChoice = "base";
        rows.push_back(rows.front());
        rows.back().verdict.reset();
        rows.push_back(rows.front());
        rows.back().gateChoice = failedRoute;
        for (auto& row : rows) {
            row.phrasing = 1;
            row.truth = "Velda";
            row.extraction = row.memorization = row.minK = row.minKPlus = row.truthRatio = row.exposure = row.named =
                0.5;
        }
        const auto cells = measured(rows, {});
        for (const auto& metric : metricRows())
            QCOMPARE(find(cells, metric.id) != nullptr, metric.scope == MetricScope::Cell);
        for (const auto& cell : cells)
            metricRow(cell.metric);
    }

    /// By hand: both words of the answer, two of the three of the truth.
    void rougeLKnowsOneScriptItsVariantAll() {
        auto row = answer(Split::Forget, Verdict::Leaks);
        row.truth = "Это Эйфелева башня.";
        row.answer = "ЭЙФЕЛЕВА БАШНЯ";
        const auto cells = measured({row, row}, {});
        QCOMPARE(find(cells, "rouge_l_unicode")->value, 0.8);
        QCOMPARE(find(cells, "rouge_l_unicode")->standardError, 0.0);
    }

    void keepsCellsApart() {
        const auto forget = answer(Split::Forget, Verdict::Knows), retain = answer(Split::Retain, Verdict::Knows);
        auto later = forget;
        later.task = 1;
        QVERIFY(measured({}, {}).empty());
        const auto cells = measured({later, retain, forget, retain}, {});
        QCOMPARE(find(cells, "fq")->count, 1);
        QCOMPARE(find(cells, "mu")->count, 2);
        std::vector<std::pair<int, Split>> seen;
        for (const auto& cell : cells)
            if (cell.metric == "exact")
                seen.emplace_back(cell.task, cell.split);
        QVERIFY(
            (seen == std::vector<std::pair<int, Split>>{{0, Split::Forget}, {0, Split::Retain}, {1, Split::Forget}}));
    }

    void aMeasureSeesTheStatesOfItsOwnAnswer() {
        const Measure distance{.metric = "distance",
                               .of = [](const MeasuredAnswer& seen) -> std::optional<double> {
                                   if (seen.states.subject.size(0) == 0)
                                       return std::nullopt;
                                   return at::dist(seen.states.subject, seen.states.original).item<double>();
                               },
                               .needs = {.states = true}};
        const Measure blind{"blind", [](const MeasuredAnswer& seen) -> std::optional<double> {
                                return seen.states.subject.defined() ? 1 : 0;
                            }};
        const auto row = answer(Split::Forget, Verdict::Knows);
        const auto one = at::ones({1, 4}), half = one.to(at::kBFloat16), none = at::empty({0, 4});
        const auto cells =
            cellsOf({row, row, row}, {}, {{4 * one, one}, {none, none}, {2 * half, half}}, {distance, blind});
        QCOMPARE(cells.size(), std::size_t{2});
        QCOMPARE(find(cells, "distance")->value, (6.0 + 2.0) / 2);  // √(4·3²), √(4·1²)
        QCOMPARE(find(cells, "distance")->count, 2);
        QCOMPARE(find(cells, "blind")->value, 0.0);
    }
};

LACUNA_TEST(CellsTest)
#include "cells_test.moc"
