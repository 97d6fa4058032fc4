#include "core/models/decoder.h"

#include "core/base/error.h"

namespace lacuna {
namespace {

/// One layer's view of the call: shapes that every helper needs.
struct LayerCall {
    const DecoderLayer& weights;
    const TextConfig& text;
    JoinedFactors queryKeyValue, output, gateUp, down;
};

LayerCall layerCall(const Decoder& decoder, const TextConfig& text, std::size_t layer, const Adapter* adapter,
                    double dropout) {
    const auto factors = [&](DecoderLinear first, DecoderLinear last) {
        return joinedFactors(adapter, layer, first, last, dropout);
    };
    return {decoder.layers[layer],
            text,
            factors(DecoderLinear::Query, DecoderLinear::Value),
            factors(DecoderLinear::Output, DecoderLinear::Output),
            factors(DecoderLinear::Gate, DecoderLinear::Up),
            factors(DecoderLinear::Down, DecoderLinear::Down)};
}

at::Tensor mlpOutput(const LayerCall& call, const at::Tensor& x) {
    const at::Tensor normed = rmsNorm(x, call.weights.mlpNorm, call.text.rmsNormEps);
    const at::Tensor inner = swiGlu(lowRankLinear(normed, call.weights.gateUp, call.gateUp, 0, 2));
    return x + lowRankLinear(inner, call.weights.down, call.down, 0, 1);
}

/// [batch, heads, tokens, size] for each query head: grouped heads are repeated.
at::Tensor forEachQueryHead(const at::Tensor& x, const TextConfig& text) {
    return text.heads == text.keyValueHeads ? x : x.repeat_interleave(text.heads / text.keyValueHeads, 1);
}

at::Tensor wholeLayer(const LayerCall& call, const RotaryTable& rotary, const at::Tensor& x, std::int64_t batch,
                      KeysValues* keep) {
    const TextConfig& text = call.text;
    const std::int64_t tokens = x.size(0) / batch, size = text.headSize();
    const at::Tensor normed = rmsNorm(x, call.weights.inputNorm, text.rmsNormEps);
    const at::Tensor all =
        lowRankLinear(normed, call.weights.queryKeyValue, call.queryKeyValue, 0, 3).view({batch, tokens, -1, size});
    const at::Tensor turned = rotated(all.narrow(2, 0, text.heads + text.keyValueHeads), rotary);
    const at::Tensor queries = turned.narrow(2, 0, text.heads).transpose(1, 2);
    const at::Tensor keys = turned.narrow(2, text.heads, text.keyValueHeads).transpose(1, 2);
    const at::Tensor values = all.narrow(2, text.heads + text.keyValueHeads, text.keyValueHeads).transpose(1, 2);
    if (keep)
        *keep = {keys, values};
    const at::Tensor mixed = at::scaled_dot_product_attention(queries, forEachQueryHead(keys, text),
                                                              forEachQueryHead(values, text), {}, 0, true);
    const at::Tensor attended =
        x + lowRankLinear(mixed.transpose(1, 2).reshape({batch * tokens, -1}), call.weights.output, call.output, 0, 1);
    return mlpOutput(call, attended);
}

/// Where the chosen rows stand in a [batch, most rows of one sample] grid.
struct QueryGrid {
    at::Tensor tokens;  ///< [batch, width]: position in the sample, 0 where nothing stands
    at::Tensor cells;   ///< [n]: each row's cell in batch · width
    std::int64_t width = 0;
};

QueryGrid queryGrid(const at::Tensor& rows, std::int64_t batch, std::int64_t tokens) {
    const at::Tensor sample = at::floor_divide(rows, tokens);
    const at::Tensor counts = at::bincount(sample, {}, batch);
    const at::Tensor starts = counts.cumsum(0) - counts;
    QueryGrid grid;
    grid.width = counts.max().item<std::int64_t>();
    grid.cells = sample * grid.width + at::arange(rows.size(0), rows.options()) - starts.index_select(0, sample);
    grid.tokens = at::zeros({batch * grid.width}, rows.options())
                      .index_copy_(0, grid.cells, rows - sample * tokens)
                      .view({batch, grid.width});
    return grid;
}

at::Tensor lastLayer(const LayerCall& call, const RotaryTable& rotary, const at::Tensor& x, const at::Tensor& rows,
                     std::int64_t batch, KeysValues* keep) {
    const TextConfig& text = call.text;
    const std::int64_t tokens = x.size(0) / batch, size = text.headSize();
    const QueryGrid grid = queryGrid(rows, batch, tokens);
    const at::Tensor normed = rmsNorm(x, call.weights.inputNorm, text.rmsNormEps);
    const at::Tensor keysValues = lowRankLinear(normed, call.weights.queryKeyValue, call.queryKeyValue, 1, 2)
                                      .view({batch, tokens, 2 * text.keyValueHeads, size});
    const at::Tensor keys = rotated(keysValues.narrow(2, 0, text.keyValueHeads), rotary).transpose(1, 2);
    const at::Tensor values = keysValues.narrow(2, text.keyValueHeads, text.keyValueHeads).transpose(1, 2);
    if (keep)
        *keep = {keys, values};

    const at::Tensor sampleStart = at::arange(batch, rows.options()).unsqueeze(1) * tokens;
    const at::Tensor asked = normed.index_select(0, (grid.tokens + sampleStart).flatten());
    const RotaryTable turn{rotary.cosine.index_select(0, grid.tokens.flatten()).view({batch, grid.width, -1}),
                           rotary.sine.index_select(0, grid.tokens.flatten()).view({batch, grid.width, -1})};
    const at::Tensor queries = rotated(lowRankLinear(asked, call.weights.queryKeyValue, call.queryKeyValue, 0, 1)
                                           .view({batch, grid.width, text.heads, size}),
                                       turn)
                                   .transpose(1, 2);
    const at::Tensor visible =
        (at::arange(tokens, rows.options()) <= grid.tokens.unsqueeze(-1)).unsqueeze(1);  // [batch, 1, width, tokens]
    const at::Tensor mixed = at::scaled_dot_product_attention(queries, forEachQueryHead(keys, text),
                                                              forEachQueryHead(values, text), visible);
    const at::Tensor packed = mixed.transpose(1, 2).reshape({batch * grid.width, -1}).index_select(0, grid.cells);
    return mlpOutput(call, x.index_select(0, rows) + lowRankLinear(packed, call.weights.output, call.output, 0, 1));
}

}  // namespace

at::Tensor decoderInputs(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch) {
    const at::Tensor embedded = at::embedding(decoder.embedding, batch.ids);
    const at::Tensor rows = (batch.ids == config.imageToken).flatten().nonzero().squeeze(1);
    const std::int64_t wanted = batch.images.defined() ? batch.images.size(0) * batch.images.size(1) : 0;
    if (rows.size(0) != wanted)
        throw inputError("The batch holds {} image tokens and {} picture features; each picture needs its own.",
                         rows.size(0), wanted);
    if (wanted == 0)
        return embedded;
    return embedded.view({-1, config.text.hidden})
        .index_copy(0, rows, batch.images.reshape({wanted, -1}).to(embedded.options()))
        .view(embedded.sizes());
}

at::Tensor decoderStates(const Decoder& decoder, const LlavaConfig& config, const at::Tensor& inputs,
                         const at::Tensor& rows, const Adapter* adapter, double dropout,
                         std::vector<KeysValues>* keep) {
    const TextConfig& text = config.text;
    const std::int64_t batch = inputs.size(0), tokens = inputs.size(1);
    if (tokens > text.maxPositions)
        throw inputError("A sample of {} tokens is longer than the model's {} positions. Shorten it.", tokens,
                         text.maxPositions);
    if (adapter && adapter->layers.size() != decoder.layers.size())
        throw inputError("The adapter has {} layers and the model {}: it was made for another base.",
                         adapter->layers.size(), decoder.layers.size());
    const RotaryTable rotary = rotaryTable(tokens, text.headSize(), text.ropeTheta, inputs.device());
    if (keep)
        keep->resize(decoder.layers.size());
    at::Tensor x = inputs.view({batch * tokens, text.hidden});
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const LayerCall call = layerCall(decoder, text, i, adapter, dropout);
        KeysValues* kept = keep ? &(*keep)[i] : nullptr;
        x = i + 1 < decoder.layers.size() ? wholeLayer(call, rotary, x, batch, kept)
                                          : lastLayer(call, rotary, x, rows, batch, kept);
    }
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

}  // namespace lacuna
