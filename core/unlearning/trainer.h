#pragma once
#include "core/base/parameter.h"
#include "core/runs/run_records.h"
#include "core/training/loaded_model.h"
#include "core/training/optimizer.h"
#include "core/unlearning/objective.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// One question–answer pair to train on; `picture` is a row of the projected features.
struct TrainingPair {
    std::string question, answer;
    std::int64_t picture = 0;
};

/// What one request trains on.
struct TrainingSets {
    std::vector<TrainingPair> forget, retain;
    PictureFeatures projected;
};

/// What a request trains: LoRA on the decoder ("language"), projector and tower themselves ("vision"), or both.
enum class TrainedParts { Language, Vision, Both };

/// How a trainer works beside its method and parameters.
struct TrainerOptions {
    std::uint64_t seed = 0;
    TrainedParts parts = TrainedParts::Language;
    bool recomputes = false;  ///< see TrainingPass
};

/// Trains one adapter for one request, step by step. Every draw comes from (seed, step), so a position is a step number
/// alone and a restored trainer goes on with the same bits.
class Trainer {
public:
    /// `adapter` is trained in place. Outputs of the original model (adapter off; with `reference_drifts` on, as it is
    /// now) that the objective wants are computed here, once: [samples] sums, or log probabilities of the retain
    /// answers (4 bytes × answer tokens × vocabulary of the retain set, in the machine's memory). Throws InputError for
    /// an empty set the method needs. Where projector and tower are trained, `adapter` gets its copies of them unless
    /// it has them, and pictures are looked at anew in every step.
    Trainer(const LoadedModel& model, TrainingSets sets, const std::string& method, const ParameterValues& parameters,
            Adapter& adapter, const TrainerOptions& options);
    ~Trainer();

    std::int64_t totalSteps() const;
    std::int64_t stepsDone() const;
    /// One optimizer step; `stage` and `elapsedS` of the row are the caller's to fill. Throws InputError when loss or
    /// gradient is no finite number (the adapter keeps its last good values), InternalError when no factor is being
    /// trained.
    StepRow step();

    /// Factors and moments by name; restore puts them back and goes on after `steps`.
    std::vector<std::pair<std::string, at::Tensor>> state() const;
    void restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace lacuna
