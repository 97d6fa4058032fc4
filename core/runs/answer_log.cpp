// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_log.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace lacuna {

/// Writes an answer's columns one behind the other, numbers as they stand, texts as their ids.
struct AnswerLog::Packer {
    AnswerLog& log;

    template <typename Value>
    requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
    void operator()(Value value) {
        const auto at = log.m_bytes.size();
        log.m_bytes.resize(at + sizeof value);
        std::memcpy(log.m_bytes.data() + at, &value, sizeof value);
    }
    void operator()(const std::string& text) { (*this)(log.idOf(text)); }
    void operator()(const std::optional<Verdict>& verdict) {
        (*this)(verdict ? static_cast<std::int8_t>(*verdict) : std::int8_t{-1});
    }
    void operator()(const std::optional<double>& value) {
        (*this)(value.has_value());
        if (value)
            (*this)(*value);
    }
    void operator()(const NearEntity& near) {
        (*this)(near.entity);
        (*this)(near.score);
    }
    void operator()(const TokenMark& mark) {
        TokenMark::columns([&](const char*, auto member, bool) { (*this)(mark.*member); });
    }
    template <typename Item>
    void operator()(const std::vector<Item>& items) {
        (*this)(static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items)
            (*this)(item);
    }
};

/// The way back, column by column.
struct AnswerLog::Unpacker {
    const AnswerLog& log;
    std::size_t at;

    template <typename Value>
    Value next() {
        Value value;
        (*this)(value);
        return value;
    }
    template <typename Value>
    requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
    void operator()(Value& value) {
        std::memcpy(&value, log.m_bytes.data() + at, sizeof value);
        at += sizeof value;
    }
    void operator()(std::string& text) { text = log.m_texts[next<std::uint32_t>()]; }
    void operator()(std::optional<Verdict>& verdict) {
        const auto number = next<std::int8_t>();
        verdict = number < 0 ? std::nullopt : std::optional(static_cast<Verdict>(number));
    }
    void operator()(std::optional<double>& value) {
        value = next<bool>() ? std::optional(next<double>()) : std::nullopt;
    }
    void operator()(NearEntity& near) {
        (*this)(near.entity);
        (*this)(near.score);
    }
    void operator()(TokenMark& mark) {
        TokenMark::columns([&](const char*, auto member, bool) { (*this)(mark.*member); });
    }
    template <typename Item>
    void operator()(std::vector<Item>& items) {
        items.resize(next<std::uint32_t>());
        for (auto& item : items)
            (*this)(item);
    }
};

std::optional<Verdict> VerdictTally::most() const {
    const auto most = std::max_element(counts.begin(), counts.end());
    return *most > 0 ? std::optional(static_cast<Verdict>(most - counts.begin())) : std::nullopt;
}

AnswerLog::AnswerLog(const std::vector<AnswerRow>& rows) {
    append(rows);
    m_bytes.shrink_to_fit();
}

std::uint32_t AnswerLog::idOf(const std::string& text) {
    if (const auto known = m_ids.find(text); known != m_ids.end())
        return known->second;
    const auto id = static_cast<std::uint32_t>(m_texts.size());
    m_ids.emplace(m_texts.emplace_back(text), id);
    return id;
}

void AnswerLog::append(const std::vector<AnswerRow>& rows) {
    for (const auto& row : rows) {
        auto& about = m_about[idOf(row.entity)];
        const auto later = [](int stage, const Entry& entry) { return stage < entry.stage; };
        const auto verdict = static_cast<std::int8_t>(row.verdict ? static_cast<int>(*row.verdict) : -1);
        about.insert(std::upper_bound(about.begin(), about.end(), row.stage, later),
                     {row.stage, verdict, m_bytes.size()});
        Packer pack{*this};
        AnswerRow::columns([&](const char*, auto member, bool) { pack(row.*member); });
        pack(row.tokens);
    }
    m_count += rows.size();
}

void AnswerLog::forgetFrom(int stage) {
    AnswerLog kept;
    for (const auto& [entity, entries] : m_about) {
        auto rows = about(m_texts[entity]);
        std::erase_if(rows, [stage](const AnswerRow& row) { return row.stage >= stage; });
        kept.append(rows);
    }
    *this = std::move(kept);
}

VerdictTally AnswerLog::tally(std::string_view entity, int stage) const {
    VerdictTally tally;
    const auto id = m_ids.find(entity);
    const auto entries = id == m_ids.end() ? m_about.end() : m_about.find(id->second);
    if (entries == m_about.end())
        return tally;
    const auto& all = entries->second;
    auto entry = std::partition_point(all.begin(), all.end(), [stage](const Entry& e) { return e.stage < stage; });
    for (; entry != all.end() && entry->stage == stage; ++entry)
        if (entry->verdict >= 0)
            ++tally.counts[static_cast<std::size_t>(static_cast<Verdict>(entry->verdict))];
    return tally;
}

std::vector<AnswerRow> AnswerLog::about(std::string_view entity) const {
    std::vector<AnswerRow> rows;
    const auto id = m_ids.find(entity);
    const auto entries = id == m_ids.end() ? m_about.end() : m_about.find(id->second);
    if (entries == m_about.end())
        return rows;
    for (const auto& entry : entries->second)
        rows.push_back(unpacked(entry));
    return rows;
}

std::vector<AnswerRow> AnswerLog::at(int stage) const {
    std::vector<AnswerRow> rows;
    for (std::uint32_t id = 0; id < m_texts.size(); ++id)
        if (const auto entries = m_about.find(id); entries != m_about.end())
            for (const auto& entry : entries->second)
                if (entry.stage == stage)
                    rows.push_back(unpacked(entry));
    return rows;
}

AnswerRow AnswerLog::unpacked(const Entry& entry) const {
    Unpacker unpack{*this, entry.at};
    AnswerRow row;
    AnswerRow::columns([&](const char*, auto member, bool) { unpack(row.*member); });
    unpack(row.tokens);
    return row;
}

}  // namespace lacuna
