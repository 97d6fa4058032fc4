// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/decoder.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// How the next token is chosen. Source of the nucleus: Holtzman et al. 2020, arXiv 1904.09751.
struct Sampling {
    double temperature = 0;  ///< logits are divided by it; 0 = greedy: the likeliest token
    double topP = 1;         ///< draw among the fewest likeliest tokens that have this probability together
    std::uint64_t seed = 0;  ///< same seed, same draws, whatever else is in the batch
};

/// Answers, the token that ends one left out.
struct Generated {
    std::vector<std::vector<std::int64_t>> tokens;
    std::vector<std::vector<float>>
        logProbabilities;  ///< one per token, as the model has them (temperature 1), the ending one left out
};

/// Continues prompts, each until one of `ends` or `maxTokens`, with a key–value cache; no gradients. `lengths` [batch]
/// int64 on the CPU: tokens of each prompt, which is followed by padding. Throws InputError for a negative temperature,
/// a topP outside (0, 1], an empty prompt, and more positions than the decoder has.
Generated generateAnswers(const Decoder& decoder, const TextConfig& text, const std::vector<std::int64_t>& ends,
                          const DecoderInputs& prompts, const at::Tensor& lengths, std::int64_t maxTokens,
                          const Adapter* adapter, const Sampling& sampling);

}  // namespace lacuna
