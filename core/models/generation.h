// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/decoder.h"

namespace lacuna {

/// Decoding of a batch of prompts with a key–value cache; see Llava::generate.
Generated generateAnswers(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch,
                          std::int64_t maxTokens, const Adapter* adapter, const Sampling& sampling);

}  // namespace lacuna
