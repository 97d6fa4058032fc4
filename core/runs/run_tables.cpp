// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_tables.h"

#include "core/base/error.h"
#include "core/runs/answer_columns.h"
#include "core/runs/makers.h"
#include "core/runs/storable_text.h"
#include "core/runs/tables/table_read.h"
#include "core/runs/tables/table_wire.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace lacuna {
namespace {

using Json = nlohmann::json;

// A table is said once, as pairs of column name and member; writing, reading and the request for columns follow.
// Required columns make a row what it is; others may be absent in files of other minor versions.

template <typename Columns, typename Visitor>
void visitSteps(Columns& steps, Visitor&& visit) {
    visit("stage", steps.stage);
    visit("step", steps.step);
    visit("epoch", steps.epoch);
    visit("loss", steps.loss);
    visit("forget_loss", steps.forgetLoss);
    visit("retain_loss", steps.retainLoss);
    visit("grad_norm", steps.gradNorm);
    visit("lr", steps.lr);
    visit("tokens_per_s", steps.tokensPerS);
    visit("elapsed_s", steps.elapsedS);
}

template <typename Visitor>
void visitCells(Visitor&& visit) {
    visit("stage", &CellRow::stage, true);
    visit("task", &CellRow::task, true);
    visit("split", &CellRow::split, true);
    visit("metric", &CellRow::metric, true);
    visit("value", &CellRow::value, true);
    visit("stderr", &CellRow::standardError, false);
    visit("count", &CellRow::count, false);
}

template <typename Visitor>
void visitResources(Visitor&& visit) {
    visit("elapsed_s", &ResourceRow::elapsedS, true);
    visit("cpu_mib", &ResourceRow::cpuMib, false);
    visit("gpu_mib", &ResourceRow::gpuMib, false);
}

// How one C++ type stands in a column.

template <typename T>
struct Stored {
    using Values = std::vector<T>;
    static void add(Values& values, const T& value) { values.push_back(value); }
    static T from(const Values& values, std::size_t row) { return values[row]; }
};
template <>
struct Stored<bool> {
    using Values = std::vector<std::uint8_t>;
    static void add(Values& values, bool value) { values.push_back(value ? 1 : 0); }
    static bool from(const Values& values, std::size_t row) { return values[row] != 0; }
};
template <>
struct Stored<std::string> {
    using Values = TextColumn;
    static void add(Values& values, const std::string& value) { values.push_back(value); }
    static std::string from(const Values& values, std::size_t row) { return std::string(values[row]); }
};
template <>
struct Stored<Split> {
    using Values = TextColumn;
    static void add(Values& values, Split value) { values.push_back(splitId(value)); }
    static Split from(const Values& values, std::size_t row) {
        if (values[row] == splitId(Split::Forget))
            return Split::Forget;
        if (values[row] == splitId(Split::Retain))
            return Split::Retain;
        throw inputError("row {}: \"{}\" is no split", row, values[row].substr(0, 40));
    }
};
template <>
struct Stored<std::optional<Verdict>> {
    using Values = TextColumn;
    static void add(Values& values, const std::optional<Verdict>& value) {
        values.push_back(value ? verdictRow(*value).id : std::string_view());
    }
    static std::optional<Verdict> from(const Values& values, std::size_t row) {
        if (values[row].empty())
            return std::nullopt;
        if (const auto verdict = verdictFromId(values[row]))
            return verdict;
        throw inputError("row {}: \"{}\" is no verdict", row, values[row].substr(0, 40));
    }
};
template <>
struct Stored<std::vector<NearEntity>> {
    using Values = TextColumn;
    static void add(Values& values, const std::vector<NearEntity>& value) {
        auto json = Json::array();
        for (const auto& near : value)
            json.push_back({{"entity", near.entity}, {"score", near.score}});
        values.push_back(value.empty() ? "" : json.dump());
    }
    static std::vector<NearEntity> from(const Values& values, std::size_t row) {
        std::vector<NearEntity> nearest;
        if (values[row].empty())
            return nearest;
        try {
            for (const auto& item : Json::parse(values[row]))
                nearest.push_back({item.at("entity").get<std::string>(), item.at("score").get<double>()});
        } catch (const Json::exception&) {
            throw inputError("row {}: \"nearest\" is not a list of entities with scores", row);
        }
        return nearest;
    }
};

template <typename Member>
struct MemberType;
template <typename Row, typename T>
struct MemberType<T Row::*> {
    using Type = T;
};

template <typename T>
ColumnType columnType() {
    return static_cast<ColumnType>(ColumnValues(typename Stored<T>::Values{}).index());
}

/// Collects the column specs of a table of rows.
struct SpecCollector {
    std::vector<TableSpec::ColumnSpec>& columns;
    template <typename Member>
    void operator()(const char* name, Member, bool) const {
        columns.push_back({name, columnType<typename MemberType<Member>::Type>()});
    }
};

template <typename Row>
struct ColumnMaker {
    const std::vector<Row>& rows;
    std::vector<Column>& columns;
    template <typename Member>
    void operator()(const char* name, Member member, bool) const {
        using Codec = Stored<typename MemberType<Member>::Type>;
        typename Codec::Values values;
        for (const auto& row : rows)
            Codec::add(values, row.*member);
        columns.push_back({name, std::move(values)});
    }
};

const Table* findTable(const TableFile& content, std::string_view name) {
    const auto found =
        std::find_if(content.tables.begin(), content.tables.end(), [&](const Table& t) { return t.name == name; });
    return found == content.tables.end() ? nullptr : &*found;
}

template <typename Values>
const Values* findColumn(const Table& table, std::string_view name) {
    for (const auto& column : table.columns)
        if (column.name == name)
            return std::get_if<Values>(&column.values);
    return nullptr;
}

[[noreturn]] void refuse(std::string_view where, std::string_view table, std::string_view what) {
    throw inputError("{}: table /{}: {}. The file is damaged, or not made by Lacuna.", where, table, what);
}

template <typename Row>
struct RowFiller {
    const Table& table;
    std::vector<Row>& rows;
    template <typename Member>
    void operator()(const char* name, Member member, bool required) const {
        using Codec = Stored<typename MemberType<Member>::Type>;
        const auto* values = findColumn<typename Codec::Values>(table, name);
        if (!values && required)
            throw inputError("column \"{}\" is missing", name);
        for (std::size_t row = 0; values && row < rows.size(); ++row)
            rows[row].*member = Codec::from(*values, row);
    }
};

template <typename Row, typename Visit>
std::vector<Row> filledRows(const TableFile& content, const char* name, std::string_view where, Visit&& visit) {
    std::vector<Row> rows;
    const auto* table = findTable(content, name);
    if (!table)
        return rows;
    rows.resize(table->rows());
    try {
        visit(RowFiller<Row>{*table, rows});
    } catch (const Error& e) {
        refuse(where, name, e.what());
    }
    return rows;
}

StepColumns stepsFrom(TableFile& content, std::string_view where) {
    StepColumns steps;
    auto found =
        std::find_if(content.tables.begin(), content.tables.end(), [](const Table& t) { return t.name == "steps"; });
    if (found == content.tables.end())
        return steps;
    visitSteps(steps, [&](const char* name, auto& values) {
        for (auto& column : found->columns)
            if (column.name == name) {
                auto* read = std::get_if<std::decay_t<decltype(values)>>(&column.values);
                if (!read)
                    refuse(where, "steps", fmt::format("column \"{}\" is of another type", name));
                values = std::move(*read);
            }
    });
    if (steps.step.size() != steps.stage.size())
        refuse(where, "steps", "column \"stage\" or \"step\" is missing");
    return steps;
}

/// Files of format 1.0 lack the column; both gates there were abstained below their threshold.
void completeAbstained(const TableFile& content, std::vector<AnswerRow>& answers) {
    const auto* table = findTable(content, "answers");
    if (!table || findColumn<std::vector<std::uint8_t>>(*table, "abstained"))
        return;
    for (auto& row : answers)
        row.abstained = abstainedBelow(row);
}

void attachTokens(const TableFile& content, std::vector<AnswerRow>& answers, std::string_view where,
                  std::size_t firstAnswer) {
    const auto* table = findTable(content, "tokens");
    if (!table)
        return;
    const auto* answer = findColumn<std::vector<std::int64_t>>(*table, "answer");
    const auto* token = findColumn<TextColumn>(*table, "token");
    const auto* logProbability = findColumn<std::vector<float>>(*table, "log_probability");
    if (!answer || !token || !logProbability)
        refuse(where, "tokens", "a column is missing");
    for (std::size_t row = 0; row < answer->size(); ++row) {
        const auto at = (*answer)[row] - static_cast<std::int64_t>(firstAnswer);
        if (at < 0 || static_cast<std::size_t>(at) >= answers.size())
            refuse(where, "tokens", fmt::format("row {} belongs to answer {} of {}", row, at, answers.size()));
        answers[static_cast<std::size_t>(at)].tokens.push_back({std::string((*token)[row]), (*logProbability)[row]});
    }
}

Table tokenTable(const std::vector<AnswerRow>& answers, std::size_t firstAnswer) {
    std::vector<std::int64_t> answer;
    TextColumn token;
    std::vector<float> logProbability;
    for (std::size_t row = 0; row < answers.size(); ++row)
        for (const auto& mark : answers[row].tokens) {
            answer.push_back(static_cast<std::int64_t>(firstAnswer + row));
            token.push_back(mark.token);
            logProbability.push_back(mark.logProbability);
        }
    return {
        "tokens",
        {{"answer", std::move(answer)}, {"token", std::move(token)}, {"log_probability", std::move(logProbability)}}};
}

template <typename Row, typename Visit>
Table tableOf(const char* name, const std::vector<Row>& rows, Visit&& visit) {
    Table table{name, {}};
    visit(ColumnMaker<Row>{rows, table.columns});
    return table;
}

}  // namespace

