// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/table_wire.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::uint64_t mostBytes = std::uint64_t{4} << 30;
constexpr std::size_t mostParts = 10000;

/// What follows on the wire.
enum class Frame : unsigned char { Attributes = 1, Table, Column, Failed, End };

[[noreturn]] void nonsense(std::string_view what) {
    throw inputError("The reader of run files answered with {}. The file is damaged.", what);
}

void writeFrame(Frame frame, const WireWrite& write) {
    write(&frame, sizeof frame);
}

void writeCount(std::uint64_t count, const WireWrite& write) {
    write(&count, sizeof count);
}

void writeText(std::string_view text, const WireWrite& write) {
    writeCount(text.size(), write);
    write(text.data(), text.size());
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

std::uint64_t readCount(const WireRead& read, std::uint64_t most) {
    std::uint64_t count = 0;
    read(&count, sizeof count);
    if (count > most)
        nonsense("more than a file can hold");
    return count;
}

/// Room is made as the bytes arrive: a count alone, which a damaged file may have made, takes no memory.
template <typename Values>
void readInto(Values& values, std::uint64_t count, const WireRead& read) {
    constexpr std::size_t unit = sizeof(typename Values::value_type);
    for (std::size_t at = 0; at < count;) {
        const auto more = std::min<std::size_t>(count - at, std::max(at, (std::size_t{16} << 20) / unit));
        values.resize(at + more);
        read(values.data() + at, more * unit);
        at += more;
    }
}

std::string readText(const WireRead& read) {
    std::string text;
    readInto(text, readCount(read, mostBytes), read);
    return text;
}

template <typename T>
void readValues(std::vector<T>& values, const WireRead& read) {
    values.clear();
    readInto(values, readCount(read, mostBytes / sizeof(T)), read);
}

void readValues(TextColumn& texts, const WireRead& read) {
    texts.bytes = readText(read);
    readValues(texts.ends, read);
    if (!std::is_sorted(texts.ends.begin(), texts.ends.end()) ||
        (!texts.ends.empty() && texts.ends.back() > texts.bytes.size()))
        nonsense("texts outside their bytes");
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

void readColumn(TableFile& content, const WireRead& read) {
    if (content.tables.empty() || content.tables.back().columns.size() > mostParts)
        nonsense("a column of no table");
    auto& table = content.tables.back();
    auto& column = table.columns.emplace_back(Column{readText(read), {}});
    column.values = emptyValues(readCount(read, static_cast<std::uint64_t>(ColumnType::Text)));
    std::visit([&](auto& values) { readValues(values, read); }, column.values);
    if (column.size() != table.rows())
        nonsense("columns of different length");
}

}  // namespace

void WireSink::attributes(const std::map<std::string, std::string>& attributes) {
    writeFrame(Frame::Attributes, m_write);
    writeCount(attributes.size(), m_write);
    for (const auto& [name, text] : attributes) {
        writeText(name, m_write);
        writeText(text, m_write);
    }
}

void WireSink::table(const std::string& name) {
    writeFrame(Frame::Table, m_write);
    writeText(name, m_write);
}

void WireSink::column(const Column& column) {
    writeFrame(Frame::Column, m_write);
    writeText(column.name, m_write);
    writeCount(column.values.index(), m_write);
    std::visit([&](const auto& values) { writeValues(values, m_write); }, column.values);
}

void WireSink::end() {
    writeFrame(Frame::End, m_write);
}

void WireSink::failed(const Error& error) {
    writeFrame(Frame::Failed, m_write);
    writeCount(static_cast<std::uint64_t>(error.kind()), m_write);
    writeText(error.what(), m_write);
}

TableFileResult readFromWire(const WireRead& read) {
    TableFileResult result;
    while (true) {
        Frame frame{};
        read(&frame, sizeof frame);
        switch (frame) {
            case Frame::Attributes:
                for (auto left = readCount(read, mostParts); left > 0; --left) {
                    auto name = readText(read);
                    result.content.attributes[std::move(name)] = readText(read);
                }
                break;
            case Frame::Table:
                if (result.content.tables.size() > mostParts)
                    nonsense("tables without end");
                result.content.tables.push_back({readText(read), {}});
                break;
            case Frame::Column:
                readColumn(result.content, read);
                break;
            case Frame::Failed: {
                const auto kind = readCount(read, static_cast<std::uint64_t>(ErrorKind::Internal));
                result.error = Error(static_cast<ErrorKind>(kind), readText(read));
                return result;
            }
            case Frame::End:
                return result;
            default:
                nonsense("what it never says");
        }
    }
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
