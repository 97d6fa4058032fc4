// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/subject.h"
#include "core/unlearning/gates/gate.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// Where what is learnt lives along the sequence: which adapters the model after a stage consists of, what a request
/// trains and from what start, and what answers. Knows names and adapters, nothing of files' contents or the trainer.
class Arrangement {
public:
    virtual ~Arrangement() = default;
    /// The archived adapters, below the run folder, that the model after the last of `requests` consists of, in the
    /// order `subject` gets them; the last is the one that this request trained.
    virtual std::vector<std::filesystem::path> adapterFolders(const std::vector<std::string>& requests) const = 0;
    /// Does a request's adapter go on from the one before, or start at the original weights?
    virtual bool goesOn() const = 0;
    /// What answers after the last of `requests`. Adapters and gate (null where the row uses none) outlive it.
    virtual std::unique_ptr<Subject> subject(const std::vector<Adapter>& adapters, const Gate* gate,
                                             const std::vector<std::string>& requests) const = 0;
};

/// How an arrangement of the catalog is made: one row each.
struct ArrangementFactory {
    std::string_view arrangement;  ///< id in the catalog
    std::unique_ptr<Arrangement> (*make)();
};
const std::vector<ArrangementFactory>& arrangementFactories();

std::unique_ptr<Arrangement> makeArrangement(std::string_view id);

/// `adapters/stage-003` of a run folder.
std::filesystem::path stageFolder(int stage);

}  // namespace lacuna
