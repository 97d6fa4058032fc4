#include "core/models/decoder.h"

#include "core/base/error.h"

namespace lacuna {
namespace {

/// What all layers of one pass share.
struct Pass {
    const TextConfig& text;
    AttentionShape shape;
    RotaryTable rotary;
    at::Tensor positions;  ///< [batch · tokens] each row's position in its sample
    std::int64_t tokens = 0;
};

at::Tensor wholeLayer(const LayerCalls& calls, const Pass& pass, const at::Tensor& x, KeysValues* keep) {
    const at::Tensor normed = rmsNorm(x, calls.weights->inputNorm, pass.text.rmsNormEps);
    const at::Tensor mixed = selfAttention(calls.queryKeyValue, normed, pass.rotary, pass.positions, pass.shape, keep);
    return mlpOutput(calls, lowRankLinear(calls.output, mixed, x), pass.text.rmsNormEps);
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

at::Tensor lastLayer(const LayerCalls& calls, const Pass& pass, const at::Tensor& x, const at::Tensor& rows,
                     KeysValues* keep) {
    const AttentionShape& shape = pass.shape;
    const std::int64_t keyWidth = shape.keyValueHeads * shape.headSize;
    const QueryGrid grid = queryGrid(rows, shape.batch, pass.tokens);
    const auto part = [&](DecoderLinear linear, std::size_t count) {
        LowRankCall call = calls.queryKeyValue;
        call.firstPart = static_cast<std::size_t>(linear);
        call.partCount = count;
        if (!call.factors.empty())
            call.factors = {call.factors.begin() + static_cast<std::ptrdiff_t>(call.firstPart),
                            call.factors.begin() + static_cast<std::ptrdiff_t>(call.firstPart + count)};
        return call;
    };
    const auto byHead = [&](const at::Tensor& t) {
        return t.unflatten(0, {shape.batch, -1}).unflatten(-1, {-1, shape.headSize}).transpose(1, 2);
    };
    const at::Tensor normed = rmsNorm(x, calls.weights->inputNorm, pass.text.rmsNormEps);
    const at::Tensor keysValues = lowRankLinear(part(DecoderLinear::Key, 2), normed);
    const at::Tensor keys = byHead(rotated(keysValues.narrow(1, 0, keyWidth), pass.rotary, pass.positions));
    const at::Tensor values = byHead(keysValues.narrow(1, keyWidth, keyWidth));
    if (keep)
        *keep = {keys, values};

    const at::Tensor gridTokens = grid.tokens.flatten();
    const at::Tensor gridRows =
        (grid.tokens + at::arange(shape.batch, rows.options()).unsqueeze(1) * pass.tokens).flatten();
    const at::Tensor queries = byHead(rotated(
        lowRankLinear(part(DecoderLinear::Query, 1), normed.index_select(0, gridRows)), pass.rotary, gridTokens));
    const at::Tensor visible = (at::arange(pass.tokens, rows.options()) <= grid.tokens.unsqueeze(-1)).unsqueeze(1);
    const at::Tensor mixed = at::scaled_dot_product_attention(queries, forEachQueryHead(keys, shape),
                                                              forEachQueryHead(values, shape), visible);
    const at::Tensor packed = mixed.transpose(1, 2).reshape({gridRows.size(0), -1}).index_select(0, grid.cells);
    return mlpOutput(calls, lowRankLinear(calls.output, packed, x.index_select(0, rows)), pass.text.rmsNormEps);
}

}  // namespace

LayerCalls layerCalls(const Decoder& decoder, std::size_t layer, const Adapter* adapter, double dropout) {
    const DecoderLayer& weights = decoder.layers[layer];
    const auto call = [&](const JoinedLinear& linear, DecoderLinear first) {
        LowRankCall result{&linear, 0, linear.parts.size(), {}, 0, dropout};
        if (adapter) {
            const auto begin = adapter->layers.at(layer).begin() + static_cast<std::ptrdiff_t>(first);
            result.factors = {begin, begin + static_cast<std::ptrdiff_t>(linear.parts.size())};
            result.scale = adapter->scale();
        }
        return result;
    };
    return {&weights, call(weights.queryKeyValue, DecoderLinear::Query), call(weights.output, DecoderLinear::Output),
            call(weights.gateUp, DecoderLinear::Gate), call(weights.down, DecoderLinear::Down)};
}

at::Tensor mlpOutput(const LayerCalls& calls, const at::Tensor& x, double eps) {
    const at::Tensor normed = rmsNorm(x, calls.weights->mlpNorm, eps);
    return lowRankLinear(calls.down, swiGlu(lowRankLinear(calls.gateUp, normed)), x);
}

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
    const Pass pass{text,
                    {batch, text.heads, text.keyValueHeads, text.headSize()},
                    rotaryTable(tokens, text.headSize(), text.ropeTheta, inputs.device()),
                    at::arange(tokens, rows.options()).repeat(batch),
                    tokens};
    if (keep)
        keep->resize(decoder.layers.size());
    at::Tensor x = inputs.view({batch * tokens, text.hidden});
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const LayerCalls calls = layerCalls(decoder, i, adapter, dropout);
        KeysValues* kept = keep ? &(*keep)[i] : nullptr;
        x = i + 1 < decoder.layers.size() ? wholeLayer(calls, pass, x, kept) : lastLayer(calls, pass, x, rows, kept);
    }
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

Decoder mergedDecoder(const Decoder& decoder, const Adapter& adapter) {
    const at::NoGradGuard noGradients;
    Decoder merged = decoder;
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const LayerCalls calls = layerCalls(decoder, i, &adapter, 0);
        merged.layers[i].queryKeyValue = mergedLinear(calls.queryKeyValue);
        merged.layers[i].output = mergedLinear(calls.output);
        merged.layers[i].gateUp = mergedLinear(calls.gateUp);
        merged.layers[i].down = mergedLinear(calls.down);
    }
    return merged;
}

}  // namespace lacuna
