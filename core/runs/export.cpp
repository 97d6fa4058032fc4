// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/export.h"

#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/catalog/combination.h"
#include "core/catalog/metrics.h"
#include "core/runs/gold_figures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace lacuna {
namespace {

using Value = std::optional<double>;
using Point = std::optional<CurvePoint>;

/// A row of the table in the making.
struct Compared {
    const RunHistory& run;
    int stage;
    const GoldFigures& gold;  ///< empty where no gold stands beside
};

struct ColumnDefinition {
    CompareColumn column;
    std::function<Point(const Compared&)> value;
    bool needsGold = false;
};

Point at(const std::vector<CurvePoint>& curve, int stage) {
    for (const auto& point : curve)
        if (point.stage == stage)
            return point;
    return std::nullopt;
}

/// Of a number that has no error.
Point exactly(const Value& value) {
    return value ? Point(CurvePoint{0, *value, 0}) : std::nullopt;
}

/// Mean over all pictures of all forget and retain sets of the stage.
Value overAll(const RunHistory& run, int stage, std::string_view metric) {
    double sum = 0, count = 0;
    for (const auto& cell : run.cells)
        if (cell.stage == stage && cell.metric == metric && cell.split != Split::Bystander &&
            std::isfinite(cell.value)) {
            sum += cell.value * cell.count;
            count += cell.count;
        }
    return count > 0 ? Value(sum / count) : std::nullopt;
}

double workingTime(const RunHistory& run) {
    double seconds = 0;
    for (const auto elapsed : run.steps.elapsedS)
        seconds = std::max(seconds, elapsed);
    for (const auto& row : run.resources)
        seconds = std::max(seconds, row.elapsedS);
    return seconds;
}

/// What holds a run against one that never saw the forgotten.
void addGold(std::vector<ColumnDefinition>& columns) {
    const auto add = [&](CompareColumn column, Value GoldFigures::*figure) {
        column.asked = true;
        columns.push_back({std::move(column), [figure](const Compared& of) { return exactly(of.gold.*figure); }, true});
    };
    add({"gold_forget_quality", "As gold, p",
         "How likely the truth ratios about the forgotten would differ as much if the model were gold, one that never "
         "saw them (TOFU's forget quality): below .05 it can be told from it. p of the two-sample Kolmogorov–Smirnov "
         "test; metric truth_ratio must have been measured.",
         1, 3, 1},
        &GoldFigures::forgetQuality);
    add({"gold_privacy_leak", "PrivLeak, %",
         "How well an onlooker tells what was forgotten, against gold: 0 as in gold, −100 as if nothing was forgotten, "
         "above 0 it was forgotten so hard that it shows. ((1 − A) − (1 − A_gold)) / (1 − A_gold) · 100, A the metric "
         "member_min_k, which must have been measured.",
         0, 1, -1},
        &GoldFigures::privacyLeak);
    add({"gold_distance_forget", "Distance to gold, forget",
         "How far the probabilities of the truths about the forgotten are from those of gold: mean Jensen–Shannon "
         "divergence, in bits, of \"the truth or anything else\".",
         -1, 3, 1},
        &GoldFigures::distanceForget);
    add({"gold_distance_retain", "Distance to gold, retain",
         "The same about what had to stay: mean Jensen–Shannon divergence, in bits.", -1, 3, 1},
        &GoldFigures::distanceRetain);
}

std::vector<ColumnDefinition> makeColumns() {
    std::vector<ColumnDefinition> columns;
    const auto describe = [](const MetricRow& row) { return fmt::format("{} {}", row.help, row.formula); };
    const auto full = [](const MetricRow& row) { return row.minimum < 0 ? -1 : row.maximum; };
    const auto forget = [&](const std::string& id, const std::string& metric, bool named = true) {
        const auto& row = metricRow(metric);
        columns.push_back({{id, row.name + (named ? ", forget" : ""), describe(row), row.betterOnForget, 3, full(row),
                            metric, Split::Forget, !row.asks.empty()},
                           [metric](const Compared& of) { return at(forgettingCurve(of.run, metric), of.stage); }});
    };
    const auto retain = [&](const std::string& id, const std::string& metric, bool named = true) {
        const auto& row = metricRow(metric);
        columns.push_back({{id, row.name + (named ? ", retain" : ""), describe(row), row.betterOnRetain, 3, full(row),
                            row.of == MetricOf::Sets ? metric : "", Split::Retain, !row.asks.empty()},
                           [metric](const Compared& of) { return at(retentionCurve(of.run, metric), of.stage); }});
    };
    const auto whole = [&](const RunMeasure& measure, const char* of, const char* shown, Split split) {
        const auto& row = metricRow(measure.metric);
        columns.push_back({{fmt::format("{}_{}", measure.column, of), fmt::format("{}, {}", row.name, shown),
                            describe(row), row.betterOnForget, 3, -1},
                           [=](const Compared& row) {
                               return exactly(row.stage > 0 ? measure.of(row.run, split, of, row.stage) : Value());
                           }});
    };
    forget("fq", "fq", false);
    retain("mu", "mu", false);
    forget("exact_forget", "exact");
    retain("exact_retain", "exact");
    forget("refusal_forget", "refusal");
    retain("refusal_retain", "refusal");
    forget("leak_forget", "leak");
    forget("gibberish_forget", "gibberish");
    retain("gibberish_retain", "gibberish");
    for (const auto& measure : runMeasures()) {
        whole(measure, "fq", "FQ", Split::Forget);
        whole(measure, "mu", "MU", Split::Retain);
    }
    const auto& route = metricRow("route");
    columns.push_back({{"route", route.name, describe(route), route.betterOnForget, 3, 1},
                       [](const Compared& of) { return exactly(overAll(of.run, of.stage, "route")); }});
    retain("bystander_refusal", "bystander_refusal", false);
    retain("later_refusal", "later_refusal", false);
    for (const auto& row : metricRows())
        if (!row.asks.empty()) {
            forget(row.id + "_forget", row.id);
            retain(row.id + "_retain", row.id);
        }
    addGold(columns);
    columns.push_back(
        {{"time_s", "Training + testing, s",
          "Time that training and testing took so far, in seconds; not in it is the preparation before (loading the "
          "model, reading or drawing the pictures and looking at them once).",
          -1, 1},
         [](const Compared& of) {
             const auto seconds = workingTime(of.run);
             return exactly(seconds > 0 ? Value(seconds) : std::nullopt);
         }});
    return columns;
}

const std::vector<ColumnDefinition>& definitions() {
    static const auto columns = makeColumns();
    return columns;
}

const ColumnDefinition& definition(const std::string& id) {
    std::vector<std::string> known;
    for (const auto& each : definitions()) {
        if (each.column.id == id)
            return each;
        known.push_back(each.column.id);
    }
    const auto near = nearestWord(id, known);
    throw inputError(
        "There is no column \"{}\" to compare. {}", id,
        near.empty() ? "See the documentation for those there are." : fmt::format("Did you mean \"{}\"?", near));
}

std::string orderOf(const RunHistory& run) {
    const bool letters = std::all_of(run.requests.begin(), run.requests.end(),
                                     [](const RequestRow& request) { return request.name.size() == 1; });
    std::string order;
    for (const auto& request : run.requests)
        order += (order.empty() || letters ? "" : ",") + request.name;
    return order;
}

/// ",low,high", both empty where too few entities are asked about.
std::string csvInterval(const AnswerInterval& sure) {
    return sure.interval ? fmt::format(",{},{}", sure.interval->low, sure.interval->high) : ",,";
}

bool withIntervals(const CompareTable& table) {
    return std::any_of(table.rows.begin(), table.rows.end(), [](const auto& row) { return !row.intervals.empty(); });
}

std::string escaped(const std::string& text, const std::map<char, std::string>& table) {
    std::string result;
    for (const auto c : text) {
        const auto found = table.find(c);
        result += found == table.end() ? std::string(1, c) : found->second;
    }
    return result;
}

std::string latexText(const std::string& text) {
    return escaped(text, {{'\\', "\\textbackslash{}"},
                          {'&', "\\&"},
                          {'%', "\\%"},
                          {'$', "\\$"},
                          {'#', "\\#"},
                          {'_', "\\_"},
                          {'{', "\\{"},
                          {'}', "\\}"},
                          {'~', "\\textasciitilde{}"},
                          {'^', "\\textasciicircum{}"}});
}

std::string markdownText(const std::string& text) {
    return escaped(text, {{'|', "\\|"}, {'\n', " "}});
}

std::string stageText(const CompareRow& row) {
    return fmt::format("{} of {}", row.stage, std::max(0, row.stageCount - 1));
}

/// The columns that were not asked for and that no run has.
void dropUnmeasured(CompareTable& table) {
    for (std::size_t i = table.columns.size(); i-- > 0;) {
        const auto place = static_cast<std::ptrdiff_t>(i);
        if (!table.columns[i].asked ||
            std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return row.values[i]; }))
            continue;
        table.columns.erase(table.columns.begin() + place);
        for (auto& row : table.rows) {
            row.values.erase(row.values.begin() + place);
            row.errors.erase(row.errors.begin() + place);
        }
    }
}

}  // namespace

