// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/generation.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace lacuna {
namespace {

/// Prompts still being answered. Row i of every tensor belongs to sample `sample[i]` of the batch.
struct Active {
    std::vector<std::size_t> sample;
    at::Tensor positions;           ///< [rows] the next token's
    at::Tensor places;              ///< [rows] its place in the cache, where its keys and values overwrite padding
    std::vector<KeysValues> cache;  ///< per layer [rows, key-value heads, room, head size]
};

/// One more token per row through all layers → final normed states [rows, hidden].
at::Tensor stepStates(const Decoder& decoder, const TextConfig& text, const Adapter* adapter, const RotaryTable& rotary,
                      const at::Tensor& tokens, Active& active) {
    const AttentionShape shape{tokens.size(0), text.heads, text.keyValueHeads, text.headSize()};
    at::Tensor x = at::embedding(decoder.embedding, tokens);
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        interruptionPoint();
        const LayerCalls calls = layerCalls(decoder, i, adapter, 0);
        const at::Tensor mixed =
            stepAttention(calls.queryKeyValue, rmsNorm(x, calls.weights->inputNorm, text.rmsNormEps), shape, rotary,
                          active.positions, active.places, active.cache[i]);
        x = mlpOutput(calls, lowRankLinear(calls.output, mixed, x), text.rmsNormEps);
    }
    active.positions = active.positions + 1;
    active.places = active.places + 1;
    return rmsNorm(x, decoder.norm, text.rmsNormEps);
}

/// What is continued, and how far.
struct Task {
    const Decoder& decoder;
    const TextConfig& text;
    const std::vector<std::int64_t>& ends;
    const DecoderInputs& prompts;
    const at::Tensor& lengths;
    std::int64_t maxTokens;

    std::int64_t size() const { return prompts.vectors.size(0); }
    std::int64_t width() const { return prompts.vectors.size(1); }  ///< tokens of a prompt with its padding
};

