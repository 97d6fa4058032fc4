#include "core/models/generation.h"

#include "core/base/error.h"
#include "core/models/decoder_kernels.h"

#include <ATen/ATen.h>

#include <limits>

namespace lacuna {
namespace {

/// Prompts still being answered. Row i of every tensor belongs to sample `sample[i]` of the batch.
struct Active {
    std::vector<std::size_t> sample;
    at::Tensor lengths;             ///< [rows] the next token's position
    at::Tensor hidden;              ///< [rows, 1, 1, room] added to scores: −∞ on padding; undefined = no padding
    std::vector<KeysValues> cache;  ///< per layer [rows, heads, room, head size], padded prompt first, then the answer
    std::int64_t filled = 0;        ///< slots of `room` in use
};

/// One more token per row through all layers → final normed states [rows, hidden]. The new token's slot is the same in
/// every row, its position is the row's own.
at::Tensor stepStates(const Decoder& decoder, const TextConfig& text, const Adapter* adapter, const RotaryTable& rotary,
                      const at::Tensor& tokens, Active& active) {
    const std::int64_t rows = tokens.size(0), slot = active.filled++;
    const AttentionShape shape{rows, text.heads, text.keyValueHeads, text.headSize()};
    const std::int64_t turning = (text.heads + text.keyValueHeads) * shape.headSize;
    const std::optional<at::Tensor> hidden =
        active.hidden.defined() ? std::optional(active.hidden.narrow(3, 0, slot + 1)) : std::nullopt;
    at::Tensor x = at::embedding(decoder.embedding, tokens);
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const LayerCalls calls = layerCalls(decoder, i, adapter, 0);
        at::Tensor joined = lowRankLinear(calls.queryKeyValue, rmsNorm(x, calls.weights->inputNorm, text.rmsNormEps));
        if (servedByKernels(joined))
            rotateInPlace(joined, text.heads + text.keyValueHeads, rotary.cosine, rotary.sine, active.lengths, 1);
        else
            joined.narrow(1, 0, turning).copy_(rotated(joined.narrow(1, 0, turning), rotary, active.lengths));
        const at::Tensor heads = joined.view({rows, 1, -1, shape.headSize}).transpose(1, 2);
        KeysValues& cache = active.cache[i];
        cache.keys.narrow(2, slot, 1).copy_(heads.narrow(1, text.heads, text.keyValueHeads));
        cache.values.narrow(2, slot, 1).copy_(heads.narrow(1, text.heads + text.keyValueHeads, text.keyValueHeads));
        const at::Tensor mixed = at::scaled_dot_product_attention(
            heads.narrow(1, 0, text.heads), forEachQueryHead(cache.keys.narrow(2, 0, slot + 1), shape),
            forEachQueryHead(cache.values.narrow(2, 0, slot + 1), shape), hidden);
        x = lowRankLinear(calls.output, mixed.transpose(1, 2).reshape({rows, -1}), x);
        x = mlpOutput(calls, x, text.rmsNormEps);
    }
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

/// Reads the prompts; `states` takes the final states of each one's last token.
Active prefilled(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch, std::int64_t maxTokens,
                 const Adapter* adapter, at::Tensor& states) {
    const std::int64_t rows = batch.size(), tokens = batch.ids.size(1), room = tokens + maxTokens;
    Active active;
    active.filled = tokens;
    active.lengths = batch.lengths.to(batch.ids.device());
    const at::Tensor last = at::arange(rows, active.lengths.options()) * tokens + active.lengths - 1;
    std::vector<KeysValues> kept;
    const at::Tensor inputs = decoderInputs(decoder, config, batch);
    states = decoderStates(decoder, config, inputs, last, adapter, 0, &kept);
    for (KeysValues& layer : kept) {
        const auto roomy = [&](const at::Tensor& x) {
            at::Tensor cache = at::empty({rows, x.size(1), room, x.size(3)}, x.options());
            cache.narrow(2, 0, tokens).copy_(x);
            return cache;
        };
        layer = {roomy(layer.keys), roomy(layer.values)};
    }
    active.cache = std::move(kept);
    if (batch.lengths.min().item<std::int64_t>() < tokens) {
        const at::Tensor slots = at::arange(room, active.lengths.options());
        const at::Tensor padding = slots.lt(tokens).logical_and(slots >= active.lengths.unsqueeze(1));
        active.hidden = at::zeros({rows, 1, 1, room}, inputs.options())
                            .masked_fill_(padding.view({rows, 1, 1, room}), -std::numeric_limits<float>::infinity());
    }
    for (std::int64_t i = 0; i < rows; ++i)
        active.sample.push_back(static_cast<std::size_t>(i));
    return active;
}

void keepRows(Active& active, const std::vector<std::int64_t>& rows) {
    const at::Tensor index = at::tensor(rows, at::kLong).to(active.lengths.device());
    active.lengths = active.lengths.index_select(0, index);
    if (active.hidden.defined())
        active.hidden = active.hidden.index_select(0, index);
    for (KeysValues& layer : active.cache)
        layer = {layer.keys.index_select(0, index), layer.values.index_select(0, index)};
    std::vector<std::size_t> sample;
    for (const std::int64_t row : rows)
        sample.push_back(active.sample[static_cast<std::size_t>(row)]);
    active.sample = std::move(sample);
}

/// Throws InputError, before anything is computed.
void checkPrompts(const TokenBatch& batch, std::int64_t maxTokens, const TextConfig& text) {
    if (batch.lengths.min().item<std::int64_t>() < 1)
        throw inputError("A prompt without tokens cannot be continued.");
    const std::int64_t longest = batch.lengths.max().item<std::int64_t>();
    if (longest + maxTokens > text.maxPositions)
        throw inputError("A prompt of {} tokens and an answer of {} pass the model's {} positions. Ask for less.",
                         longest, maxTokens, text.maxPositions);
}

Generated decoded(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch, std::int64_t maxTokens,
                  const Adapter* adapter) {
    Generated generated;
    generated.tokens.resize(static_cast<std::size_t>(batch.size()));
    generated.logProbabilities.resize(generated.tokens.size());
    at::Tensor states;
    Active active = prefilled(decoder, config, batch, maxTokens, adapter, states);
    const RotaryTable rotary =
        rotaryTable(batch.ids.size(1) + maxTokens, config.text.headSize(), config.text.ropeTheta, batch.ids.device());
    std::vector<bool> ended(generated.tokens.size(), false);
    for (std::int64_t step = 0;; ++step) {
        const at::Tensor logits = at::mm(states, decoder.head.t()).to(at::kFloat);
        auto [best, next] = logits.max(-1);
        const at::Tensor logProbability = best.sub_(logits.logsumexp(-1)).cpu(), chosen = next.cpu();
        std::vector<std::int64_t> going;
        for (std::int64_t row = 0; row < chosen.size(0); ++row) {
            const std::size_t sample = active.sample[static_cast<std::size_t>(row)];
            const std::int64_t token = chosen.const_data_ptr<std::int64_t>()[row];
            ended[sample] = ended[sample] || token == config.eos;
            if (ended[sample])
                continue;
            generated.tokens[sample].push_back(token);
            generated.logProbabilities[sample].push_back(logProbability.const_data_ptr<float>()[row]);
            going.push_back(row);
        }
        if (going.empty() || step + 1 == maxTokens)
            return generated;
        // Moving the cache together costs about a step: only when a quarter of its rows is done with.
        if (4 * static_cast<std::int64_t>(going.size()) <= 3 * chosen.size(0)) {
            next = next.index_select(0, at::tensor(going, at::kLong).to(next.device()));
            keepRows(active, going);
        }
        states = stepStates(decoder, config.text, adapter, rotary, next, active);
        active.lengths = active.lengths + 1;
    }
}

}  // namespace

Generated generateGreedily(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch,
                           std::int64_t maxTokens, const Adapter* adapter) {
    const at::NoGradGuard noGradients;
    if (batch.size() == 0 || maxTokens < 1)
        return {std::vector<std::vector<std::int64_t>>(static_cast<std::size_t>(batch.size())),
                std::vector<std::vector<float>>(static_cast<std::size_t>(batch.size()))};
    checkPrompts(batch, maxTokens, config.text);
    // Small models spend their time on the number of products, so the adapter is added once for the whole call.
    const std::int64_t width = config.text.hidden;
    const bool small = decoder.embedding.device().is_cpu() && decoder.embedding.scalar_type() == at::kFloat &&
                       width <= 4 * batch.size() * (batch.ids.size(1) + maxTokens);
    if (adapter && adapter->layers.size() == decoder.layers.size() && small && width <= 1024)
        return decoded(mergedDecoder(decoder, *adapter), config, batch, maxTokens, nullptr);
    return decoded(decoder, config, batch, maxTokens, adapter);
}

}  // namespace lacuna
