// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_tables.h"

#include "core/base/error.h"
#include "core/runs/makers.h"
#include "core/runs/row_codec.h"
#include "core/runs/storable_text.h"
#include "core/runs/tables/table_read.h"
#include "core/runs/tables/table_wire.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <type_traits>

namespace lacuna {
namespace {

Table tableOf(const StepColumns& steps) {
    Table table{std::string(StepRow::table), {}};
    StepColumns::columns([&](const char* name, auto column, auto, bool) {
        table.columns.push_back({name, steps.*column});
    });
    return table;
}

Table tokenTable(const std::vector<AnswerRow>& answers, std::size_t firstAnswer) {
    std::vector<std::int64_t> owners;
    std::vector<TokenMark> tokens;
    for (std::size_t row = 0; row < answers.size(); ++row) {
        owners.insert(owners.end(), answers[row].tokens.size(), static_cast<std::int64_t>(firstAnswer + row));
        tokens.insert(tokens.end(), answers[row].tokens.begin(), answers[row].tokens.end());
    }
    auto table = tableOf(tokens);
    table.columns.insert(table.columns.begin(), {TokenMark::owner, std::move(owners)});
    return table;
}

/// Columns that were not asked for stay empty.
void fill(StepColumns& steps, Table& table, const TableSpec& asked) {
    const auto rows = table.rows();
    StepColumns::columns([&](const char* name, auto column, auto, bool required) {
        using Values = std::decay_t<decltype(steps.*column)>;
        if (auto* values = findColumn<Values>(table, name, required))
            steps.*column = std::move(*values);
        else if (std::any_of(asked.columns.begin(), asked.columns.end(), [&](const auto& c) { return c.name == name; }))
            (steps.*column).resize(rows, std::numeric_limits<typename Values::value_type>::quiet_NaN());
    });
}

/// What the rows of one table need beside its columns.
template <typename Rows>
void complete(Rows&, Table&, TableFile&, const TableSpec&, std::string_view) {}

/// The tokens, each by the number of its answer's row, of which the file holds some before the first that was read.
void attachTokens(std::vector<AnswerRow>& answers, Table& table, std::uint64_t firstAnswer) {
    std::vector<TokenMark> tokens;
    fill(tokens, table, {});
    const auto& owners = *findColumn<std::vector<std::int64_t>>(table, TokenMark::owner, true);
    for (std::size_t row = 0; row < owners.size(); ++row) {
        const auto at = owners[row] - static_cast<std::int64_t>(firstAnswer);
        if (at < 0 || static_cast<std::size_t>(at) >= answers.size())
            throw inputError("row {} belongs to answer {} of {}", row, at, answers.size());
        answers[static_cast<std::size_t>(at)].tokens.push_back(std::move(tokens[row]));
    }
}

void complete(std::vector<AnswerRow>& answers, Table& table, TableFile& content, const TableSpec& asked,
              std::string_view where) {
    // Files of format 1.0 lack the column; both gates there were abstained below their threshold.
    if (!findColumn<std::vector<std::uint8_t>>(table, "abstained"))
        for (auto& row : answers)
            row.abstained = abstainedBelow(row);
    if (auto* tokens = findTable(content, TokenMark::table))
        try {
            attachTokens(answers, *tokens, asked.firstRow);
        } catch (const Error& e) {
            refuseTable(where, TokenMark::table, e.what());
        }
}

template <typename Rows>
void read(Rows& rows, TableFile& content, const std::vector<TableSpec>& asked, std::string_view where) {
    const auto name = RowOf<Rows>::table;
    const auto spec = std::find_if(asked.begin(), asked.end(), [&](const auto& s) { return s.name == name; });
    auto* table = spec == asked.end() ? nullptr : findTable(content, name);
    if (!table)
        return;
    try {
        fill(rows, *table, *spec);
    } catch (const Error& e) {
        refuseTable(where, name, e.what());
    }
    complete(rows, *table, content, *spec, where);
}

void makeRowStorable(auto& row) {
    using Row = std::decay_t<decltype(row)>;
    Row::columns([&](const char*, auto member, bool) {
        using Value = typename MemberType<decltype(member)>::Type;
        if constexpr (std::is_same_v<Value, std::string>)
            makeStorable(row.*member);
        else if constexpr (std::is_same_v<Value, std::vector<NearEntity>>)
            for (auto& near : row.*member)
                makeStorable(near.entity);
    });
    if constexpr (requires { row.tokens; })
        for (auto& mark : row.tokens)
            makeRowStorable(mark);
}

}  // namespace

std::vector<TableSpec> tableSpecs(const TableChoice& choice) {
    std::vector<TableSpec> specs;
    const auto wanted = [&](std::string_view table) { return choice.only.empty() || choice.only.contains(table); };
    if (wanted(RequestRow::table))
        specs.push_back(specOf<RequestRow>(choice));
    RunRows::tables([&](auto table) {
        using Row = RowOf<typename MemberType<decltype(table)>::Type>;
        if (!wanted(Row::table))
            return;
        specs.push_back(specOf<Row>(choice));
        if (std::is_same_v<Row, AnswerRow> && wanted(TokenMark::table))
            specs.push_back(specOf<TokenMark>(choice));
    });
    return specs;
}

Table requestTable(const std::vector<RequestRow>& requests) {
    auto table = tableOf(requests);
    std::vector<std::int32_t> index(requests.size());
    std::iota(index.begin(), index.end(), 0);
    table.columns.insert(table.columns.begin(), {"index", std::move(index)});
    return table;
}

std::vector<Table> rowTables(const RunRows& rows, std::size_t firstAnswer) {
    std::vector<Table> tables;
    RunRows::tables([&](auto table) {
        tables.push_back(tableOf(rows.*table));
        if constexpr (std::is_same_v<decltype(table), std::vector<AnswerRow> RunRows::*>)
            tables.push_back(tokenTable(rows.*table, firstAnswer));
    });
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

RunRows rowsFromTables(TableFile& content, const std::vector<TableSpec>& asked, std::string_view where) {
    RunRows rows;
    RunRows::tables([&](auto table) { read(rows.*table, content, asked, where); });
    return rows;
}

std::vector<RequestRow> requestsFromTables(TableFile& content, std::string_view where) {
    std::vector<RequestRow> requests;
    read(requests, content, {specOf<RequestRow>({})}, where);
    return requests;
}

namespace {

const TableChoice keptTables{.only = {AnswerRow::table, TokenMark::table}};

}

std::string answerBytes(const std::vector<AnswerRow>& rows) {
    std::string bytes;
    WireSink sink([&](const void* from, std::size_t count) { bytes.append(static_cast<const char*>(from), count); });
    for (const auto& table : {tableOf(rows), tokenTable(rows, 0)}) {
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
    return rowsFromTables(found.content, tableSpecs(keptTables), "kept answers").answers;
}

std::string answerColumns() {
    return encodeSpecs(tableSpecs(keptTables));
}

void makeStorable(RunRows& rows) {
    RunRows::tables([&](auto table) {
        if constexpr (!std::is_same_v<decltype(table), StepColumns RunRows::*>)  // numbers alone
            for (auto& row : rows.*table)
                makeRowStorable(row);
    });
}

}  // namespace lacuna
