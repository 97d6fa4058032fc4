// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>

namespace lacuna {

/// Llama decoder, as `text_config` says.
struct TextConfig {
    std::int64_t vocabulary = 0, hidden = 128, intermediate = 344, layers = 4, heads = 4, keyValueHeads = 4;
    std::int64_t maxPositions = 512;
    double rmsNormEps = 1e-5, ropeTheta = 10000;
    bool tiedEmbeddings = false;
    std::int64_t headDim = 0;  ///< 0: hidden / heads
    std::int64_t headSize() const { return headDim > 0 ? headDim : hidden / heads; }
    std::int64_t queryWidth() const { return heads * headSize(); }
    std::int64_t keyWidth() const { return keyValueHeads * headSize(); }
};

}  // namespace lacuna
