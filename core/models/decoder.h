// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/attention.h"
#include "core/models/forward.h"
#include "core/models/linear.h"
#include "core/models/text_config.h"

namespace lacuna {

struct DecoderLayer {
    at::Tensor inputNorm, mlpNorm;
    StackedLinear queryKeyValue, output, gateUp, down;
};

/// Llama's decoder.
struct Decoder {
    at::Tensor embedding, norm;
    Linear head;
    std::vector<DecoderLayer> layers;
};

/// What a decoder reads: a vector for each token, and its position.
struct DecoderInputs {
    at::Tensor vectors;    ///< [batch, tokens, hidden]
    at::Tensor positions;  ///< [batch, tokens] as in TokenBatch
};

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

/// Final normed states at chosen tokens only, packed: `rows` [n] int64 into batch · tokens, ascending, n > 0 →
/// [n, hidden]. The last layer computes queries, output and MLP there alone.
/// Attention is causal: right padding is never seen by what stands before it. With `keep`, every layer's keys and
/// values go there; `taps` are filled. Throws InputError for a tap behind a layer that is not there.
at::Tensor decoderStates(const Decoder& decoder, const TextConfig& text, const DecoderInputs& inputs,
                         const at::Tensor& rows, const Adapter* adapter, const TrainingPass& training,
                         std::vector<KeysValues>* keep = nullptr, LayerTaps* taps = nullptr);

/// The decoder with an adapter's factors added to its linears, for many products with the same adapter. The base is
/// not touched; the copy holds its linears once more.
Decoder mergedDecoder(const Decoder& decoder, const Adapter& adapter);

}  // namespace lacuna
