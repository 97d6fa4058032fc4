// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/attention_kernel.h"
#include "core/models/decoder_ops.h"

namespace lacuna {

/// Sizes of one attention over rows that are `batch` samples of equal length.
struct AttentionShape {
    std::int64_t batch = 0, heads = 0, keyValueHeads = 0, headSize = 0;
    std::int64_t queryWidth() const { return heads * headSize; }
    std::int64_t keyWidth() const { return keyValueHeads * headSize; }
};

/// Rotated keys, and values, [batch, key-value heads, tokens, head size].
struct KeysValues {
    at::Tensor keys, values;
};

/// Which rows ask: all of them, or `rows` [n] ascending into batch · tokens.
struct Asking {
    at::Tensor rows;  ///< undefined = all
    PackedQueries packed;
};

/// What all layers of one pass share.
struct AttentionPass {
    AttentionShape shape;
    RotaryTable rotary;
    at::Tensor positions;  ///< [batch · tokens] each row's position in its sample
    Asking all, chosen;
};

/// `rows` [n] int64 ascending: the rows that ask in the last layer.
AttentionPass attentionPass(const AttentionShape& shape, std::int64_t tokens, double ropeTheta, const at::Tensor& rows);

/// Causal self-attention before its output linear: x [batch · tokens, hidden] → [asking rows, heads · head size].
/// With `keep`, keys and values go there; nothing is differentiable then.
at::Tensor selfAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionPass& pass,
                         const Asking& asking, KeysValues* keep);

/// One more token per sample: x [batch, hidden] → [batch, heads · head size]. `positions` [batch]; the cache's keys and
/// values [batch, key-value heads, room, head size] take the token at its position. No gradients.
at::Tensor stepAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionShape& shape,
                         const RotaryTable& rotary, const at::Tensor& positions, KeysValues& cache);

}  // namespace lacuna