std::vector<TableSpec> tableSpecs(const TableChoice& choice) {
    std::vector<TableSpec> specs;
    const auto rows = [&](bool wanted, const char* name, auto&& visit) {
        if (wanted)
            visit(SpecCollector{specs.emplace_back(TableSpec{name, {}}).columns});
    };
    if (choice.requests)
        specs.push_back({"requests",
                         {{"name", ColumnType::Text},
                          {"forget_entities", ColumnType::Text},
                          {"retain_entities", ColumnType::Text},
                          {"steps_done", ColumnType::Int64},
                          {"steps_planned", ColumnType::Int64}}});
    if (choice.steps) {
        auto& columns = specs.emplace_back(TableSpec{"steps", {}}).columns;
        StepColumns steps;
        visitSteps(steps, [&](const std::string& name, auto& values) {
            const bool asked =
                choice.stepColumns.empty() || name == "stage" || name == "step" ||
                std::find(choice.stepColumns.begin(), choice.stepColumns.end(), name) != choice.stepColumns.end();
            if (asked)
                columns.push_back({name, static_cast<ColumnType>(ColumnValues(values).index())});
        });
    }
    rows(choice.cells, "cells", [](auto&& v) { visitCells(v); });
    rows(choice.answers, "answers", [](auto&& v) { visitAnswers(v); });
    if (choice.answers && choice.tokens)
        specs.push_back(
            {"tokens",
             {{"answer", ColumnType::Int64}, {"token", ColumnType::Text}, {"log_probability", ColumnType::Float32}}});
    rows(choice.resources, "resources", [](auto&& v) { visitResources(v); });
    return specs;
}

