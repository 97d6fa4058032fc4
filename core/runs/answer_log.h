// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <array>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace lacuna {

/// How many answers were judged so, in the order of verdictRows.
struct VerdictTally {
    std::array<int, verdictRows.size()> counts{};

    int judged() const { return std::accumulate(counts.begin(), counts.end(), 0); }
    int of(Verdict verdict) const { return counts[static_cast<std::size_t>(verdict)]; }
    /// What most of the answers show; of equals the one that stands first, and so knows more. Nothing where none was
    /// judged.
    std::optional<Verdict> most() const;
    bool operator==(const VerdictTally&) const = default;
};

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
    /// All of one stage, by entity.
    std::vector<AnswerRow> at(int stage) const;
    /// How its answers of one stage were judged; unpacks none.
    VerdictTally tally(std::string_view entity, int stage) const;
    /// take(entity, stage, verdict) of every judged answer, entity by entity; unpacks none.
    template <typename Take>
    void eachVerdict(Take&& take) const {
        for (const auto& [entity, entries] : m_about)
            for (const auto& entry : entries)
                if (entry.verdict >= 0)
                    take(std::string_view(m_texts[entity]), entry.stage, static_cast<Verdict>(entry.verdict));
    }

private:
    struct Packer;
    struct Unpacker;
    struct Entry {
        int stage = 0;
        std::int8_t verdict = -1;  ///< −1 = none
        std::uint64_t at = 0;      ///< its first byte
    };

    std::uint32_t idOf(const std::string& text);
    AnswerRow unpacked(const Entry& entry) const;

    std::deque<std::string> m_texts;  // which never move
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
    std::vector<char> m_bytes;
    std::unordered_map<std::uint32_t, std::vector<Entry>> m_about;  // by the entity's id
    std::size_t m_count = 0;
};

}  // namespace lacuna
