#pragma once
#include "core/runs/run_records.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// A question that somebody put to the model of one stage of a run, and its answer.
struct OwnProbe {
    int stage = 0;
    std::string image;  ///< file
    std::string question;
    std::string about;  ///< id of the entity that was looked at
    AnswerRow answer;
    bool operator==(const OwnProbe&) const = default;
};

/// extra/probes.json of a run folder, in the order they were answered; none when there is no such file. Throws
/// InputError for a damaged one.
std::vector<OwnProbe> readOwnProbes(const std::filesystem::path& folder);

/// Adds one, in place of an earlier answer to the same question; also while the run works. Throws ResourceError with
/// the old file untouched, InputError when that is damaged.
void keepOwnProbe(const std::filesystem::path& folder, const OwnProbe& probe);

}  // namespace lacuna
