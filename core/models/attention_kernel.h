// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>

namespace lacuna {

/// Queries of some positions of each sample, packed sample after sample, ascending. A query sees its sample's keys
/// 0 … position.
struct PackedQueries {
    at::Tensor positions;  ///< [n] int64
    at::Tensor starts;     ///< [batch + 1] int64: where each sample's queries begin
};

/// Softmax attention for short samples on the CPU in float32, without a score matrix in memory unless asked for.
/// queries [n, heads, size], keys and values [batch, key-value heads, tokens, size]: any strides, the last 1.
/// → [n, heads, size]. `probabilities` (may be null) becomes [n, heads, tokens] for the backward pass; what a query
/// does not see is not written.
at::Tensor attentionForward(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                            const PackedQueries& packed, at::Tensor* probabilities);

/// Gradients, written into views shaped as their operands.
void attentionBackward(const at::Tensor& grad, const at::Tensor& queries, const at::Tensor& keys,
                       const at::Tensor& values, const at::Tensor& probabilities, const PackedQueries& packed,
                       const at::Tensor& gradQueries, const at::Tensor& gradKeys, const at::Tensor& gradValues);

}  // namespace lacuna
