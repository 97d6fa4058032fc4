#include "core/runs/tables/table_wire.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::uint64_t mostBytes = std::uint64_t{4} << 30;

void writeCount(std::uint64_t count, const WireWrite& write) {
    write(&count, sizeof count);
}

std::uint64_t readCount(const WireRead& read, std::uint64_t most) {
    std::uint64_t count = 0;
    read(&count, sizeof count);
    if (count > most)
        throw inputError(
            "The reader of run files answered with {} values where at most {} can be. The file is damaged.", count,
            most);
    return count;
}

template <typename T>
void writeValues(const std::vector<T>& values, const WireWrite& write) {
    writeCount(values.size(), write);
    write(values.data(), values.size() * sizeof(T));
}

void writeValues(const TextColumn& texts, const WireWrite& write) {
    writeText(texts.bytes, write);
    writeValues(texts.ends, write);
}

template <typename T>
void readValues(std::vector<T>& values, const WireRead& read) {
    values.resize(readCount(read, mostBytes / sizeof(T)));
    read(values.data(), values.size() * sizeof(T));
}

void readValues(TextColumn& texts, const WireRead& read) {
    texts.bytes = readText(read);
    readValues(texts.ends, read);
    if (!std::is_sorted(texts.ends.begin(), texts.ends.end()) ||
        (!texts.ends.empty() && texts.ends.back() > texts.bytes.size()))
        throw inputError("The reader of run files answered with texts outside their bytes. The file is damaged.");
}

ColumnValues emptyValues(std::uint64_t type) {
    switch (static_cast<ColumnType>(type)) {
        case ColumnType::Int32:
            return std::vector<std::int32_t>{};
        case ColumnType::Int64:
            return std::vector<std::int64_t>{};
        case ColumnType::Float32:
            return std::vector<float>{};
        case ColumnType::Float64:
            return std::vector<double>{};
        case ColumnType::Flag:
            return std::vector<std::uint8_t>{};
        case ColumnType::Text:
            break;
    }
    return TextColumn{};
}

}  // namespace

void writeText(std::string_view text, const WireWrite& write) {
    writeCount(text.size(), write);
    write(text.data(), text.size());
}

std::string readText(const WireRead& read) {
    std::string text(readCount(read, mostBytes), '\0');
    read(text.data(), text.size());
    return text;
}

void writeTables(const TableFile& content, const WireWrite& write) {
    writeCount(content.attributes.size(), write);
    for (const auto& [name, text] : content.attributes) {
        writeText(name, write);
        writeText(text, write);
    }
    writeCount(content.tables.size(), write);
    for (const auto& table : content.tables) {
        writeText(table.name, write);
        writeCount(table.columns.size(), write);
        for (const auto& column : table.columns) {
            writeText(column.name, write);
            writeCount(column.values.index(), write);
            std::visit([&](const auto& values) { writeValues(values, write); }, column.values);
        }
    }
}

TableFile readTables(const WireRead& read) {
    TableFile content;
    for (auto left = readCount(read, 1000); left > 0; --left) {
        auto name = readText(read);
        content.attributes[std::move(name)] = readText(read);
    }
    for (auto left = readCount(read, 1000); left > 0; --left) {
        auto& table = content.tables.emplace_back(Table{readText(read), {}});
        for (auto columns = readCount(read, 1000); columns > 0; --columns) {
            auto& column = table.columns.emplace_back(Column{readText(read), {}});
            column.values = emptyValues(readCount(read, static_cast<std::uint64_t>(ColumnType::Text)));
            std::visit([&](auto& values) { readValues(values, read); }, column.values);
            if (column.size() != table.rows())
                throw inputError("The reader of run files answered with columns of different length in {}.",
                                 table.name);
        }
    }
    return content;
}

std::string encodeSpecs(const std::vector<TableSpec>& specs) {
    auto json = nlohmann::json::array();
    for (const auto& spec : specs) {
        auto columns = nlohmann::json::array();
        for (const auto& column : spec.columns)
            columns.push_back({column.name, static_cast<int>(column.type)});
        json.push_back({spec.name, spec.firstRow, columns});
    }
    return json.dump();
}

std::vector<TableSpec> decodeSpecs(std::string_view text) {
    std::vector<TableSpec> specs;
    for (const auto& item : nlohmann::json::parse(text)) {
        TableSpec spec{item.at(0).get<std::string>(), {}, item.at(1).get<std::uint64_t>()};
        for (const auto& column : item.at(2))
            spec.columns.push_back({column.at(0).get<std::string>(), static_cast<ColumnType>(column.at(1).get<int>())});
        specs.push_back(std::move(spec));
    }
    return specs;
}

}  // namespace lacuna
