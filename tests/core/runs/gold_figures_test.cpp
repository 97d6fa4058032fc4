// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/gold_figures.h"

#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "core/runs/agreement.h"
#include "core/runs/export.h"
#include "core/runs/known_only.h"
#include "core/runs/statistics.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

/// Runs held against one that never saw the forgotten, against each other, and on what was known at all.
class GoldFiguresTest : public QObject {
    Q_OBJECT

    static AnswerRow answer(int stage, Split split, const std::string& entity, int question, double probability) {
        AnswerRow row;
        row.stage = stage;
        row.split = split;
        row.entity = entity;
        row.question = "What is it? " + std::to_string(question);
        row.probability = probability;
        row.exact = probability > 0.5;
        row.truthRatio = (1 - probability) / probability;
        row.minK = std::log(probability);
        return row;
    }

    /// Of two requests that forget ash and elm and keep oak; `forgotten` and `kept` are the probabilities after each.
    static RunHistory run(const std::string& name, const std::string& method, double forgotten, double kept) {
        RunHistory run;
        run.name = name;
        run.spec.method = method;
        run.requests = {{"A", {"ash"}, {"oak"}}, {"B", {"elm"}, {"oak"}}};
        run.stages = 3;
        for (int stage = 0; stage < 3; ++stage) {
            const auto of = [&](int from, double now) { return stage < from ? 0.9 : now; };
            for (int q = 0; q < 5; ++q) {
                run.answers.push_back(answer(stage, Split::Forget, "ash", q, of(1, forgotten + 0.01 * q)));
                run.answers.push_back(answer(stage, Split::Forget, "elm", q, of(2, forgotten + 0.01 * q)));
                run.answers.push_back(answer(stage, Split::Retain, "oak", q, of(1, kept)));
                run.answers.push_back(answer(stage, Split::Bystander, "yew" + std::to_string(q), q, 0.2 + 0.02 * q));
            }
            for (const auto& [split, value] : {std::pair(Split::Forget, 1 - forgotten), {Split::Retain, kept}})
                for (int task = 0; task < 2; ++task)
                    for (const char* metric : {"exact", "probability"})
                        run.cells.push_back({stage, task, split, metric, value, 0, 5});
        }
        return run;
    }

    static double valueOf(const CompareTable& table, std::size_t row, const std::string& id) {
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            if (table.columns[i].id == id)
                return table.rows.at(row).values[i].value_or(std::nan(""));
        return std::nan("");
    }

private slots:
    void goldIsTheStageThatLeavesOutTheSame() {
        const auto gold = run("gold", goldMethod().id, 0.2, 0.9);
        auto other = run("gd", "gd", 0.1, 0.8);
        const auto found = goldOf(other, 2, {&other, &gold});
        QVERIFY(found.has_value());
        QCOMPARE(found->stage, 2);
        std::swap(other.requests[0], other.requests[1]);  // BA: after both the same are gone, after B no gold has that
        QCOMPARE(goldOf(other, 2, {&gold})->stage, 2);
        QVERIFY(!goldOf(other, 1, {&gold}));
        QCOMPARE(goldOf(other, 0, {&gold})->stage, 0);
        QVERIFY(!goldOf(other, 2, {&other}));
        other.spec.modelHash = "another";
        QVERIFY(!goldOf(other, 2, {&gold}));
    }

    void goldIsAsFarFromItselfAsNothing() {
        const auto gold = run("gold", goldMethod().id, 0.2, 0.9);
        const auto answers = answersOf(gold, 2);
        const auto figures = goldFigures(answers, answers, gold.requests, 2);
        QCOMPARE(*figures.forgetQuality, 1.0);
        QCOMPARE(*figures.privacyLeak, 0.0);
        QCOMPARE(*figures.distanceForget, 0.0);
        QCOMPARE(*figures.distanceRetain, 0.0);
    }

