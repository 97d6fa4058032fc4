// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/training/batch.h"
#include "core/training/loaded_model.h"
#include "core/unlearning/methods/objective.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// One question–answer pair to train on. Either may be missing of the question's text and its picture.
struct TrainingPair {
    std::string question, answer;
    std::int64_t picture = 0;  ///< a row of the projected features; −1 = none
};

/// What one request trains on.
struct TrainingSets {
    std::vector<TrainingPair> forget, retain;
    PictureFeatures projected;
    std::vector<TrainingPair> unknown = {};  ///< Pass::Unknown, refusals as their answers
};

/// The sets of one request as tokens, and which samples each step takes of them. Every draw comes from (seed, step), so
/// that a position is a step number alone.
class StepSamples {
public:
    /// Tokenises what `needs` names. `sets` and `model` outlive it. Throws InputError for an empty forget set.
    StepSamples(const LoadedModel& model, const TrainingSets& sets, const ObjectiveNeeds& needs, std::int64_t batch,
                std::uint64_t seed);

    std::int64_t stepsPerEpoch() const;
    /// Rows of the pass's set for a step: forget samples are a slice of the epoch's shuffle; as many retain samples
    /// walk through shuffles of the retain set of their own.
    std::vector<std::size_t> rows(Pass pass, std::int64_t step) const;
    /// The samples of some rows. A forget sample's refusal is another one each epoch, or one for good where the
    /// original model's word on it is needed (it is computed once).
    std::vector<Sample> samples(Pass pass, const std::vector<std::size_t>& rows, std::int64_t epoch) const;
    /// All of a pass's set, refusals as in the first epoch.
    const std::vector<Sample>& all(Pass pass) const { return m_tokenised.at(pass); }

private:
    std::vector<std::size_t> order(std::size_t count, const std::string& purpose) const;
    Sample sampleOf(const TrainingPair& pair, const std::string& answer, bool textOnly) const;
    Sample refused(std::size_t row, std::int64_t epoch) const;

    const LoadedModel& m_model;
    const TrainingSets& m_sets;
    std::map<Pass, std::vector<Sample>> m_tokenised;
    bool m_fixedRefusals = false;
    std::int64_t m_batch;
    std::uint64_t m_seed;
};

}  // namespace lacuna
