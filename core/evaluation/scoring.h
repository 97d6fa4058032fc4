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

/// What the tokens of an answer, closing EOS included, say one by one under teacher forcing.
struct TokenScores {
    /// 1 − k/T, k the first of T tokens from which on each is the likeliest; 0 where there is none. Source: Carlini et
    /// al. 2021, arXiv 2012.07805.
    double extraction = 0;
    double memorization =
        0;  ///< share of tokens that are the likeliest. Source: Tirumala et al. 2022, arXiv 2205.10770
    /// Mean log-probability, in nats, of the fifth of the tokens (at least one) that have the lowest. Source: Shi et
    /// al. 2023, arXiv 2310.16789.
    double minK = 0;
    /// The same of log-probabilities less their mean over the vocabulary, by their standard deviation there (variances
    /// below 1e-6 count as that). Source: Zhang et al. 2024, arXiv 2404.02936.
    double minKPlus = 0;
};

/// Of each of so many samples of a pass; zeros for one without an answer.
std::vector<TokenScores> tokenScores(const AnswerLogits& answers, std::size_t samples);

/// What answerNats may look at on its way; null = it does not.
struct AnswerLooks {
    std::vector<at::Tensor>* states = nullptr;   ///< takes what AnswerLogits::states says of each sample's answer,
                                                 ///< [answer tokens, hidden], in the machine's memory
    std::vector<TokenScores>* tokens = nullptr;  ///< of each sample; zeros without an answer
};

/// Mean cross-entropy of each sample's answer (closing EOS included) in nats per token, as its adapters have it.
/// Samples without an answer get NaN. No gradients.
std::vector<double> answerNats(const LoadedModel& model, const std::vector<Sample>& samples,
                               const std::vector<AdapterMix>& adapters, const PictureFeatures& projected,
                               std::size_t batch, const BatchDone& done = {}, const AnswerLooks& looks = {});

/// Greedy answers to the prompts in `samples`, in their order.
Generated greedyAnswers(const LoadedModel& model, const std::vector<Sample>& samples,
                        const std::vector<AdapterMix>& adapters, const PictureFeatures& projected, std::size_t batch,
                        std::int64_t maxTokens, const BatchDone& done = {});

}  // namespace lacuna
