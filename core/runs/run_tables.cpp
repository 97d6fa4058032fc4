// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_tables.h"

#include "core/base/error.h"
#include "core/runs/makers.h"
#include "core/runs/storable_text.h"
#include "core/runs/tables/table_read.h"
#include "core/runs/tables/table_wire.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <type_traits>

namespace lacuna {
namespace {

using Json = nlohmann::json;

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
        if (const auto split = splitFromId(values[row]))
            return *split;
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

template <>
struct Stored<std::vector<std::string>> {
    using Values = TextColumn;
    static void add(Values& values, const std::vector<std::string>& value) {
        values.push_back(Json(value).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    static std::vector<std::string> from(const Values& values, std::size_t row) {
        try {
            return Json::parse(values[row]).get<std::vector<std::string>>();
        } catch (const Json::exception&) {
            throw inputError("row {}: \"{}\" is not a JSON list of texts", row, values[row].substr(0, 40));
        }
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

template <typename Rows>
using RowOf = typename std::decay_t<Rows>::value_type;

template <typename Row>
TableSpec specOf(const TableChoice& choice) {
    TableSpec spec{std::string(Row::table), {}};
    if (const auto first = choice.first.find(Row::table); first != choice.first.end())
        spec.firstRow = first->second;
    if constexpr (requires { Row::owner; })
        spec.columns.push_back({Row::owner, ColumnType::Int64});
    Row::columns([&](const char* name, auto member, bool required) {
        if (required || choice.columns.empty() || choice.columns.contains(name))
            spec.columns.push_back({name, columnType<typename MemberType<decltype(member)>::Type>()});
    });
    return spec;
}

template <typename Row>
Table tableOf(const std::vector<Row>& rows) {
    Table table{std::string(Row::table), {}};
    Row::columns([&](const char* name, auto member, bool) {
        using Codec = Stored<typename MemberType<decltype(member)>::Type>;
        typename Codec::Values values;
        for (const auto& row : rows)
            Codec::add(values, row.*member);
        table.columns.push_back({name, std::move(values)});
    });
    return table;
}

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

Table* findTable(TableFile& content, std::string_view name) {
    const auto found =
        std::find_if(content.tables.begin(), content.tables.end(), [&](const Table& t) { return t.name == name; });
    return found == content.tables.end() ? nullptr : &*found;
}

/// Null when the table lacks the column, or has one of another type.
template <typename Values>
Values* findColumn(Table& table, std::string_view name) {
    for (auto& column : table.columns)
        if (column.name == name)
            return std::get_if<Values>(&column.values);
    return nullptr;
}

template <typename Values>
Values* findColumn(Table& table, std::string_view name, bool required) {
    auto* values = findColumn<Values>(table, name);
    if (!values && required)
        throw inputError("column \"{}\" is missing", name);
    return values;
}

[[noreturn]] void refuse(std::string_view where, std::string_view table, std::string_view what) {
    throw inputError("{}: table /{}: {}. The file is damaged, or not made by Lacuna.", where, table, what);
}

template <typename Row>
void fill(std::vector<Row>& rows, Table& table, const TableSpec&) {
    rows.resize(table.rows());
    Row::columns([&](const char* name, auto member, bool required) {
        using Codec = Stored<typename MemberType<decltype(member)>::Type>;
        const auto* values = findColumn<typename Codec::Values>(table, name, required);
        for (std::size_t row = 0; values && row < rows.size(); ++row)
            rows[row].*member = Codec::from(*values, row);
    });
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
            refuse(where, TokenMark::table, e.what());
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
        refuse(where, name, e.what());
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
