// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/attention.h"

#include "core/base/interruption.h"
#include "core/models/decoder_kernels.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cstring>

namespace lacuna {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The kernel keeps every probability for the backward pass: fine for short samples.
constexpr std::int64_t kLongestForKernel = 256;

/// Some neighbouring parts of a call for query, key and value.
LowRankCall partsOf(const LowRankCall& whole, std::size_t first, std::size_t count) {
    LowRankCall call = whole;
    call.firstPart = first;
    call.partCount = count;
    if (!whole.factors.empty())
        call.factors = {whole.factors.begin() + static_cast<std::ptrdiff_t>(first),
                        whole.factors.begin() + static_cast<std::ptrdiff_t>(first + count)};
    return call;
}

/// Where queries, keys and values stand: all in one tensor [rows, query + 2 · key width] for all rows, else
/// queries [n, query width] apart from keys and values [rows, 2 · key width].
struct Views {
    at::Tensor queries, keys, values;
};

Views viewsOf(const at::Tensor& queries, const at::Tensor& keysValues, const AttentionShape& shape) {
    const auto heads = [&](const at::Tensor& rows) { return rows.unflatten(1, {-1, shape.headSize}); };
    const auto bySample = [&](const at::Tensor& rows) {
        return heads(rows).unflatten(0, {shape.batch, -1}).transpose(1, 2);
    };
    const std::int64_t keysAt = keysValues.size(1) - 2 * shape.keyWidth();
    return {heads(queries.narrow(1, 0, shape.queryWidth())), bySample(keysValues.narrow(1, keysAt, shape.keyWidth())),
            bySample(keysValues.narrow(1, keysAt + shape.keyWidth(), shape.keyWidth()))};
}

/// One or two products, and what their backward passes read.
struct Projected {
    at::Tensor queries, keysValues;  ///< the same tensor for all rows
    LowRankSaved forAll, forQueries;
};

void rotate(at::Tensor& queries, at::Tensor& keysValues, const AttentionPass& pass, const QueryRows& queryRows,
            float direction) {
    const AttentionShape& shape = pass.shape;
    const auto turn = [&](at::Tensor& x, std::int64_t heads, const at::Tensor& positions) {
        rotateInPlace(x, heads, pass.rotary.cosine, pass.rotary.sine, positions, direction);
    };
    if (!queryRows.rows.defined())
        return turn(queries, shape.heads + shape.keyValueHeads, pass.all.positions);
    turn(queries, shape.heads, queryRows.positions);
    turn(keysValues, shape.keyValueHeads, pass.all.positions);
}

Projected projected(const LowRankCall& call, const at::Tensor& x, const AttentionPass& pass,
                    const QueryRows& queryRows) {
    Projected result;
    if (queryRows.rows.defined()) {
        result.queries = lowRankForward(partsOf(call, 0, 1), x.index_select(0, queryRows.rows), {}, &result.forQueries);
        result.keysValues = lowRankForward(partsOf(call, 1, 2), x, {}, &result.forAll);
    } else {
        result.queries = result.keysValues = lowRankForward(call, x, {}, &result.forAll);
    }
    rotate(result.queries, result.keysValues, pass, queryRows, 1);
    return result;
}

void saveNumbers(AutogradContext* context, const char* name, const LowRankSaved& saved) {
    const std::string key = name;
    context->saved_data[key + ".outs"] = saved.outs;
    context->saved_data[key + ".scales"] = saved.scales;
    context->saved_data[key + ".merged"] = saved.merged;
    context->saved_data[key + ".count"] = static_cast<std::int64_t>(saved.tensors().size());
}

/// Takes its tensors from `tensors` at `begin`, which moves on.
LowRankSaved restored(AutogradContext* context, const char* name, const variable_list& tensors, std::int64_t& begin) {
    const std::string key = name;
    const auto& data = context->saved_data;
    const std::int64_t count = data.at(key + ".count").toInt();
    const auto first = tensors.begin() + begin;
    begin += count;
    return LowRankSaved::of({first, first + count}, data.at(key + ".outs").toIntVector(),
                            data.at(key + ".scales").toDoubleVector(), data.at(key + ".merged").toBool());
}

/// Linear, rotation and attention in one node: the rotation works in place both ways, and no gradient is put together
/// from slices.
class SelfAttention : public torch::autograd::Function<SelfAttention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::TensorList weightParts,
                              at::TensorList factors, const LowRankCall& call, const AttentionPass& pass,
                              const QueryRows& queryRows) {
        const Projected made = projected(call, x, pass, queryRows);
        const Views views = viewsOf(made.queries, made.keysValues, pass.shape);
        at::Tensor probabilities;
        const at::Tensor mixed =
            attentionForward(views.queries, views.keys, views.values, queryRows.packed, &probabilities);

        variable_list tensors{made.queries,           made.keysValues,     probabilities,
                              pass.rotary.cosine,     pass.rotary.sine,    pass.all.positions,
                              queryRows.rows,         queryRows.positions, queryRows.packed.positions,
                              queryRows.packed.starts};
        const auto append = [&](const LowRankSaved& saved) {
            const variable_list more = saved.tensors();
            tensors.insert(tensors.end(), more.begin(), more.end());
        };
        append(made.forAll);
        saveNumbers(context, "all", made.forAll);
        if (queryRows.rows.defined()) {
            append(made.forQueries);
            saveNumbers(context, "queries", made.forQueries);
        }
        context->save_for_backward(tensors);
        auto& data = context->saved_data;
        const AttentionShape& shape = pass.shape;
        data["shape"] = std::vector<std::int64_t>{shape.batch, shape.heads, shape.keyValueHeads, shape.headSize};
        data["weights"] = static_cast<std::int64_t>(weightParts.size());
        data["factors"] = static_cast<std::int64_t>(factors.size());
        data["trainsWeights"] = std::any_of(weightParts.begin(), weightParts.end(),
                                            [](const at::Tensor& part) { return part.requires_grad(); });
        return mixed.flatten(1);
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        quietInterruptionPoint();
        const auto& data = context->saved_data;
        const variable_list saved = context->get_saved_variables();
        const std::vector<std::int64_t> sizes = data.at("shape").toIntVector();
        const AttentionPass pass{
            {sizes[0], sizes[1], sizes[2], sizes[3]}, {saved[3], saved[4]}, {{}, saved[5], {}}, {}};
        const QueryRows queryRows{saved[6], saved[7], {saved[8], saved[9]}};
        const Views views = viewsOf(saved[0], saved[1], pass.shape);

        const bool some = queryRows.rows.defined();
        at::Tensor gradKeysValues = at::empty_like(saved[1]);
        at::Tensor gradQueries = some ? at::empty_like(saved[0]) : gradKeysValues;
        const Views into = viewsOf(gradQueries, gradKeysValues, pass.shape);
        attentionBackward(grads[0].contiguous().unflatten(1, {pass.shape.heads, pass.shape.headSize}), views.queries,
                          views.keys, views.values, saved[2], queryRows.packed, into.queries, into.keys, into.values);
        rotate(gradQueries, gradKeysValues, pass, queryRows, -1);

        std::int64_t at = 10;
        const bool wantInput = context->needs_input_grad(0), wantWeights = data.at("trainsWeights").toBool();
        LowRankGradients gradients =
            lowRankBackward(restored(context, "all", saved, at), gradKeysValues, wantInput, wantWeights);
        if (some) {
            LowRankGradients queries =
                lowRankBackward(restored(context, "queries", saved, at), gradQueries, wantInput, wantWeights);
            if (wantInput)
                gradients.input.index_add_(0, queryRows.rows, queries.input);
            gradients.weightParts.insert(gradients.weightParts.begin(), queries.weightParts.begin(),
                                         queries.weightParts.end());
            gradients.factors.insert(gradients.factors.begin(), queries.factors.begin(), queries.factors.end());
        }
        gradients.weightParts.resize(static_cast<std::size_t>(data.at("weights").toInt()));
        gradients.factors.resize(static_cast<std::size_t>(data.at("factors").toInt()));
        variable_list all{gradients.input};
        all.insert(all.end(), gradients.weightParts.begin(), gradients.weightParts.end());
        all.insert(all.end(), gradients.factors.begin(), gradients.factors.end());
        all.resize(all.size() + 3);  // call, pass, queryRows
        return all;
    }
};

