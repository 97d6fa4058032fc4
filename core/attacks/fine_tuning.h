// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/attacks/attack.h"
#include "core/training/optimizer.h"
#include "core/unlearning/training_sets.h"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace lacuna {

/// One pair that an attacker trains on, as the target serves its picture.
struct TaughtSample {
    Sample sample;
    AdapterMix mix;   ///< what answers it; the attack's own is trained on top
    int entity = -1;  ///< index into the benchmark's entities; −1 = none of them
};

/// Pairs as samples of the target: routed, with the instruction that would stand in front. Their pictures are among the
/// features. `entities` one per pair.
std::vector<TaughtSample> taughtSamples(const AttackTarget& target, const std::vector<TrainingPair>& pairs,
                                        const std::vector<int>& entities);

/// Everything about these entities (indices into the benchmark's), by first phrasings on training views.
std::vector<TaughtSample> samplesAbout(const AttackTarget& target, const std::vector<int>& entities);

struct LeakedSamples {
    std::vector<TaughtSample> samples;
    std::string note;  ///< where they are fewer than asked for, why
};

/// A pair about each of `count` of the forgotten, chosen by the seed, on training views and first phrasings. Where that
/// would leave nobody to be asked about, half of the forgotten are taught. Throws DoesNotApply where one alone is.
LeakedSamples leakedSamples(const AttackTarget& target, std::int64_t count, std::uint64_t seed);

/// The ids of the entities that samples are about, each once.
std::vector<std::string> taughtEntities(const AttackTarget& target, const std::vector<TaughtSample>& samples);

/// Walks through samples in a new order each time, drawn from the seed.
class SampleWalk {
public:
    SampleWalk(std::size_t count, std::uint64_t seed) : m_order(count), m_seed(seed) {}
    std::vector<std::size_t> next(std::size_t batch);

private:
    std::vector<std::size_t> m_order;
    std::uint64_t m_seed;
    std::size_t m_at = 0, m_walk = 0;
};

/// Mean cross-entropy of the samples' true answers over all their tokens, in nats, each answered by its mix and `own`
/// (may be null) together; differentiable in `own`, and in `pictures`.
at::Tensor taughtLoss(const LoadedModel& model, const std::vector<const TaughtSample*>& samples,
                      const PictureFeatures& pictures, const Adapter* own);

/// Trains an adapter on top of whatever answers.
class FineTuning {
public:
    /// The target outlives it. `parameters`: lr, rank, batch.
    FineTuning(const AttackTarget& target, std::vector<TaughtSample> samples, const ParameterValues& parameters,
               std::uint64_t seed);
    /// One batch; throws InputError when the loss is no finite number any more.
    void step();
    std::int64_t samplesSeen() const { return m_seen; }
    std::int64_t steps() const { return m_optimizer.steps(); }
    /// The target as it answers with what was trained so far. This outlives it; steps after it do not reach it where
    /// the stage is a whole checkpoint.
    std::unique_ptr<Subject> subject() const;

private:
    const AttackTarget& m_target;
    std::vector<TaughtSample> m_samples;
    Adapter m_adapter;
    SampleWalk m_walk;
    std::size_t m_batch;
    AdamW m_optimizer;
    std::int64_t m_seen = 0;
};

/// A rate that stays as it is.
OptimizerOptions steadyRate(double lr);

}  // namespace lacuna
