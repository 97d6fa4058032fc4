// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/export.h"

#include "core/base/error.h"
#include "core/runs/mlubench_results.h"
#include "core/runs/run_reader.h"
#include "tests/common/locale.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;
using lacuna::testing::ExampleRun;

namespace {

/// A run of requests A and B whose every cell has the value of its stage, and 10 pictures.
RunHistory runOf(const std::string& name, const std::string& method, const std::vector<double>& valueOfStage) {
    RunHistory run;
    run.name = name;
    run.spec.method = method;
    run.requests = {{"A", {}, {}}, {"B", {}, {}}};
    run.stages = static_cast<int>(valueOfStage.size());
    for (int stage = 0; stage < run.stages; ++stage)
        for (int task = 0; task < 2; ++task)
            for (const auto split : {Split::Forget, Split::Retain})
                for (const char* metric : {"fq", "mu", "exact", "refusal", "leak", "gibberish", "route"})
                    run.cells.push_back({stage, task, split, metric,
                                         valueOfStage[static_cast<std::size_t>(stage)] + 0.1 * task, 0.01, 10});
    run.steps.append({1, 0, 0, 0, 0, 0, 0, 0, 0, 12.25});
    return run;
}

std::string line(const std::string& text, int number) {
    return QString::fromStdString(text).split('\n').value(number).toStdString();
}

}  // namespace

class ExportTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_good = runOf("good", "lumoe", {0.1, 0.5, 0.8});
        m_bad = runOf("bad|_&", "ga", {0.1, 0.4, 0.2});
        m_half = runOf("half, \"way\"", "from_the_future", {0.1, 0.3});
    }
    void valuesAreThoseOfTheLastStage();
    void anUnfinishedRunHasHoles();
    void aChosenStageIsShown();
    void unknownColumnsAreRefused();
    void csvKeepsEveryDigitAndQuotes();
    void numbersHaveAPointInEveryLocale();
    void standInsAreSaid();
    void latexEscapesAndMarksTheBest();
    void markdownEscapesAndMarksTheBest();
    void jsonHasNullForHoles();
    void aRequestThatWasEndedEarlyIsMarked();
    void mluBenchReadsTheAnswers();

private:
    CompareTable compare(const std::vector<std::string>& columns) const {
        return compareRuns({&m_good, &m_bad, &m_half}, columns);
    }
    RunHistory m_good, m_bad, m_half;
};

void ExportTest::valuesAreThoseOfTheLastStage() {
    const auto table = compareRuns({&m_good});
    const auto always = std::count_if(compareColumns().begin(), compareColumns().end(),
                                      [](const auto& column) { return !column.asked; });
    QCOMPARE(static_cast<std::ptrdiff_t>(table.columns.size()), always);  // nothing was asked for
    const auto& row = table.rows.at(0);
    QCOMPARE(row.method, std::string("LUMoE"));
    QCOMPARE(row.order, std::string("AB"));
    QCOMPARE(row.stage, 2);
    const auto value = [&](const std::string& id) {
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            if (table.columns[i].id == id)
                return row.values[i].value();
        return -1.0;
    };
    QCOMPARE(value("fq"), 0.85);
    QCOMPARE(value("exact_retain"), 0.85);
    QCOMPARE(value("route"), 0.85);
    QVERIFY(qFuzzyCompare(value("stability_fq"), 0.3));  // A: |0.5 − 0.8|, B: 0
    QVERIFY(qFuzzyCompare(value("transfer_mu"), 0.3));
    QCOMPARE(value("time_s"), 12.25);
}

void ExportTest::anUnfinishedRunHasHoles() {
    const auto table = compare({"fq", "stability_fq"});
    QCOMPARE(table.rows[2].stage, 1);
    QCOMPARE(table.rows[2].stageCount, 3);
    QCOMPARE(table.rows[2].method, std::string("from_the_future"));
    QCOMPARE(*table.rows[2].values[0], 0.3);  // request A alone was asked
    QVERIFY(!table.rows[2].values[1]);
    QVERIFY(!compareRuns({&m_half}, {"route"}, 2).rows[0].values[0]);
    const RunHistory empty;
    QVERIFY(!compareRuns({&empty}, {"fq"}).rows[0].values[0]);
}

void ExportTest::aChosenStageIsShown() {
    const auto table = compareRuns({&m_good}, {"fq", "stability_fq"}, 1);
    QCOMPARE(*table.rows[0].values[0], 0.5);
    QVERIFY(!table.rows[0].values[1]);
}

/// In every table, up to the stage that is shown.
void ExportTest::aRequestThatWasEndedEarlyIsMarked() {
    m_good.requests[0].stepsDone = m_good.requests[0].stepsPlanned = 60;
    m_good.requests[1].stepsDone = 8;
    m_good.requests[1].stepsPlanned = 60;
    const auto table = compareRuns({&m_good, &m_bad}, {"fq"});
    QVERIFY(QString::fromStdString(compareMarkdown(table)).contains("\n| good \\* |"));
    QVERIFY(QString::fromStdString(compareMarkdown(table))
                .contains("\\* good: training ended early: B after 8 of 60 steps."));
    QVERIFY(QString::fromStdString(compareLatex(table)).contains("good$^{\\ast}$ &"));
    QVERIFY(QString::fromStdString(compareLatex(table)).contains("B after 8 of 60 steps"));
    QVERIFY(line(compareCsv(table), 1).starts_with("good,LUMoE,AB,auto,2,3,B after 8 of 60 steps,,0.85"));
    const auto json = nlohmann::json::parse(compareJson(table));
    QCOMPARE(json["runs"][0]["ended_early"][0]["steps_done"].get<int>(), 8);
    QVERIFY(!json["runs"][1].contains("ended_early"));
    QVERIFY(compareRuns({&m_good}, {"fq"}, 1).rows[0].endedEarly.empty());
}

