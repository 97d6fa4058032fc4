// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/decoder.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/models/recomputed.h"

namespace lacuna {

LayerCalls layerCalls(const Decoder& decoder, std::size_t layer, const Adapter* adapter, double dropout) {
    const DecoderLayer& weights = decoder.layers[layer];
    const auto call = [&](const StackedLinear& linear, DecoderLinear first) {
        LowRankCall result{&linear, 0, linear.count(), {}, dropout};
        if (adapter) {
            const auto begin = adapter->layers.at(layer).begin() + static_cast<std::ptrdiff_t>(first);
            result.factors = {begin, begin + static_cast<std::ptrdiff_t>(linear.count())};
        }
        return result;
    };
    return {&weights, call(weights.queryKeyValue, DecoderLinear::Query), call(weights.output, DecoderLinear::Output),
            call(weights.gateUp, DecoderLinear::Gate), call(weights.down, DecoderLinear::Down)};
}

namespace {

/// x [rows, hidden] → [query rows, hidden].
at::Tensor layerOutput(const LayerCalls& calls, const at::Tensor& x, const AttentionPass& pass,
                       const QueryRows& queryRows, double eps, KeysValues* keep) {
    const at::Tensor normed = rmsNorm(x, calls.weights->inputNorm, eps);
    const at::Tensor mixed = selfAttention(calls.queryKeyValue, normed, pass, queryRows, keep);
    const at::Tensor residual = queryRows.rows.defined() ? x.index_select(0, queryRows.rows) : x;
    return mlpOutput(calls, lowRankLinear(calls.output, mixed, residual), eps);
}

/// The same calls with other factors, given in DecoderLinear's order, a before b.
LayerCalls withFactors(LayerCalls calls, const std::vector<at::Tensor>& factors) {
    std::size_t at = 0;
    for (LowRankCall* call : {&calls.queryKeyValue, &calls.output, &calls.gateUp, &calls.down}) {
        for (LoraFactors& part : call->factors) {
            part.a = factors[at];
            part.b = factors[at + 1];
            at += 2;
        }
    }
    return calls;
}

std::vector<at::Tensor> factorsOf(const LayerCalls& calls) {
    std::vector<at::Tensor> all;
    for (const LowRankCall* call : {&calls.queryKeyValue, &calls.output, &calls.gateUp, &calls.down})
        for (const at::Tensor& factor : call->factorList())
            all.push_back(factor);
    return all;
}

}  // namespace

at::Tensor mlpOutput(const LayerCalls& calls, const at::Tensor& x, double eps) {
    const at::Tensor normed = rmsNorm(x, calls.weights->mlpNorm, eps);
    return lowRankLinear(calls.down, swiGlu(lowRankLinear(calls.gateUp, normed)), x);
}

at::Tensor decoderStates(const Decoder& decoder, const TextConfig& text, const DecoderInputs& inputs,
                         const at::Tensor& rows, const Adapter* adapter, const TrainingPass& training,
                         std::vector<KeysValues>* keep, LayerTaps* taps) {
    interruptionPoint();
    const std::int64_t batch = inputs.vectors.size(0), tokens = inputs.vectors.size(1);
    if (tokens > text.maxPositions)
        throw inputError("A sample of {} tokens is longer than the model's {} positions. Shorten it.", tokens,
                         text.maxPositions);
    if (adapter && adapter->layers.size() != decoder.layers.size())
        throw inputError("The adapter has {} layers and the model {}: it was made for another base.",
                         adapter->layers.size(), decoder.layers.size());
    const AttentionPass pass =
        attentionPass({batch, text.heads, text.keyValueHeads, text.headSize()}, text.ropeTheta, inputs.positions, rows);
    if (keep)
        keep->resize(decoder.layers.size());
    const std::size_t last = decoder.layers.size() - 1;
    bool everywhere = false;  // a tap behind the last layer wants other rows than the head
    if (taps) {
        taps->states.assign(taps->layers.size(), {});
        for (const std::size_t layer : taps->layers) {
            if (layer > last)
                throw inputError("Hidden states behind layer {} were asked for, and the decoder's layers are 0 to {}.",
                                 layer, last);
            everywhere = everywhere || layer == last;
        }
    }
    at::Tensor x = inputs.vectors.view({batch * tokens, text.hidden});
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        interruptionPoint();
        const LayerCalls calls = layerCalls(decoder, i, adapter, training.dropout);
        const QueryRows& queryRows = i == last && !everywhere ? pass.chosen : pass.all;
        if (adapter && training.recomputes && at::GradMode::is_enabled())
            x = recomputed(
                [calls, pass, queryRows, eps = text.rmsNormEps](const at::Tensor& input,
                                                                const std::vector<at::Tensor>& factors) {
                    return layerOutput(withFactors(calls, factors), input, pass, queryRows, eps, nullptr);
                },
                x, factorsOf(calls), training.dropout > 0);
        else
            x = layerOutput(calls, x, pass, queryRows, text.rmsNormEps, keep ? &(*keep)[i] : nullptr);
        for (std::size_t t = 0; taps && t < taps->layers.size(); ++t)
            if (taps->layers[t] == i)
                taps->states[t] = x.index_select(0, taps->rows);
    }
    if (everywhere)
        x = x.index_select(0, rows);
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

Decoder mergedDecoder(const Decoder& decoder, const Adapter& adapter) {
    const at::NoGradGuard noGradients;
    Decoder merged = decoder;
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const LayerCalls calls = layerCalls(decoder, i, &adapter, 0);
        interruptionPoint();
        merged.layers[i].queryKeyValue = mergedLinear(calls.queryKeyValue);
        interruptionPoint();
        merged.layers[i].output = mergedLinear(calls.output);
        interruptionPoint();
        merged.layers[i].gateUp = mergedLinear(calls.gateUp);
        interruptionPoint();
        merged.layers[i].down = mergedLinear(calls.down);
    }
    return merged;
}

}  // namespace lacuna
