// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"

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

const CellRow* find(const std::vector<CellRow>& cells, const std::string& metric) {
    const auto found =
        std::find_if(cells.begin(), cells.end(), [&](const auto& cell) { return cell.metric == metric; });
    return found == cells.end() ? nullptr : &*found;
}

const std::vector<Verdict> kOneOfEach{Verdict::Knows, Verdict::Leaks, Verdict::Wrong, Verdict::Refuses,
                                      Verdict::Gibberish};

}  // namespace

class MetricsTest : public QObject {
    Q_OBJECT
private slots:
    /// A judge that fails is counted as failed, never as 0.
    void answersWithoutAVerdictCountForNoVerdict() {
        std::vector<AnswerRow> rows{answer(Split::Forget, Verdict::Refuses), answer(Split::Forget, Verdict::Knows),
                                    answer(Split::Forget, Verdict::Knows), answer(Split::Forget, Verdict::Knows)};
        rows[1].verdict.reset();
        rows[1].score = std::nan("");
        const auto cells = cellsOf(rows, {});
        QCOMPARE(find(cells, "fq")->value, (2 + 0 + 0) / 6.0);
        QCOMPARE(find(cells, "fq")->count, 3);
        QCOMPARE(find(cells, "refusal")->value, 1 / 3.0);
        QCOMPARE(find(cells, "unjudged")->value, 0.25);
        QCOMPARE(find(cells, "exact")->value, 0.75);
        QCOMPARE(find(cells, "exact")->count, 4);
        for (auto& row : rows)
            row.verdict.reset();
        QVERIFY(!find(cellsOf(rows, {}), "fq"));
        QCOMPARE(find(cellsOf(rows, {}), "unjudged")->value, 1.0);
        QVERIFY(!find(cellsOf({answer(Split::Forget, Verdict::Knows)}, {}), "unjudged"));
    }

    void scoresForgetSetsByFq() {
        std::vector<AnswerRow> rows;
        for (const auto verdict : kOneOfEach)
            rows.push_back(answer(Split::Forget, verdict));
        const auto cells = cellsOf(rows, {});
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
        const auto cells = cellsOf(rows, {});
        QCOMPARE(find(cells, "mu")->value, (2 + 1 + 0 + 0 + 0) / 10.0);
        QVERIFY(!find(cells, "fq"));
    }

    void measuresTheGateOnlyWhereOneChose() {
        const std::vector<RequestRow> requests{{"A", {"Velda"}, {"Oskar"}}, {"B", {"Oskar"}, {}}};
        auto right = answer(Split::Forget, Verdict::Refuses);
        QVERIFY(!find(cellsOf({right}, requests), "route"));
        right.gateChoice = "expert A";
        right.gateScore = 0.9;
        right.gateThreshold = 0.5;
        auto abstained = right;
        abstained.gateChoice = "base";
        abstained.gateScore = 0.4;
        abstained.abstained = true;
        const auto cells = cellsOf({right, abstained}, requests);
        QCOMPARE(find(cells, "route")->value, 0.5);
        QCOMPARE(find(cells, "route_forget")->value, 0.5);
        QCOMPARE(find(cells, "abstain")->value, 0.5);
    }

    void routesToTheLatestRequestThatHasCome() {
        const std::vector<RequestRow> requests{{"A", {"Velda"}, {}}, {"B", {"Velda"}, {"Oskar"}}};
        QCOMPARE(rightRoute(requests, 0, "Velda"), std::string("base"));
        QCOMPARE(rightRoute(requests, 1, "Velda"), std::string("expert A"));
        QCOMPARE(rightRoute(requests, 2, "Velda"), std::string("expert B"));
        QCOMPARE(rightRoute(requests, 9, "Oskar"), std::string("base"));
    }

    void knowsEveryCellMetricOfTheCatalog() {
        std::vector<AnswerRow> rows{answer(Split::Forget, Verdict::Knows), answer(Split::Retain, Verdict::Knows)};
        for (auto& row : rows)
            row.gateChoice = "base";
        rows.push_back(rows.front());
        rows.back().verdict.reset();
        const auto cells = cellsOfStage(rows, {});
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
        const auto cells = cellsOf({row, row}, {});
        QCOMPARE(find(cells, "rouge_l_unicode")->value, 0.8);
        QCOMPARE(find(cells, "rouge_l_unicode")->standardError, 0.0);
    }

    void keepsCellsApart() {
        const auto forget = answer(Split::Forget, Verdict::Knows), retain = answer(Split::Retain, Verdict::Knows);
        QVERIFY_THROWS_EXCEPTION(Error, cellsOf({forget, retain}, {}));
        QVERIFY(cellsOf({}, {}).empty());
        const auto cells = cellsOfStage({retain, forget, retain}, {});
        QCOMPARE(find(cells, "fq")->count, 1);
        QCOMPARE(find(cells, "mu")->count, 2);
    }
};

LACUNA_TEST(MetricsTest)
#include "metrics_test.moc"