Table requestTable(const std::vector<RequestRow>& requests) {
    std::vector<std::int32_t> index;
    TextColumn name, forget, retain;
    std::vector<std::int64_t> done, planned;
    for (const auto& request : requests) {
        index.push_back(static_cast<std::int32_t>(index.size()));
        name.push_back(request.name);
        forget.push_back(Json(request.forgetEntities).dump(-1, ' ', false, Json::error_handler_t::replace));
        retain.push_back(Json(request.retainEntities).dump(-1, ' ', false, Json::error_handler_t::replace));
        done.push_back(request.stepsDone);
        planned.push_back(request.stepsPlanned);
    }
    return {"requests",
            {{"index", std::move(index)},
             {"name", std::move(name)},
             {"forget_entities", std::move(forget)},
             {"retain_entities", std::move(retain)},
             {"steps_done", std::move(done)},
             {"steps_planned", std::move(planned)}}};
}

std::vector<Table> rowTables(const RunRows& rows, std::size_t firstAnswer) {
    std::vector<Table> tables;
    auto& steps = tables.emplace_back(Table{"steps", {}});
    visitSteps(rows.steps, [&](const char* name, const auto& values) { steps.columns.push_back({name, values}); });
    tables.push_back(tableOf("cells", rows.cells, [](auto&& v) { visitCells(v); }));
    tables.push_back(tableOf("answers", rows.answers, [](auto&& v) { visitAnswers(v); }));
    tables.push_back(tokenTable(rows.answers, firstAnswer));
    tables.push_back(tableOf("resources", rows.resources, [](auto&& v) { visitResources(v); }));
    return tables;
}

