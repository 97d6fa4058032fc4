// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lacuna {

/// What a column holds. Flag: 0 or 1 in a byte. Text: UTF-8.
enum class ColumnType { Int32, Int64, Float32, Float64, Flag, Text };

/// Texts of any length, one after the other: `ends[i]` is where text i stops.
struct TextColumn {
    std::string bytes;
    std::vector<std::uint64_t> ends;

    std::size_t size() const { return ends.size(); }
    std::string_view operator[](std::size_t index) const {
        const auto begin = index == 0 ? 0 : ends[index - 1];
        return std::string_view(bytes).substr(begin, ends[index] - begin);
    }
    void push_back(std::string_view text) {
        bytes += text;
        ends.push_back(bytes.size());
    }
    bool operator==(const TextColumn&) const = default;
};

/// In the order of ColumnType.
using ColumnValues = std::variant<std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<float>,
                                  std::vector<double>, std::vector<std::uint8_t>, TextColumn>;

struct Column {
    std::string name;
    ColumnValues values;

    ColumnType type() const { return static_cast<ColumnType>(values.index()); }
    std::size_t size() const {
        return std::visit([](const auto& v) { return v.size(); }, values);
    }
    bool operator==(const Column&) const = default;
};

/// Columns of equal length.
struct Table {
    std::string name;
    std::vector<Column> columns;

    std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
    bool operator==(const Table&) const = default;
};

/// A run file as plain data: text attributes and tables. Absent tables and columns are simply not in it.
struct TableFile {
    std::map<std::string, std::string> attributes;
    std::vector<Table> tables;
    bool operator==(const TableFile&) const = default;
};

/// What to read of a table: these columns, from this row on.
struct TableSpec {
    struct ColumnSpec {
        std::string name;
        ColumnType type = ColumnType::Float64;
    };
    std::string name;
    std::vector<ColumnSpec> columns;
    std::uint64_t firstRow = 0;
};

}  // namespace lacuna