/// Reads the prompts; `states` takes the final states of each one's last token.
Active prefilled(const Task& task, const Adapter* adapter, at::Tensor& states) {
    const std::int64_t rows = task.size(), tokens = task.width(), room = tokens + task.maxTokens;
    const at::Device device = task.prompts.vectors.device();
    Active active;
    active.places = task.lengths.to(device);
    const at::Tensor last = at::arange(rows, active.places.options()) * tokens + active.places - 1;
    active.positions = task.prompts.positions.to(device).flatten().index_select(0, last) + 1;
    std::vector<KeysValues> kept;
    states = decoderStates(task.decoder, task.text, task.prompts, last, adapter, {}, &kept);
    for (KeysValues& layer : kept) {
        interruptionPoint();
        const auto roomy = [&](const at::Tensor& x) {
            at::Tensor cache = at::zeros({rows, x.size(1), room, x.size(3)}, x.options());
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
    const at::Tensor index = at::tensor(rows, at::kLong).to(active.positions.device());
    active.positions = active.positions.index_select(0, index);
    active.places = active.places.index_select(0, index);
    for (KeysValues& layer : active.cache) {
        interruptionPoint();
        layer = {layer.keys.index_select(0, index), layer.values.index_select(0, index)};
    }
    std::vector<std::size_t> sample;
    for (const std::int64_t row : rows)
        sample.push_back(active.sample[static_cast<std::size_t>(row)]);
    active.sample = std::move(sample);
}

/// Throws InputError, before anything is computed.
void checkPrompts(const Task& task) {
    if (task.lengths.min().item<std::int64_t>() < 1)
        throw inputError("A prompt without tokens cannot be continued.");
    const std::int64_t longest = task.lengths.max().item<std::int64_t>();
    if (longest + task.maxTokens > task.text.maxPositions)
        throw inputError("A prompt of {} tokens and an answer of {} pass the model's {} positions. Ask for less.",
                         longest, task.maxTokens, task.text.maxPositions);
}

/// One token per row of logits [rows, vocabulary], each by a number of its own from (seed, sample, step).
at::Tensor drawn(const at::Tensor& logits, const Sampling& sampling, const std::vector<std::size_t>& sample,
                 std::int64_t step) {
    std::vector<float> numbers;
    for (const std::size_t row : sample)
        numbers.push_back(static_cast<float>(
            Random(deriveSeed(sampling.seed, fmt::format("token {} of sample {}", step, row))).uniform()));
    auto [probability, token] = at::softmax(logits / sampling.temperature, -1).sort(-1, /*descending=*/true);
    const at::Tensor before = probability.cumsum(-1) - probability;
    const at::Tensor kept = probability * (before < sampling.topP);
    const at::Tensor reached = kept.cumsum(-1);
    const at::Tensor wanted = at::tensor(numbers).to(logits.device()).unsqueeze(1) * kept.sum(-1, /*keepdim=*/true);
    const at::Tensor last = (kept > 0).sum(-1, /*keepdim=*/true) - 1;
    return token.gather(1, (reached <= wanted).sum(-1, /*keepdim=*/true).minimum(last)).squeeze(1);
}

Generated decoded(const Task& task, const Adapter* adapter, const Sampling& sampling) {
    Generated generated;
    generated.tokens.resize(static_cast<std::size_t>(task.size()));
    generated.logProbabilities.resize(generated.tokens.size());
    at::Tensor states;
    Active active = prefilled(task, adapter, states);
    const RotaryTable rotary = rotaryTable(task.prompts.positions.max().item<std::int64_t>() + 1 + task.maxTokens,
                                           task.text.headSize(), task.text.ropeTheta, task.prompts.vectors.device());
    std::vector<bool> ended(generated.tokens.size(), false);
    for (std::int64_t step = 0;; ++step) {
        interruptionPoint();
        const at::Tensor logits = applied(task.decoder.head, states).to(at::kFloat);
        auto [chosenLogit, next] = logits.max(-1);
        if (sampling.temperature > 0) {
            next = drawn(logits, sampling, active.sample, step);
            chosenLogit = logits.gather(1, next.unsqueeze(1)).squeeze(1);
        }
        interruptionPoint();
        const at::Tensor logProbability = chosenLogit.sub(logits.logsumexp(-1)).cpu(), chosen = next.cpu();
        std::vector<std::int64_t> going;
        for (std::int64_t row = 0; row < chosen.size(0); ++row) {
            const std::size_t sample = active.sample[static_cast<std::size_t>(row)];
            const std::int64_t token = chosen.const_data_ptr<std::int64_t>()[row];
            ended[sample] = ended[sample] || std::find(task.ends.begin(), task.ends.end(), token) != task.ends.end();
            if (ended[sample])
                continue;
            generated.tokens[sample].push_back(token);
            generated.logProbabilities[sample].push_back(logProbability.const_data_ptr<float>()[row]);
            going.push_back(row);
        }
        if (going.empty() || step + 1 == task.maxTokens)
            return generated;
        // Moving the cache together costs about a step: only when a quarter of its rows is done with.
        if (4 * static_cast<std::int64_t>(going.size()) <= 3 * chosen.size(0)) {
            next = next.index_select(0, at::tensor(going, at::kLong).to(next.device()));
            keepRows(active, going);
        }
        states = stepStates(task.decoder, task.text, adapter, rotary, next, active);
    }
}

}  // namespace

Generated generateAnswers(const Decoder& decoder, const TextConfig& text, const std::vector<std::int64_t>& ends,
                          const DecoderInputs& prompts, const at::Tensor& lengths, std::int64_t maxTokens,
                          const Adapter* adapter, const Sampling& sampling) {
    const at::NoGradGuard noGradients;
    if (!(sampling.temperature >= 0) || !(sampling.topP > 0 && sampling.topP <= 1))
        throw inputError(
            "A temperature of {} and a top-p of {} were asked for, expected at least 0, and above 0 up to 1.",
            sampling.temperature, sampling.topP);
    const Task task{decoder, text, ends, prompts, lengths, maxTokens};
    const std::int64_t samples = task.size();
    if (samples == 0 || maxTokens < 1)
        return {std::vector<std::vector<std::int64_t>>(static_cast<std::size_t>(samples)),
                std::vector<std::vector<float>>(static_cast<std::size_t>(samples))};
    checkPrompts(task);
    // Small models spend their time on the number of products, so the adapter is added once for the whole call.
    const bool small = decoder.embedding.device().is_cpu() && decoder.embedding.scalar_type() == at::kFloat &&
                       text.hidden <= 4 * samples * (task.width() + maxTokens);
    if (adapter && adapter->layers.size() == decoder.layers.size() && small && text.hidden <= 1024) {
        const Decoder merged = mergedDecoder(decoder, *adapter);
        return decoded({merged, text, ends, prompts, lengths, maxTokens}, nullptr, sampling);
    }
    return decoded(task, adapter, sampling);
}

}  // namespace lacuna
