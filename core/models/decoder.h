// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/attention.h"

namespace lacuna {

/// What the decoder reads for a batch: token embeddings with the pictures' features in place of the image tokens,
/// [batch, tokens, hidden]. Throws InputError when pictures and image tokens do not agree.
at::Tensor decoderInputs(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch);

/// The four matrix products of a layer with the adapter's factors at hand; `adapter` null = none.
struct LayerCalls {
    const DecoderLayer* weights = nullptr;
    LowRankCall queryKeyValue, output, gateUp, down;
};
LayerCalls layerCalls(const Decoder& decoder, std::size_t layer, const Adapter* adapter, double dropout);

/// x + MLP(norm(x)), [rows, hidden].
at::Tensor mlpOutput(const LayerCalls& calls, const at::Tensor& x, double eps);

/// Hidden states to be taken along the way: at `rows` [n] int64 into batch · tokens, behind each of `layers` (0 =
/// behind the first), [n, hidden], before any further norm.
struct LayerTaps {
    std::vector<std::size_t> layers;
    at::Tensor rows;
    std::vector<at::Tensor> states = {};
};

/// Final normed states at chosen positions only, packed: inputs [batch, tokens, hidden], `rows` [n] int64 into
/// batch · tokens, ascending, n > 0 → [n, hidden]. The last layer asks its queries, output and MLP there alone.
/// Attention is causal: right padding is never seen by what stands before it. With `keep`, every layer's keys and
/// values go there; `taps` are filled. Throws InputError for a tap behind a layer that is not there.
at::Tensor decoderStates(const Decoder& decoder, const LlavaConfig& config, const at::Tensor& inputs,
                         const at::Tensor& rows, const Adapter* adapter, const TrainingPass& training,
                         std::vector<KeysValues>* keep = nullptr, LayerTaps* taps = nullptr);

/// The decoder with an adapter's factors added to its linears, for many products with the same adapter. The base is
/// not touched; the copy holds its linears once more.
Decoder mergedDecoder(const Decoder& decoder, const Adapter& adapter);

}  // namespace lacuna
