// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

namespace lacuna {

/// The answers of a run, kept packed: a text that stands in many of them (a question, a truth, a token) is held once.
/// An answer of the demo takes about a fifth of an AnswerRow. Ordered by stage, within one as they came.
class AnswerLog {
public:
    AnswerLog() = default;
    explicit AnswerLog(const std::vector<AnswerRow>& rows);
    AnswerLog(AnswerLog&&) = default;
    AnswerLog& operator=(AnswerLog&&) = default;

    void append(const std::vector<AnswerRow>& rows);
    void forgetFrom(int stage);  ///< takes out the answers of that stage and of later ones
    std::size_t size() const { return m_count; }
    /// All about one entity.
    std::vector<AnswerRow> about(std::string_view entity) const;

private:
    struct Packer;
    struct Unpacker;
    struct Entry {
        int stage = 0;
        std::uint64_t at = 0;  ///< its first byte
    };

    std::uint32_t idOf(const std::string& text);

    std::deque<std::string> m_texts;  // which never move
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
    std::vector<char> m_bytes;
    std::unordered_map<std::uint32_t, std::vector<Entry>> m_about;  // by the entity's id
    std::size_t m_count = 0;
};

}  // namespace lacuna