at::Tensor forEachQueryHead(const at::Tensor& x, const AttentionShape& shape) {
    return shape.heads == shape.keyValueHeads ? x : x.repeat_interleave(shape.heads / shape.keyValueHeads, 1);
}

/// [batch, heads, width, size] of some rows each, and back: for scaled_dot_product_attention.
struct QueryGrid {
    at::Tensor cells;    ///< [n]: each query's cell in batch · width
    at::Tensor visible;  ///< [batch, 1, width, tokens]
    std::int64_t width = 0;
};

QueryGrid queryGrid(const PackedQueries& packed, std::int64_t batch, std::int64_t tokens) {
    const at::Tensor counts = packed.starts.diff();
    const at::Tensor sample = at::repeat_interleave(counts);
    QueryGrid grid;
    grid.width = counts.max().item<std::int64_t>();
    grid.cells =
        at::arange(sample.size(0), sample.options()) - packed.starts.index_select(0, sample) + sample * grid.width;
    const at::Tensor positions =
        at::zeros({batch * grid.width}, sample.options()).index_copy_(0, grid.cells, packed.positions);
    grid.visible = (at::arange(tokens, sample.options()) <= positions.view({batch, 1, grid.width, 1}));
    return grid;
}

/// The same from ATen's operators: for other devices and types, and for long samples.
at::Tensor composedAttention(const LowRankCall& call, const at::Tensor& x, const AttentionPass& pass,
                             const QueryRows& queryRows, KeysValues* keep) {
    const AttentionShape& shape = pass.shape;
    const std::int64_t tokens = x.size(0) / shape.batch;
    const auto bySample = [&](const at::Tensor& rows) {
        return rows.unflatten(0, {shape.batch, -1}).unflatten(-1, {-1, shape.headSize}).transpose(1, 2);
    };
    const at::Tensor keysValues = lowRankLinear(partsOf(call, 1, 2), x);
    const at::Tensor keys =
        bySample(rotated(keysValues.narrow(1, 0, shape.keyWidth()), pass.rotary, pass.all.positions));
    const at::Tensor values = bySample(keysValues.narrow(1, shape.keyWidth(), shape.keyWidth()));
    if (keep)
        *keep = {keys, values};
    const at::Tensor chosen = queryRows.rows.defined() ? x.index_select(0, queryRows.rows) : x;
    const at::Tensor queries = rotated(lowRankLinear(partsOf(call, 0, 1), chosen), pass.rotary, queryRows.positions);
    const at::Tensor allKeys = forEachQueryHead(keys, shape), allValues = forEachQueryHead(values, shape);
    if (!queryRows.rows.defined())
        return at::scaled_dot_product_attention(bySample(queries), allKeys, allValues, {}, 0, true)
            .transpose(1, 2)
            .reshape({x.size(0), -1});
    const QueryGrid grid = queryGrid(queryRows.packed, shape.batch, tokens);
    const at::Tensor padded =
        at::zeros({shape.batch * grid.width, shape.queryWidth()}, queries.options()).index_copy(0, grid.cells, queries);
    return at::scaled_dot_product_attention(bySample(padded), allKeys, allValues, grid.visible)
        .transpose(1, 2)
        .reshape({padded.size(0), -1})
        .index_select(0, grid.cells);
}

