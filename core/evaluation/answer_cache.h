// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Answers of the original model, kept per (model, plan, judge) so that a stage 0 is measured once.
/// A file holds every column of the answers' tables behind its own SHA-256 and is replaced as a whole; another set of
/// columns is another file.
class AnswerCache {
public:
    /// `key` says everything the answers depend on; its hash is the file's name below `folder`.
    AnswerCache(const std::filesystem::path& folder, const std::string& key);

    /// Nothing when there is no such file, or when it is cut short or damaged: then the answers are measured anew.
    std::optional<std::vector<AnswerRow>> read() const;
    /// Throws ResourceError.
    void write(const std::vector<AnswerRow>& rows) const;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace lacuna