const std::vector<CompareColumn>& compareColumns() {
    static const auto columns = [] {
        std::vector<CompareColumn> all;
        for (const auto& each : definitions())
            all.push_back(each.column);
        return all;
    }();
    return columns;
}

std::vector<AnswerRow> answersOf(const RunHistory& run, int stage) {
    std::vector<AnswerRow> rows;
    std::copy_if(run.answers.begin(), run.answers.end(), std::back_inserter(rows),
                 [&](const auto& row) { return row.stage == stage; });
    return rows;
}

CompareTable compareRuns(const std::vector<const RunHistory*>& runs, const std::vector<std::string>& columnIds,
                         std::optional<int> stage, const AnswersAt& answersAt) {
    CompareTable table;
    std::vector<const ColumnDefinition*> columns;
    for (const auto& id : columnIds)
        columns.push_back(&definition(id));
    if (columnIds.empty())
        for (const auto& each : definitions())
            columns.push_back(&each);
    for (const auto* each : columns)
        table.columns.push_back(each->column);
    const bool needsGold =
        std::any_of(columns.begin(), columns.end(), [](const auto* each) { return each->needsGold; });
    int longest = -1;
    for (const auto* run : runs)
        if (run->published.empty())
            longest = std::max(longest, run->stages - 1);
    for (const auto* run : runs) {
        const int last = run->published.empty() || longest < 0 ? run->stages - 1 : std::min(run->stages - 1, longest);
        CompareRow row{.name = shownName(*run),
                       .method = combinationTitle(choicesOf(run->spec)),
                       .order = orderOf(*run),
                       .images = run->spec.images,
                       .stage = stage.value_or(last),
                       .stageCount = run->stageCount(),
                       .makers = changeOfMakers(*run),
                       .published = run->published,
                       .reference = isReference(run->spec.method),
                       .endedEarly = {},
                       .values = {},
                       .errors = {},
                       .intervals = {}};
        for (int made = 1; made <= row.stage; ++made)
            if (const auto* request = run->endedEarly(made))
                row.endedEarly.push_back(*request);
        const auto gold = row.stage >= 0 && needsGold ? goldOf(*run, row.stage, runs) : std::nullopt;
        const auto figures =
            gold ? goldFigures(answersAt(*run, row.stage), answersAt(*gold->run, gold->stage), run->requests, row.stage)
                 : GoldFigures();
        for (const auto* each : columns) {
            const auto point = row.stage >= 0 ? each->value({*run, row.stage, figures}) : std::nullopt;
            row.values.push_back(point ? Value(point->value) : std::nullopt);
            row.errors.push_back(point ? point->standardError : 0);
        }
        table.rows.push_back(std::move(row));
    }
    if (columnIds.empty())
        dropUnmeasured(table);
    return table;
}

