// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/models/llava/llava_config.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>

namespace lacuna {

/// How a small LLaVA is made from nothing. LLaVA's recipe in small: a tower that knows names, then instructions with
/// the tower frozen. Source: Liu et al. 2023, arXiv 2304.08485; the tower's pretraining by names stands in for CLIP's
/// captions.
struct RecipeOptions {
    VisionConfig vision;
    TextConfig text;  ///< `vocabulary` is what the tokenizer aims at; the model gets what it reached
    std::int64_t towerSteps = 600, towerBatch = 128;
    double towerRate = 2e-3;
    std::int64_t instructionSteps = 1500, instructionBatch = 64;
    double instructionRate = 3e-3;
    /// Steps whose samples are drawn together and dealt out by length, so that little is padded: 1 where all answers
    /// are about as short.
    std::int64_t stepsByLength = 1;
    int shiftedCopies = 4;  ///< of each training view, slightly moved and lit otherwise, whose features are cached
    /// Of the instructions: pictures that show nothing, answered by a refusal. A published model knows how to decline;
    /// one that never said so cannot be taught to in sixty steps.
    double emptyShare = 0.06;
    std::uint64_t seed = 1;
    /// Places in Benchmark::entities of whom the model is never shown and never told anything; its tokenizer is that of
    /// all texts, so that it can be held against a model that was.
    std::set<int> leftOut = {};
    double checkpointEveryS = 20;
};

/// Sizes that fit a benchmark: the embedded one's 0.6 k facts, or MLUBench's 3 k sentences.
RecipeOptions recipeFor(const Benchmark& benchmark);

/// What the finished model can do, measured on held-out views.
struct RecipeResult {
    std::optional<double> towerAccuracy;  ///< names told from held-out views by its pretraining head; nothing when the
                                          ///< tower came from a checkpoint
    double exact = 0;  ///< answers exactly right over all held-out views, questions and phrasings asked
    double rougeL = 0;
    std::int64_t asked = 0;
    std::int64_t parameters = 0;
    double seconds = 0;  ///< of training, also over a cancelled and resumed making
};

/// Where a making that was cancelled or killed left what it had: there while `folder` holds an unfinished model.
std::filesystem::path recipeCheckpointFile(const std::filesystem::path& folder);

/// In the cache folder: of the benchmark's content and the options, so that what was made once is found again.
std::filesystem::path keptModelFolder(const Benchmark& benchmark, const RecipeOptions& options);

/// Is there a finished model?
bool isMade(const std::filesystem::path& folder);

/// Makes the model in `folder` (Hugging Face layout). A cancelled or killed making goes on from its last checkpoint
/// when called again with the same benchmark and options; the finished folder holds none. Same seed and threads = same
/// bits. Throws InputError (a picture is missing, the folder holds another model), ResourceError, Cancelled.
RecipeResult trainSmallModel(const Benchmark& benchmark, const RecipeOptions& options,
                             const std::filesystem::path& folder, const ProgressFunction& progress);

}  // namespace lacuna
