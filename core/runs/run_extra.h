// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// One answer somebody wants to find again.
struct AnswerPin {
    int stage = 0;
    int task = 0;
    Split split = Split::Forget;
    std::string entity;
    std::string kind;
    int phrasing = 0;
    int view = 0;
    bool operator==(const AnswerPin&) const = default;
};

/// What people add to a run; decides no number of it.
struct RunExtra {
    std::string notes;
    std::vector<std::string> tags;
    bool pinned = false;  ///< the run stays on top
    std::vector<AnswerPin> pins;
    bool operator==(const RunExtra&) const = default;
};

/// extra/notes.json of a run folder; an empty one when there is none. Throws InputError for a damaged file.
RunExtra readRunExtra(const std::filesystem::path& folder);

/// Replaces it as a whole; also while the run works. Throws ResourceError with the old file untouched.
void writeRunExtra(const std::filesystem::path& folder, const RunExtra& extra);

}  // namespace lacuna