void ExportTest::unknownColumnsAreRefused() {
    try {
        compare({"exact_forgett"});
        QFAIL("accepted");
    } catch (const Error& e) {
        QVERIFY(QString(e.what()).contains("Did you mean \"exact_forget\"?"));
    }
}

void ExportTest::csvKeepsEveryDigitAndQuotes() {
    m_good.cells[0].value = 1.0 / 3;
    const auto text = compareCsv(compareRuns({&m_good, &m_half}, {"exact_forget", "transfer_fq"}));
    QCOMPARE(line(text, 0),
             std::string("run,method,order,images,stage,stages,ended_early,published,exact_forget,transfer_fq"));
    QCOMPARE(line(text, 2), std::string("\"half, \"\"way\"\"\",from_the_future,AB,auto,1,3,,,0.3,"));
}

void ExportTest::numbersHaveAPointInEveryLocale() {
    m_good.cells[0].value = 1.0 / 3;
    RunSpec spec;
    spec.parameters = {{"lr", 5e-5}, {"beta", 12.345}};
    const auto table = compareRuns({&m_good, &m_half});
    const auto written = [&] {
        return compareCsv(table) + compareLatex(table) + compareMarkdown(table) + compareJson(table) + toJson(spec);
    };
    const auto before = written();
    const testing::Locale german("de_DE");
    SKIP_WITHOUT(german);
    QCOMPARE(written(), before);
    QCOMPARE(storedRunSpec(toJson(spec), "spec.json"), spec);
    const testing::TestFolder folder;
    const testing::ExampleRun example;
    example.createWith(folder.path(), example.stages())->finish();
    QVERIFY(testing::rowsOf(readRun(folder.path() / "example")) == example.rows(example.stages()));
}

void ExportTest::standInsAreSaid() {
    m_good.spec.images = "surrogate";
    const auto table = compareRuns({&m_good}, {"fq"});
    QVERIFY(QString::fromStdString(compareMarkdown(table)).contains("| good (drawn stand-ins) |"));
    QVERIFY(QString::fromStdString(compareLatex(table)).contains("good (drawn stand-ins) &"));
    QVERIFY(QString::fromStdString(compareCsv(table)).contains("good,LUMoE,AB,surrogate,"));
    QVERIFY(QString::fromStdString(compareJson(table)).contains("\"images\": \"surrogate\""));
}

void ExportTest::latexEscapesAndMarksTheBest() {
    const auto text = compareLatex(compare({"fq", "leak_forget"}));
    QCOMPARE(line(text, 1), std::string("\\begin{tabular}{llllrr}"));
    QCOMPARE(line(text, 5), std::string("good & LUMoE & AB & 2 of 2 & \\textbf{0.850} & 0.850 \\\\"));
    QCOMPARE(line(text, 6), std::string("bad|\\_\\& & GA & AB & 2 of 2 & 0.250 & \\textbf{0.250} \\\\"));
    QVERIFY(text.ends_with("\\bottomrule\n\\end{tabular}\n"));
}

void ExportTest::markdownEscapesAndMarksTheBest() {
    const auto text = compareMarkdown(compare({"fq", "stability_fq"}));
    QCOMPARE(line(text, 2), std::string("| good | LUMoE | AB | 2 of 2 | **0.850** | 0.300 |"));
    QCOMPARE(line(text, 3), std::string("| bad\\|_& | GA | AB | 2 of 2 | 0.250 | **0.200** |"));
    QCOMPARE(line(text, 4), std::string("| half, \"way\" | from_the_future | AB | 1 of 2 | 0.300 | – |"));
}

void ExportTest::jsonHasNullForHoles() {
    const auto json = nlohmann::json::parse(compareJson(compare({"fq", "stability_fq"})));
    QVERIFY(json["runs"][2]["values"]["stability_fq"].is_null());
    QCOMPARE(json["runs"][2]["values"]["fq"].get<double>(), 0.3);
    QCOMPARE(json["columns"][0]["better"].get<int>(), 1);
}

void ExportTest::mluBenchReadsTheAnswers() {
    const ExampleRun example;
    RunHistory run;
    run.requests = example.requests;
    run.append(example.rows(2));
    for (auto& row : run.answers)
        if (row.stage == 1 && row.answer.empty())
            row.verdict.reset();
    const auto text = mluBenchResults(run, 1, 1, Split::Forget);
    const auto json = nlohmann::json::parse(text);
    QCOMPARE(json.size(), std::size_t{4});
    QCOMPARE(json[0]["id"].get<std::string>(), std::string("1"));
    QCOMPARE(json[0]["gpt_score"].get<std::string>(), std::string("Rating: [[1]]"));
    QCOMPARE(json[0]["task"].get<std::string>(), std::string("B"));
    QCOMPARE(json[0]["class_type"].get<std::string>(), std::string("Animals"));
    QCOMPARE(json[0]["entity"].get<std::string>(), std::string("Tower of Zed"));
    QCOMPARE(json[0]["answer"].get<std::string>(), std::string("x 图 ✓"));
    QVERIFY(std::any_of(json.begin(), json.end(), [](const auto& record) { return !record.contains("gpt_score"); }));
    QVERIFY(json[0]["conversations"][0]["value"].get<std::string>().starts_with("<image>\nWho"));
    QVERIFY_THROWS_EXCEPTION(Error, mluBenchResults(run, 2, 1, Split::Forget));
}

LACUNA_TEST(ExportTest)
#include "export_test.moc"
