// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava.h"
#include "core/models/lora.h"
#include "core/runs/run_folder.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

/// Is what was made elsewhere a whole checkpoint, or an adapter? Throws InputError for a folder that is neither.
bool isWholeCheckpoint(const std::filesystem::path& folder);

/// Throws InputError for a stage that is no adapter or checkpoint for the model that lies in `model`, another
/// architecture, size or vocabulary: as far as headers tell, before anything is loaded. `note` takes what only the user
/// can judge: an adapter that names another base.
void checkGivenStages(const std::vector<std::filesystem::path>& stages, const std::filesystem::path& model,
                      const std::function<void(const std::string&)>& note);

/// Archives stages 1, 2, … in `folder` as a run's own: a copy of each adapter, and of a checkpoint, which may
/// be large and stays where it is, its hash. What is there whole already stays. Throws InputError, ResourceError,
/// Cancelled.
void takeGivenStages(const std::vector<std::filesystem::path>& stages, const Llava& network, const std::string& base,
                     const RunFolder& folder);

/// Keeps the last whole checkpoint that answered: one at a time beside the original.
class WholeStage {
public:
    /// The checkpoint in `folder`, in the type and format of `base`. Throws InputError where its files are not those of
    /// the hash any more, ResourceError, Cancelled.
    Adapter of(const std::filesystem::path& folder, const std::string& hash, const Llava& base);
    void drop() { m_adapter = {}; }

private:
    Adapter m_adapter;
    std::string m_hash;
};

/// What takeGivenStages archived. A checkpoint is loaded from where it lies now, `given`, or taken from `kept` (may be
/// null).
Adapter readGivenStage(const std::filesystem::path& given, const std::filesystem::path& archived, const Llava& network,
                       WholeStage* kept);

}  // namespace lacuna
