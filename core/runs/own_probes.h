// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// A question that somebody put to the model of one stage of a run, and its answer.
struct OwnProbe {
    int stage = 0;
    std::string image;  ///< file; of a benchmark's picture as it was found when it was asked, see `entity`
    std::string question;
    std::string about;  ///< id of the entity that was looked at
    AnswerRow answer;
    /// A picture of the benchmark: which, so that it is found wherever the benchmark lies. View −1 = a picture of the
    /// user's own, or asked about by a Lacuna that kept paths alone.
    std::string entity = {};
    int view = -1;
    bool operator==(const OwnProbe&) const = default;
};

/// Pictures of the user's own up to this size are copied into the run folder, so that a copied run keeps them.
constexpr std::uintmax_t largestKeptPicture = std::uintmax_t{16} << 20;

/// extra/probes.json of a run folder, in the order they were answered; none when there is no such file. Pictures that
/// were copied are told where their copies lie now. Throws InputError for a damaged one.
std::vector<OwnProbe> readOwnProbes(const std::filesystem::path& folder);

/// Adds one, in place of an earlier answer to the same question; also while the run works. A picture of the user's own
/// is copied to extra/pictures, named by its content; one that is too large or gone stays as a path. Throws
/// ResourceError with the old file untouched, InputError when that is damaged.
void keepOwnProbe(const std::filesystem::path& folder, const OwnProbe& probe);

}  // namespace lacuna
