// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"

namespace lacuna::testing {

/// A LLaVA of a few thousand weights that sees 16 × 16 pixels; the image token is the vocabulary's last.
inline LlavaConfig tinyConfig(std::int64_t vocabulary) {
    LlavaConfig config;
    config.vision = {.imageSize = 16, .patchSize = 8, .hidden = 16, .intermediate = 32, .layers = 2, .heads = 2};
    config.text = {.vocabulary = vocabulary,
                   .hidden = 32,
                   .intermediate = 64,
                   .layers = 2,
                   .heads = 2,
                   .keyValueHeads = 2,
                   .maxPositions = 256};
    config.imageToken = vocabulary - 1;
    return config;
}

/// llava-1.5-7b-hf, as published: CLIP-L/14-336 before Llama-7B.
inline LlavaConfig sevenBillionConfig() {
    LlavaConfig config;
    config.vision = {
        .imageSize = 336, .patchSize = 14, .hidden = 1024, .intermediate = 4096, .layers = 24, .heads = 16};
    config.text = {.vocabulary = 32064,
                   .hidden = 4096,
                   .intermediate = 11008,
                   .layers = 32,
                   .heads = 32,
                   .keyValueHeads = 32,
                   .maxPositions = 4096};
    return config;
}

}  // namespace lacuna::testing
