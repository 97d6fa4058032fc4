#pragma once
#include "core/models/decoder_ops.h"

namespace lacuna {

/// What the decoder reads for a batch: token embeddings with the pictures' features in place of the image tokens,
/// [batch, tokens, hidden]. Throws InputError when pictures and image tokens do not agree.
at::Tensor decoderInputs(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch);

/// Keys and values of one layer, [batch, key-value heads, tokens, head size], keys already rotated.
struct KeysValues {
    at::Tensor keys, values;
};

/// Final normed states at chosen positions only, packed: inputs [batch, tokens, hidden], `rows` [n] int64 into
/// batch · tokens, ascending → [n, hidden]. The last layer asks its queries, output and MLP there alone. Attention is
/// causal: right padding is never seen by what stands before it. With `keep`, every layer's keys and values go there.
at::Tensor decoderStates(const Decoder& decoder, const LlavaConfig& config, const at::Tensor& inputs,
                         const at::Tensor& rows, const Adapter* adapter, double dropout,
                         std::vector<KeysValues>* keep = nullptr);

}  // namespace lacuna
