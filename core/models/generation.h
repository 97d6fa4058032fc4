#pragma once
#include "core/models/decoder.h"

namespace lacuna {

/// Greedy decoding of a batch of prompts with a key–value cache; see Llava::generate.
Generated generateGreedily(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch,
                           std::int64_t maxTokens, const Adapter* adapter);

}  // namespace lacuna