void addIntervals(CompareTable& table, const std::vector<const RunHistory*>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const AnswerIntervals intervals(*runs[i]);
        auto& row = table.rows.at(i);
        row.intervals.clear();
        for (std::size_t j = 0; j < table.columns.size(); ++j) {
            const auto& column = table.columns[j];
            row.intervals.push_back(row.values[j] ? intervals.point(row.stage, column.split, column.metric)
                                                  : std::nullopt);
        }
    }
}

std::optional<AnswerInterval> compareInterval(const CompareColumn& column, const AnswerIntervals& intervals,
                                              int stage) {
    return column.metric.empty() ? std::nullopt : intervals.point(stage, column.split, column.metric);
}

std::string csvText(const std::string& text) {
    if (text.find_first_of("\",\r\n") == std::string::npos)
        return text;
    std::string quoted(1, '"');
    for (const auto c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

bool isBest(const CompareTable& table, std::size_t column, const CompareRow& of, std::optional<int> decimals) {
    const auto& about = table.columns[column];
    const auto& value = of.values[column];
    const auto competes = [](const CompareRow& row) { return row.published.empty() && !row.reference; };
    const auto own = std::count_if(table.rows.begin(), table.rows.end(), competes);
    if (!value || about.better == 0 || !competes(of) || own < 2)
        return false;
    const double scale = std::pow(10, decimals.value_or(about.decimals));
    const auto shown = [&](double v) { return std::round(v * scale) * about.better; };
    return std::all_of(table.rows.begin(), table.rows.end(), [&](const CompareRow& row) {
        return !row.values[column] || !competes(row) || shown(*row.values[column]) <= shown(*value);
    });
}

std::vector<std::string> publishedNotes(const CompareTable& table) {
    std::vector<std::string> notes;
    for (const auto& row : table.rows)
        if (!row.published.empty() && std::find(notes.begin(), notes.end(), row.published) == notes.end())
            notes.push_back(row.published);
    return notes;
}

std::string shownName(const CompareRow& row) {
    const auto note = picturesNote(row.images);
    return note.empty() ? row.name : fmt::format("{} ({})", row.name, note);
}

std::string endedEarlyText(const CompareRow& row) {
    std::string text;
    for (const auto& request : row.endedEarly)
        text += fmt::format("{}{} after {} of {} steps", text.empty() ? "" : ", ", request.name, request.stepsDone,
                            request.stepsPlanned);
    return text;
}

std::string compareCsv(const CompareTable& table) {
    std::string text = "run,method,order,images,stage,stages,ended_early,published";
    for (const auto& column : table.columns)
        text += fmt::format(",{}", csvText(column.id));
    const bool intervals = withIntervals(table);
    for (const auto& column : table.columns)
        if (intervals && !column.metric.empty())
            text += fmt::format(",{0}_low,{0}_high,{0}_answers,{0}_entities", csvText(column.id));
    text += "\n";
    for (const auto& row : table.rows) {
        text += fmt::format("{},{},{},{},{},{},{},{}", csvText(row.name), csvText(row.method), csvText(row.order),
                            csvText(row.images), row.stage, row.stageCount, csvText(endedEarlyText(row)),
                            csvText(row.published));
        for (const auto& value : row.values)
            text += value ? fmt::format(",{}", *value) : ",";
        for (std::size_t i = 0; intervals && i < table.columns.size(); ++i)
            if (!table.columns[i].metric.empty())
                text += row.intervals[i]
                            ? csvInterval(*row.intervals[i]) +
                                  fmt::format(",{},{}", row.intervals[i]->answers, row.intervals[i]->entities)
                            : ",,,,";
        text += "\n";
    }
    return text;
}

std::string compareLatex(const CompareTable& table) {
    std::string text = "% needs \\usepackage{booktabs}\n\\begin{tabular}{llll" +
                       std::string(table.columns.size(), 'r') + "}\n\\toprule\nRun & Method & Order & Stage";
    for (const auto& column : table.columns)
        text += fmt::format(" & {}", latexText(column.title));
    text += " \\\\\n\\midrule\n";
    for (const auto& row : table.rows) {
        text +=
            fmt::format("{}{} & {} & {} & {}", latexText(shownName(row)), row.endedEarly.empty() ? "" : "$^{\\ast}$",
                        latexText(row.method), latexText(row.order), stageText(row));
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const auto number =
                row.values[i] ? fmt::format("{:.{}f}", *row.values[i], table.columns[i].decimals) : "--";
            text += isBest(table, i, row) ? fmt::format(" & \\textbf{{{}}}", number) : fmt::format(" & {}", number);
        }
        text += " \\\\\n";
    }
    text += "\\bottomrule\n";
    for (const auto& row : table.rows)
        if (!row.endedEarly.empty())
            text += fmt::format(
                "\\multicolumn{{{}}}{{l}}{{\\footnotesize $^{{\\ast}}$ {}: training ended early: {}.}} \\\\\n",
                4 + table.columns.size(), latexText(row.name), latexText(endedEarlyText(row)));
    for (const auto& note : publishedNotes(table))
        text += fmt::format("\\multicolumn{{{}}}{{l}}{{\\footnotesize published: {}.}} \\\\\n",
                            4 + table.columns.size(), latexText(note));
    return text + "\\end{tabular}\n";
}

std::string compareMarkdown(const CompareTable& table) {
    std::string text = "| Run | Method | Order | Stage |", rule = "|---|---|---|---|";
    for (const auto& column : table.columns) {
        text += fmt::format(" {} |", markdownText(column.title));
        rule += "--:|";
    }
    text += "\n" + rule + "\n";
    for (const auto& row : table.rows) {
        text +=
            fmt::format("| {}{} | {} | {} | {} |", markdownText(shownName(row)), row.endedEarly.empty() ? "" : " \\*",
                        markdownText(row.method), markdownText(row.order), stageText(row));
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const auto number = row.values[i] ? fmt::format("{:.{}f}", *row.values[i], table.columns[i].decimals) : "–";
            text += isBest(table, i, row) ? fmt::format(" **{}** |", number) : fmt::format(" {} |", number);
        }
        text += "\n";
    }
    for (const auto& row : table.rows)
        if (!row.endedEarly.empty())
            text += fmt::format("\n\\* {}: training ended early: {}.\n", markdownText(row.name),
                                markdownText(endedEarlyText(row)));
    for (const auto& note : publishedNotes(table))
        text += fmt::format("\npublished: {}.\n", markdownText(note));
    return text;
}

