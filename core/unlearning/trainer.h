// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/catalog/combination.h"
#include "core/runs/run_records.h"
#include "core/training/optimizer.h"
#include "core/unlearning/methods/objective.h"
#include "core/unlearning/training_sets.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// How a trainer works beside its objective and parameters.
struct TrainerOptions {
    std::string method;  ///< as errors name it
    std::uint64_t seed = 0;
    TrainedRow part = {"", "", "", true};           ///< which part of the model changes
    bool recomputes = false;                        ///< see TrainingPass
    std::vector<const Adapter*> earlier = {};       ///< of earlier requests, for objectives that look at them
    bool onTop = false;                             ///< they act too, unchanged
    std::function<void(Adapter&)> constraint = {};  ///< what the adapter may not have, see Arrangement::constraint
};

/// Throws InputError where an objective needs what is not there: a retain set, pictures of bystanders, a decoder layer.
/// `method` is named.
void checkNeeds(const ObjectiveNeeds& needs, const std::string& method, bool hasRetain, bool hasUnknown,
                std::int64_t decoderLayers);

/// A loss or a gradient was no finite number.
class Diverged : public Error {
public:
    using Error::Error;
};

/// Trains one adapter for one request, step by step. Every draw comes from (seed, step), so a position is a step number
/// alone and a restored trainer goes on with the same bits. It serves what the objective needs and knows no method.
class Trainer {
public:
    /// `adapter` is trained in place. Outputs of the original model (adapter off; with a drifting reference on, as it
    /// is now) that the objective needs are computed here, once, and the objective is prepared. Throws InputError for
    /// an empty set that it needs, Cancelled. Where projector and tower are trained, `adapter` gets
    /// its copies of them unless it has them, and pictures are looked at anew in every step.
    Trainer(const LoadedModel& model, TrainingSets sets, std::unique_ptr<Objective> objective,
            const ParameterValues& parameters, Adapter& adapter, const TrainerOptions& options);
    ~Trainer();

    std::int64_t totalSteps() const;
    std::int64_t stepsDone() const;
    /// One optimizer step; `stage` and `elapsedS` of the row are the caller's to fill. Throws Diverged when loss or
    /// gradient is no finite number: the adapter is then as before the last step that was made here, which is taken
    /// back (see stepsDone). Throws InternalError when no factor is being trained.
    StepRow step();
    /// What of the adapter got no gradient in the first steps, a sentence; empty where all did, or they are not made.
    std::string untrained() const;

    /// What is trained, in the order of Adapter::parameters; `put` gives it other values.
    const std::vector<at::Tensor>& trained() const;
    void put(const std::vector<at::Tensor>& values);

    /// Factors, moments and the objective's own by name; restore puts them back and goes on after `steps`.
    std::vector<std::pair<std::string, at::Tensor>> state() const;
    void restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace lacuna