/// Copies each row's keys and values to its place in the cache.
void store(const at::Tensor& joined, const AttentionShape& shape, const at::Tensor& places, KeysValues& cache) {
    const std::int64_t* at = places.const_data_ptr<std::int64_t>();
    const auto bytes = static_cast<std::size_t>(shape.headSize) * sizeof(float);
    for (std::int64_t row = 0; row < joined.size(0); ++row) {
        const float* from = joined.const_data_ptr<float>() + row * joined.stride(0) + shape.queryWidth();
        for (at::Tensor* part : {&cache.keys, &cache.values})
            for (std::int64_t head = 0; head < shape.keyValueHeads; ++head, from += shape.headSize)
                std::memcpy(part->data_ptr<float>() + row * part->stride(0) + head * part->stride(1) +
                                at[row] * part->stride(2),
                            from, bytes);
    }
}

}  // namespace

AttentionPass attentionPass(const AttentionShape& shape, double ropeTheta, const at::Tensor& positions,
                            const at::Tensor& rows) {
    const auto longs = rows.options();
    const std::int64_t tokens = positions.size(1);
    AttentionPass pass;
    pass.shape = shape;
    pass.rotary = rotaryTable(positions.max().item<std::int64_t>() + 1, shape.headSize, ropeTheta, rows.device());
    interruptionPoint();
    const at::Tensor each = positions.to(rows.device()).flatten();
    const at::Tensor starts = at::arange(shape.batch + 1, longs) * tokens;
    pass.all = {{}, each, {at::arange(tokens, longs).repeat(shape.batch), starts}};
    pass.chosen = {rows, each.index_select(0, rows), {rows.remainder(tokens), at::searchsorted(rows, starts)}};
    return pass;
}