std::string compareJson(const CompareTable& table) {
    auto columns = nlohmann::ordered_json::array();
    for (const auto& column : table.columns)
        columns.push_back(
            {{"id", column.id}, {"title", column.title}, {"help", column.help}, {"better", column.better}});
    auto rows = nlohmann::ordered_json::array();
    for (const auto& row : table.rows) {
        auto values = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < row.values.size(); ++i)
            values[table.columns[i].id] = row.values[i] ? nlohmann::ordered_json(*row.values[i]) : nullptr;
        auto& json = rows.emplace_back(nlohmann::ordered_json{{"run", row.name},
                                                              {"method", row.method},
                                                              {"order", row.order},
                                                              {"images", row.images},
                                                              {"stage", row.stage},
                                                              {"stages", row.stageCount},
                                                              {"values", std::move(values)}});
        for (std::size_t i = 0; i < row.intervals.size(); ++i)
            if (const auto& sure = row.intervals[i]) {
                auto& about = json["certainty"][table.columns[i].id];
                about = {{"answers", sure->answers}, {"entities", sure->entities}};
                if (sure->interval)
                    about["interval_95"] = {sure->interval->low, sure->interval->high};
            }
        if (!row.makers.empty())
            json["made_with"] = row.makers;
        if (!row.published.empty())
            json["published"] = row.published;
        for (const auto& request : row.endedEarly)
            json["ended_early"].push_back({{"request", request.name},
                                           {"steps_done", request.stepsDone},
                                           {"steps_planned", request.stepsPlanned}});
    }
    return nlohmann::ordered_json{{"columns", std::move(columns)}, {"runs", std::move(rows)}}.dump(
               2, ' ', false, nlohmann::json::error_handler_t::replace) +
           "\n";
}

}  // namespace lacuna
