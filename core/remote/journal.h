// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace lacuna {

/// What a service answered, by what it was asked: on the disk before it counts, so that no question is paid for twice,
/// whatever kills the program. A line of JSON each: {"asked": key, "about": for people, "answer": text}.
class Journal {
public:
    /// `file` may not be there yet; empty = kept in memory alone. A last line that was cut short is left out. Throws
    /// InputError for a file that is no journal.
    explicit Journal(std::filesystem::path file);

    std::optional<std::string> answer(const std::string& asked) const;
    /// Throws ResourceError when it cannot be written.
    void keep(const std::string& asked, const std::string& about, const std::string& answer);
    std::size_t size() const { return m_answers.size(); }

private:
    std::filesystem::path m_file;
    std::map<std::string, std::string> m_answers;
    std::size_t m_bytes = 0;  ///< of whole lines in the file
};

}  // namespace lacuna