    /// Nothing was forgotten: every truth beats every bystander's, all ten ratios are smaller than gold's.
    void whatWasNotForgottenIsFarFromGold() {
        const auto gold = run("gold", goldMethod().id, 0.2, 0.9), kept = run("kept", "gd", 0.9, 0.9);
        const auto figures = goldFigures(answersOf(kept, 2), answersOf(gold, 2), kept.requests, 2);
        QCOMPARE(*figures.privacyLeak, -100.0);
        QVERIFY(std::abs(*figures.forgetQuality - 2 / 184756.0) < 1e-15);  // 2 / C(20, 10)
        QVERIFY(std::abs(*figures.distanceRetain) < 1e-12);
        double divergence = 0;
        for (int q = 0; q < 5; ++q)
            divergence += coinDivergence(0.9 + 0.01 * q, 0.2 + 0.01 * q) / 5;
        QVERIFY(std::abs(*figures.distanceForget - divergence) < 1e-12);
    }

    void tablesHaveThoseColumnsBesideGoldAlone() {
        const auto gold = run("gold", goldMethod().id, 0.2, 0.9), gd = run("gd", "gd", 0.1, 0.8);
        const auto with = compareRuns({&gold, &gd}), without = compareRuns({&gd});
        QVERIFY(valueOf(with, 1, "gold_distance_forget") > 0);
        QCOMPARE(valueOf(with, 0, "gold_distance_forget"), 0.0);
        QVERIFY(std::isnan(valueOf(without, 0, "gold_distance_forget")));
        QVERIFY(without.columns.size() < with.columns.size());
        for (std::size_t column = 0; column < with.columns.size(); ++column)
            QVERIFY(!isBest(with, column, with.rows[0]));  // gold does not compete
        QVERIFY_THROWS_EXCEPTION(Error, compareRuns({&gd}, {"gold_distance"}));
    }

    void metricsAgreeAsFarAsTheyRankAlike() {
        const auto gold = run("gold", goldMethod().id, 0.2, 0.9), a = run("a", "gd", 0.2, 0.9),
                   b = run("b", "ga", 0.4, 0.5), c = run("c", "npo", 0.6, 0.7);
        const auto agreement = agreementOf(compareRuns({&gold, &a, &b, &c}));
        QCOMPARE(agreement.runs, 3);
        QVERIFY(!agreement.columns.empty());
        for (const auto& measured : agreement.columns)
            for (std::size_t j = 0; j < measured.tau.size(); ++j) {
                const bool alike = measured.column.split == agreement.columns[j].column.split;
                if (measured.column.id == agreement.columns[j].column.id)
                    QVERIFY(!measured.tau[j]);
                else if (alike)
                    QCOMPARE(*measured.tau[j], 1.0);
            }
        for (const auto& measured : agreement.columns)
            if (measured.column.id == "exact_retain")
                QCOMPARE(*measured.rhoGold, 1.0);
        QVERIFY(agreementText(agreement, true).find("| exact_forget |") != std::string::npos);
        QVERIFY(agreementCsv(agreement).find("exact_forget,exact_retain,") != std::string::npos);
        QVERIFY(agreementJson(agreement).find("\"spearman_rho_gold\"") != std::string::npos);
    }

    void onlyWhatTheOriginalKnewCounts() {
        auto history = run("gd", "gd", 0.1, 0.8);
        for (auto& row : history.answers)
            if (row.stage == 0 && row.entity == "ash" && row.question.back() != '0')
                row.exact = false;
        const auto known = knownOnly(history);
        QCOMPARE(known.asked, 15);
        QCOMPARE(known.known, 11);
        QCOMPARE(known.run.cell(2, 0, Split::Forget, "exact")->count, 6);  // ash 1, elm 5
        QCOMPARE(known.run.cell(2, 0, Split::Retain, "exact")->value, 1.0);
        QVERIFY(!known.run.cell(2, 0, Split::Forget, "fq"));  // was not measured before
        QVERIFY(known.run.cell(2, 0, Split::Bystander, "exact"));
        history.answers.clear();
        QCOMPARE(knownOnly(history).known, 0);
    }
};

LACUNA_TEST(GoldFiguresTest)
#include "gold_figures_test.moc"
