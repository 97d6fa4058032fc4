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

/// Which rows bring queries: all of them, or `rows` [n] ascending into batch · tokens.
struct QueryRows {
    at::Tensor rows;       ///< undefined = all
    at::Tensor positions;  ///< [n] each one's, for its rotary angles
    PackedQueries packed;
};

/// What all layers of one pass share.
struct AttentionPass {
    AttentionShape shape;
    RotaryTable rotary;
    QueryRows all, chosen;
};

/// `positions` [batch, tokens] as in TokenBatch; `rows` [n] int64 ascending: the rows that bring queries to the last
/// layer.
AttentionPass attentionPass(const AttentionShape& shape, double ropeTheta, const at::Tensor& positions,
                            const at::Tensor& rows);

/// Causal self-attention before its output linear: x [batch · tokens, hidden] → [query rows, heads · head size].
/// With `keep`, keys and values go there; nothing is differentiable then.
at::Tensor selfAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionPass& pass,
                         const QueryRows& queryRows, KeysValues* keep);

/// One more token per sample: x [batch, hidden] → [batch, heads · head size]. `positions` [batch] as in TokenBatch; the
/// cache's keys and values [batch, key-value heads, room, head size] take the token at `places` [batch] and are seen up
/// to there. No gradients.
at::Tensor stepAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionShape& shape,
                         const RotaryTable& rotary, const at::Tensor& positions, const at::Tensor& places,
                         KeysValues& cache);

}  // namespace lacuna
