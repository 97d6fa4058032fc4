// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"
#include "core/training/batch.h"
#include "core/training/loaded_model.h"

#include <functional>
#include <vector>

namespace lacuna {

/// What is done in batches: samples that the same adapters answer side by side, of like length to save padding.
/// `adapters` one mix per sample. Deterministic: first appearance, then length, then place.
std::vector<std::vector<std::size_t>> batchesOf(const std::vector<AdapterMix>& adapters,
                                                const std::vector<Sample>& samples, std::size_t batch);

/// One adapter that does what a mix does, copies of modules mixed with the model's own; differentiable in the adapters.
/// Throws InputError as joinedAdapters.
Adapter joined(const LoadedModel& model, const AdapterMix& mix);

/// Called after each batch with the samples done since the last call.
using BatchDone = std::function<void(std::int64_t)>;

/// Mean cross-entropy of each sample's answer (closing EOS included) in nats per token, as its adapters have it.
/// Samples without an answer get NaN. No gradients. `states`: takes what AnswerLogits::states says of each sample's
/// answer, [answer tokens, hidden], in the machine's memory.
std::vector<double> answerNats(const LoadedModel& model, const std::vector<Sample>& samples,
                               const std::vector<AdapterMix>& adapters, const PictureFeatures& projected,
                               std::size_t batch, const BatchDone& done = {},
                               std::vector<at::Tensor>* states = nullptr);

/// Greedy answers to the prompts in `samples`, in their order.
Generated greedyAnswers(const LoadedModel& model, const std::vector<Sample>& samples,
                        const std::vector<AdapterMix>& adapters, const PictureFeatures& projected, std::size_t batch,
                        std::int64_t maxTokens, const BatchDone& done = {});

}  // namespace lacuna
