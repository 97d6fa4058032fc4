// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/evaluation/scoring.h"

#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// How believable a text is as an answer, whoever the picture shows: its mean cross-entropy under the ORIGINAL model,
/// put to a neutral picture (Llava::meanPicture). With its own picture a wrong
/// name would look as unlikely as nonsense to a model that is sure of the right one.
class Fluency {
public:
    using Answered = std::pair<std::string, std::string>;  ///< question, answer

    /// The neutral picture is made of `pictures` among `projected`.
    Fluency(const LoadedModel& model, const PictureFeatures& projected, const std::vector<std::int64_t>& pictures,
            std::size_t batch);

    /// Nats per token, closing EOS included, one per pair; equal pairs are scored once.
    /// `done` is called between batches with the pairs done since.
    std::vector<double> nats(const std::vector<Answered>& answers, const BatchDone& done = {}) const;

    /// The bound beyond which an answer is gibberish: the largest of what fluent answers get, true and false, plus
    /// `marginNats` per token. Fluent answers are the truth of every question of every entity, put to the same
    /// question of the next two entities of its class (there it is plausible and wrong).
    double bound(const Benchmark& benchmark, double marginNats, const ProgressFunction& progress = {}) const;

private:
    const LoadedModel& m_model;
    PictureFeatures m_neutral;  ///< one
    std::size_t m_batch;
};

}  // namespace lacuna
