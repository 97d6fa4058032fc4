// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/forward.h"
#include "core/training/batch.h"
#include "core/training/loaded_model.h"
#include "core/unlearning/methods/objective.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace lacuna {

/// Some samples of one pass, which outlive it.
struct PassSamples {
    PassNeed need;
    std::span<const Sample> samples;
};

/// What the model says of the passes' samples, references left empty. Passes with pictures are one batch, in the order
/// given, text-only ones another. `tokens` is raised by the tokens looked at. Throws InputError for a pass whose hidden
/// states are asked for and that has no answer token.
std::map<Pass, PassOutputs> passOutputs(const LoadedModel& model, const std::vector<PassSamples>& passes,
                                        const PictureFeatures& pictures, const Adapter* adapter,
                                        const TrainingPass& training, double* tokens = nullptr);

/// One pass's samples, a batch that stays under 1 GB at 7B without gradients at a time, of `most` samples at most.
void forEachBatch(const LoadedModel& model, const PassSamples& pass, const PictureFeatures& pictures,
                  const Adapter* adapter, const std::function<void(const PassOutputs&)>& take, std::size_t most = 64,
                  const TrainingPass& training = {});

/// What a reference model says of a pass's whole set, in the machine's memory (a retain set's log probabilities may
/// fill a GPU).
class PassReference {
public:
    PassReference() = default;  ///< of a pass without one
    /// Computes what `pass.need` names. `adapter` null = the original model.
    PassReference(const LoadedModel& model, const PassSamples& pass, const PictureFeatures& pictures,
                  const Adapter* adapter);

    /// The reference of some samples of the set into `outputs`, on the device of its logits.
    void fill(PassOutputs& outputs, const std::vector<std::size_t>& rows) const;

private:
    at::Tensor m_sums, m_logProbabilities;
    std::vector<at::Tensor> m_states;
    std::vector<std::int64_t> m_answerBegins{0}, m_textBegins{0};  ///< of each sample; one more than samples
};

}  // namespace lacuna