std::map<std::string, std::string> fileAttributes(const RunSpec& spec, const std::vector<StageMaker>& makers) {
    return {{"format", runFormat},
            {"format_version", runFormatVersion},
            {"lacuna_version", LACUNA_VERSION},
            {"created_utc", spec.createdUtc},
            {"spec", toJson(spec)},
            {"made_with", makersToJson(makers)}};
}

RunRows rowsFromTables(TableFile& content, std::string_view where, std::size_t firstAnswer) {
    RunRows rows;
    rows.steps = stepsFrom(content, where);
    rows.cells = filledRows<CellRow>(content, "cells", where, [](auto&& v) { visitCells(v); });
    rows.answers = filledRows<AnswerRow>(content, "answers", where, [](auto&& v) { visitAnswers(v); });
    completeAbstained(content, rows.answers);
    attachTokens(content, rows.answers, where, firstAnswer);
    rows.resources = filledRows<ResourceRow>(content, "resources", where, [](auto&& v) { visitResources(v); });
    return rows;
}

std::vector<RequestRow> requestsFromTables(const TableFile& content, std::string_view where) {
    std::vector<RequestRow> requests;
    const auto* table = findTable(content, "requests");
    if (!table)
        return requests;
    const auto* name = findColumn<TextColumn>(*table, "name");
    const auto* forget = findColumn<TextColumn>(*table, "forget_entities");
    const auto* retain = findColumn<TextColumn>(*table, "retain_entities");
    const auto* done = findColumn<std::vector<std::int64_t>>(*table, "steps_done");  // of later minor versions
    const auto* planned = findColumn<std::vector<std::int64_t>>(*table, "steps_planned");
    if (!name || !forget || !retain)
        refuse(where, "requests", "a column is missing");
    try {
        for (std::size_t row = 0; row < name->size(); ++row)
            requests.push_back({std::string((*name)[row]), Json::parse((*forget)[row]).get<std::vector<std::string>>(),
                                Json::parse((*retain)[row]).get<std::vector<std::string>>(), done ? (*done)[row] : -1,
                                planned ? (*planned)[row] : -1});
    } catch (const Json::exception&) {
        refuse(where, "requests", "a list of entities is not a JSON list of texts");
    }
    return requests;
}

std::string answerBytes(const std::vector<AnswerRow>& rows) {
    std::string bytes;
    WireSink sink([&](const void* from, std::size_t count) { bytes.append(static_cast<const char*>(from), count); });
    for (const auto& table : {tableOf("answers", rows, [](auto&& v) { visitAnswers(v); }), tokenTable(rows, 0)}) {
        sink.table(table.name);
        for (const auto& column : table.columns)
            sink.column(column);
    }
    sink.end();
    return bytes;
}

std::vector<AnswerRow> answersFromBytes(std::string_view bytes) {
    auto found = readFromWire([&](void* into, std::size_t count) {
        if (count > bytes.size())
            throw inputError("Kept answers end too early.");
        bytes.copy(static_cast<char*>(into), count);
        bytes.remove_prefix(count);
    });
    return rowsFromTables(found.content, "kept answers").answers;
}

std::string answerColumns() {
    TableChoice choice;
    choice.requests = choice.steps = choice.cells = choice.resources = false;
    return encodeSpecs(tableSpecs(choice));
}

AnswerRow storableAnswer(AnswerRow row) {
    for (auto* text : {&row.entity, &row.question, &row.kind, &row.image, &row.answer, &row.truth, &row.gateChoice})
        makeStorable(*text);
    for (auto& near : row.nearest)
        makeStorable(near.entity);
    for (auto& mark : row.tokens)
        makeStorable(mark.token);
    return row;
}

}  // namespace lacuna
