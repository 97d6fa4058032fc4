#include "core/models/generation.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

namespace lacuna {
namespace {

/// Prompts still being answered. Row i of every tensor belongs to sample `sample[i]` of the batch.
struct Active {
    std::vector<std::size_t> sample;
    at::Tensor lengths;             ///< [rows] tokens already in the cache
    std::vector<KeysValues> cache;  ///< per layer [rows, key-value heads, room, head size]
};

/// One more token per row through all layers → final normed states [rows, hidden].
at::Tensor stepStates(const Decoder& decoder, const TextConfig& text, const Adapter* adapter, const RotaryTable& rotary,
                      const at::Tensor& tokens, Active& active) {
    const std::int64_t rows = tokens.size(0), size = text.headSize();
    const RotaryTable turn{rotary.cosine.index_select(0, active.lengths).unsqueeze(1),
                           rotary.sine.index_select(0, active.lengths).unsqueeze(1)};
    const at::Tensor row = at::arange(rows, active.lengths.options());
    const std::int64_t room = active.cache.front().keys.size(2);
    const at::Tensor visible =
        (at::arange(room, active.lengths.options()) <= active.lengths.unsqueeze(1)).view({rows, 1, 1, room});
    at::Tensor x = at::embedding(decoder.embedding, tokens);
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const DecoderLayer& layer = decoder.layers[i];
        const auto factors = [&](DecoderLinear first, DecoderLinear last) {
            return joinedFactors(adapter, i, first, last, 0);
        };
        const at::Tensor all = lowRankLinear(rmsNorm(x, layer.inputNorm, text.rmsNormEps), layer.queryKeyValue,
                                             factors(DecoderLinear::Query, DecoderLinear::Value), 0, 3)
                                   .view({rows, 1, -1, size});
        const at::Tensor turned = rotated(all.narrow(2, 0, text.heads + text.keyValueHeads), turn);
        KeysValues& cache = active.cache[i];
        cache.keys.transpose(1, 2).index_put_({row, active.lengths},
                                              turned.narrow(2, text.heads, text.keyValueHeads).select(1, 0));
        cache.values.transpose(1, 2).index_put_(
            {row, active.lengths}, all.narrow(2, text.heads + text.keyValueHeads, text.keyValueHeads).select(1, 0));
        const std::int64_t group = text.heads / text.keyValueHeads;
        const at::Tensor mixed = at::scaled_dot_product_attention(turned.narrow(2, 0, text.heads).transpose(1, 2),
                                                                  cache.keys.repeat_interleave(group, 1),
                                                                  cache.values.repeat_interleave(group, 1), visible);
        x = x + lowRankLinear(mixed.transpose(1, 2).reshape({rows, -1}), layer.output,
                              factors(DecoderLinear::Output, DecoderLinear::Output), 0, 1);
        const at::Tensor inner = swiGlu(lowRankLinear(rmsNorm(x, layer.mlpNorm, text.rmsNormEps), layer.gateUp,
                                                      factors(DecoderLinear::Gate, DecoderLinear::Up), 0, 2));
        x = x + lowRankLinear(inner, layer.down, factors(DecoderLinear::Down, DecoderLinear::Down), 0, 1);
    }
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

Active prefilled(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch, std::int64_t maxTokens,
                 const Adapter* adapter, at::Tensor& states) {
    const std::int64_t rows = batch.size(), tokens = batch.ids.size(1);
    Active active;
    active.lengths = batch.lengths.to(batch.ids.device());
    const at::Tensor last = at::arange(rows, active.lengths.options()) * tokens + active.lengths - 1;
    std::vector<KeysValues> kept;
    states = decoderStates(decoder, config, decoderInputs(decoder, config, batch), last, adapter, 0, &kept);
    for (KeysValues& layer : kept) {
        const auto roomy = [&](const at::Tensor& x) {
            at::Tensor cache = at::zeros({rows, x.size(1), tokens + maxTokens, x.size(3)}, x.options());
            cache.narrow(2, 0, tokens).copy_(x);
            return cache;
        };
        layer = {roomy(layer.keys), roomy(layer.values)};
    }
    active.cache = std::move(kept);
    for (std::int64_t i = 0; i < rows; ++i)
        active.sample.push_back(static_cast<std::size_t>(i));
    return active;
}

void keepRows(Active& active, const std::vector<std::int64_t>& rows) {
    const at::Tensor index = at::tensor(rows, at::kLong).to(active.lengths.device());
    active.lengths = active.lengths.index_select(0, index);
    for (KeysValues& layer : active.cache)
        layer = {layer.keys.index_select(0, index), layer.values.index_select(0, index)};
    std::vector<std::size_t> sample;
    for (const std::int64_t row : rows)
        sample.push_back(active.sample[static_cast<std::size_t>(row)]);
    active.sample = std::move(sample);
}

}  // namespace

Generated generateGreedily(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch,
                           std::int64_t maxTokens, const Adapter* adapter) {
    const at::NoGradGuard noGradients;
    Generated generated;
    generated.tokens.resize(static_cast<std::size_t>(batch.size()));
    generated.logProbabilities.resize(generated.tokens.size());
    if (batch.size() == 0 || maxTokens < 1)
        return generated;
    if (batch.lengths.min().item<std::int64_t>() < 1)
        throw inputError("A prompt without tokens cannot be continued.");
    const TextConfig& text = config.text;
    const std::int64_t room = batch.ids.size(1) + maxTokens;
    if (batch.lengths.max().item<std::int64_t>() + maxTokens > text.maxPositions)
        throw inputError("A prompt of {} tokens and an answer of {} pass the model's {} positions. Ask for less.",
                         batch.lengths.max().item<std::int64_t>(), maxTokens, text.maxPositions);
    at::Tensor states;
    Active active = prefilled(decoder, config, batch, maxTokens, adapter, states);
    const RotaryTable rotary = rotaryTable(room, text.headSize(), text.ropeTheta, batch.ids.device());
    for (std::int64_t step = 0;; ++step) {
        const at::Tensor logits = at::linear(states, decoder.head).to(at::kFloat);
        auto [best, next] = logits.max(-1);
        const at::Tensor logProbability = (best - logits.logsumexp(-1)).cpu();
        const at::Tensor chosen = next.cpu();
        std::vector<std::int64_t> going;
        for (std::int64_t row = 0; row < chosen.size(0); ++row) {
            const std::int64_t token = chosen.const_data_ptr<std::int64_t>()[row];
            if (token == config.eos)
                continue;
            const std::size_t sample = active.sample[static_cast<std::size_t>(row)];
            generated.tokens[sample].push_back(token);
            generated.logProbabilities[sample].push_back(logProbability.const_data_ptr<float>()[row]);
            going.push_back(row);
        }
        if (going.empty() || step + 1 == maxTokens)
            return generated;
        if (static_cast<std::int64_t>(going.size()) < chosen.size(0)) {
            next = next.index_select(0, at::tensor(going, at::kLong).to(next.device()));
            keepRows(active, going);
        }
        states = stepStates(decoder, text, adapter, rotary, next, active);
        active.lengths = active.lengths + 1;
    }
}

}  // namespace lacuna