at::Tensor selfAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionPass& pass,
                         const QueryRows& queryRows, KeysValues* keep) {
    if (!servedByKernels(x) || x.size(0) > pass.shape.batch * kLongestForKernel)
        return composedAttention(queryKeyValue, x, pass, queryRows, keep);
    const std::vector<at::Tensor> weights = queryKeyValue.weightParts(), factors = queryKeyValue.factorList();
    const auto requiresGrad = [](const at::Tensor& t) { return t.requires_grad(); };
    const bool differentiable = at::GradMode::is_enabled() && !keep &&
                                (x.requires_grad() || std::any_of(weights.begin(), weights.end(), requiresGrad) ||
                                 std::any_of(factors.begin(), factors.end(), requiresGrad));
    if (differentiable)
        return SelfAttention::apply(x, at::TensorList(weights), at::TensorList(factors), queryKeyValue, pass,
                                    queryRows);
    const Projected made = projected(queryKeyValue, x, pass, queryRows);
    const Views views = viewsOf(made.queries, made.keysValues, pass.shape);
    if (keep)
        *keep = {views.keys, views.values};
    return attentionForward(views.queries, views.keys, views.values, queryRows.packed, nullptr).flatten(1);
}

at::Tensor stepAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const AttentionShape& shape,
                         const RotaryTable& rotary, const at::Tensor& positions, const at::Tensor& places,
                         KeysValues& cache) {
    at::Tensor joined = lowRankForward(queryKeyValue, x, {}, nullptr);
    if (servedByKernels(joined)) {
        rotateInPlace(joined, shape.heads + shape.keyValueHeads, rotary.cosine, rotary.sine, positions, 1);
        store(joined, shape, places, cache);
        const PackedQueries packed{places, at::arange(shape.batch + 1, places.options())};
        return attentionForward(joined.narrow(1, 0, shape.queryWidth()).unflatten(1, {shape.heads, shape.headSize}),
                                cache.keys, cache.values, packed, nullptr)
            .flatten(1);
    }
    const std::int64_t turning = shape.queryWidth() + shape.keyWidth();
    const at::Tensor turned =
        rotated(joined.narrow(1, 0, turning), rotary, positions).unflatten(1, {-1, shape.headSize});
    const at::Tensor row = at::arange(shape.batch, places.options());
    cache.keys.transpose(1, 2).index_put_({row, places}, turned.narrow(1, shape.heads, shape.keyValueHeads));
    cache.values.transpose(1, 2).index_put_(
        {row, places}, joined.narrow(1, turning, shape.keyWidth()).unflatten(1, {-1, shape.headSize}));
    const at::Tensor visible = at::arange(cache.keys.size(2), places.options()) <= places.view({-1, 1, 1, 1});
    return at::scaled_dot_product_attention(turned.narrow(1, 0, shape.heads).unsqueeze(2),
                                            forEachQueryHead(cache.keys, shape), forEachQueryHead(cache.values, shape),
                                            visible)
        .flatten(1);
}

}  // namespace lacuna
