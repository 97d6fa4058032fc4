// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_intervals.h"

#include "core/runs/export.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

class AnswerIntervalsTest : public QObject {
    Q_OBJECT

    static AnswerRow answer(int stage, int task, Split split, const std::string& entity, double score) {
        AnswerRow row;
        row.stage = stage;
        row.task = task;
        row.split = split;
        row.entity = entity;
        row.verdict = score > 0 ? Verdict::Refuses : Verdict::Knows;
        row.score = score;
        return row;
    }

    /// Two requests; of the first three entities are asked after it, of the second two.
    static RunHistory run() {
        RunHistory run;
        run.requests = {{"A", {}, {}}, {"B", {}, {}}};
        run.stages = 3;
        for (int stage = 0; stage < 3; ++stage)
            for (const auto& [task, entity, scores] : std::vector<std::tuple<int, std::string, std::vector<double>>>{
                     {0, "ash", {2, 2}}, {0, "elm", {0, 2}}, {0, "fir", {0, 0}}, {1, "oak", {2}}, {1, "yew", {0}}})
                for (const auto score : scores)
                    run.answers.push_back(answer(stage, task, Split::Forget, entity, score));
        return run;
    }

private slots:
    void aCellRestsOnItsEntities() {
        const auto history = run();
        const auto sure = AnswerIntervals(history).cell(1, 0, Split::Forget, "fq");
        QVERIFY(sure.has_value());
        QCOMPARE(sure->answers, 6);
        QCOMPARE(sure->entities, 3);
        QCOMPARE(*sure->interval, *entityInterval(std::vector<EntitySum>{{2, 2}, {1, 2}, {0, 2}}));
    }

    /// After A its forget set alone, after B the mean of both.
    void aPointCountsTheTasksOfItsCurve() {
        const auto history = run();
        const AnswerIntervals intervals(history);
        QCOMPARE(*intervals.point(1, Split::Forget, "fq")->interval,
                 *intervals.cell(1, 0, Split::Forget, "fq")->interval);
        const auto both = intervals.point(2, Split::Forget, "fq");
        QCOMPARE(both->answers, 8);
        QCOMPARE(both->entities, 5);
        QCOMPARE(*both->interval, *entityIntervalOfMean(std::vector<std::vector<EntitySum>>{
                                      {{2, 2}, {}}, {{1, 2}, {}}, {{0, 2}, {}}, {{}, {1, 1}}, {{}, {0, 1}}}));
    }

    void whatAnswersAloneDoNotTellHasNone() {
        const auto history = run();
        const AnswerIntervals intervals(history);
        QVERIFY(!intervals.cell(1, 0, Split::Forget, "route"));  // needs the requests
        QVERIFY(!intervals.cell(1, 0, Split::Retain, "mu"));     // nobody was asked
        QVERIFY(!intervals.cell(1, 0, Split::Forget, "mu"));     // no such answer counts
        QVERIFY(!intervals.cell(9, 0, Split::Forget, "fq"));
        auto unjudged = history;
        for (auto& row : unjudged.answers)
            row.verdict.reset();
        QVERIFY(!AnswerIntervals(unjudged).point(2, Split::Forget, "fq"));
        QCOMPARE(AnswerIntervals(unjudged).point(2, Split::Forget, "exact")->answers, 8);
    }

    void tablesTellThemWhereTheyAreAsked() {
        auto history = run();
        for (int stage = 0; stage < 3; ++stage)
            for (int task = 0; task < 2; ++task)
                history.cells.push_back({stage, task, Split::Forget, "fq", 0.5, 0.1, task == 0 ? 6 : 2});
        auto table = compareRuns({&history}, {"fq", "mu", "time_s"});
        QVERIFY(!QString::fromStdString(compareCsv(table)).contains("fq_low"));
        QVERIFY(!nlohmann::json::parse(compareJson(table))["runs"][0].contains("certainty"));
        addIntervals(table, {&history});
        const auto sure = *AnswerIntervals(history).point(2, Split::Forget, "fq");
        const auto lines = QString::fromStdString(compareCsv(table)).split('\n');
        QVERIFY2(lines[0].endsWith(",fq,mu,time_s,fq_low,fq_high,fq_answers,fq_entities,mu_low,mu_high,mu_answers,"
                                   "mu_entities"),
                 qPrintable(lines[0]));
        QCOMPARE(lines[1].count(','), lines[0].count(','));
        QVERIFY2(lines[1].endsWith(",8,5,,,,"), qPrintable(lines[1]));
        const auto about = nlohmann::json::parse(compareJson(table))["runs"][0]["certainty"];
        QCOMPARE(about.size(), std::size_t{1});
        QCOMPARE(about["fq"]["interval_95"][1].get<double>(), sure.interval->high);
    }
};

LACUNA_TEST(AnswerIntervalsTest)
#include "answer_intervals_test.moc"
