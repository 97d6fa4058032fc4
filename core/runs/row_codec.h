// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: how a row that describes its columns stands in a table of a file.
#include "core/base/error.h"
#include "core/runs/run_records.h"
#include "core/runs/run_tables.h"
#include "core/runs/tables/table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace lacuna {

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
/// NaN = nothing.
template <>
struct Stored<std::optional<double>> {
    using Values = std::vector<double>;
    static void add(Values& values, const std::optional<double>& value) { values.push_back(value.value_or(NAN)); }
    static std::optional<double> from(const Values& values, std::size_t row) {
        return std::isnan(values[row]) ? std::nullopt : std::optional(values[row]);
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
        auto json = nlohmann::json::array();
        for (const auto& near : value)
            json.push_back({{"entity", near.entity}, {"score", near.score}});
        values.push_back(value.empty() ? "" : json.dump());
    }
    static std::vector<NearEntity> from(const Values& values, std::size_t row) {
        std::vector<NearEntity> nearest;
        if (values[row].empty())
            return nearest;
        try {
            for (const auto& item : nlohmann::json::parse(values[row]))
                nearest.push_back({item.at("entity").get<std::string>(), item.at("score").get<double>()});
        } catch (const nlohmann::json::exception&) {
            throw inputError("row {}: \"nearest\" is not a list of entities with scores", row);
        }
        return nearest;
    }
};

template <>
struct Stored<std::vector<std::string>> {
    using Values = TextColumn;
    static void add(Values& values, const std::vector<std::string>& value) {
        values.push_back(nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    static std::vector<std::string> from(const Values& values, std::size_t row) {
        try {
            return nlohmann::json::parse(values[row]).get<std::vector<std::string>>();
        } catch (const nlohmann::json::exception&) {
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

inline Table* findTable(TableFile& content, std::string_view name) {
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

[[noreturn]] inline void refuseTable(std::string_view where, std::string_view table, std::string_view what) {
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

}  // namespace lacuna
