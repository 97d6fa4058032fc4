// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/pass_forward.h"

#include "core/base/error.h"

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

constexpr std::size_t tokensAtOnce = 1 << 14;

std::int64_t answerTokens(const Sample& sample) {
    return static_cast<std::int64_t>(sample.tokens.ids.size() - sample.tokens.answerBegin);
}

std::int64_t textTokens(const Sample& sample, std::int64_t imageToken) {
    const auto& ids = sample.tokens.ids;
    return static_cast<std::int64_t>(ids.size()) - std::count(ids.begin(), ids.end(), imageToken);
}

/// The layers that any of the passes asks for, ascending.
std::vector<std::size_t> layersOf(const std::vector<const PassSamples*>& passes) {
    std::set<std::size_t> layers;
    for (const auto* pass : passes)
        layers.insert(pass->need.layers.begin(), pass->need.layers.end());
    return {layers.begin(), layers.end()};
}

/// One batch: its outputs cut into the passes. Everything is packed sample after sample, so a part is one slice.
void forwardTogether(const LoadedModel& model, const std::vector<const PassSamples*>& passes,
                     const PictureFeatures& pictures, const Adapter* adapter, const TrainingPass& training,
                     double* tokens, std::map<Pass, PassOutputs>& outputs) {
    std::vector<const Sample*> batch;
    for (const auto* pass : passes)
        for (const auto& sample : pass->samples)
            batch.push_back(&sample);
    if (batch.empty())
        return;
    const auto collated = collate(batch, pictures, model.tokenizer->pad(), adapter);
    if (tokens)
        *tokens += collated.lengths.sum().item<double>();
    TextStates text{layersOf(passes), {}, {}};
    const auto answers =
        model.network->answerLogits(collated, adapter, training, text.layers.empty() ? nullptr : &text);
    std::int64_t firstAnswer = 0, firstText = 0, firstSample = 0;
    for (const auto* pass : passes) {
        auto& part = outputs[pass->need.pass];
        part.samples = static_cast<std::int64_t>(pass->samples.size());
        auto lastAnswer = firstAnswer, lastText = firstText;
        for (const auto& sample : pass->samples) {
            lastAnswer += answerTokens(sample);
            const auto words = textTokens(sample, model.tokenizer->imageToken());
            lastText += words;
            if (!pass->need.layers.empty())
                part.textTokens.push_back(words);
        }
        part.answers = {answers.logits.slice(0, firstAnswer, lastAnswer),
                        answers.targets.slice(0, firstAnswer, lastAnswer),
                        answers.sample.slice(0, firstAnswer, lastAnswer) - firstSample};
        for (const auto layer : pass->need.layers) {
            const auto at = std::find(text.layers.begin(), text.layers.end(), layer) - text.layers.begin();
            if (text.states.empty())
                throw inputError("A batch has no answer token. Are its answers empty? Run `lacuna data check`.");
            part.states.push_back(text.states[static_cast<std::size_t>(at)].slice(0, firstText, lastText));
        }
        firstAnswer = lastAnswer;
        firstText = lastText;
        firstSample += part.samples;
    }
}

/// The rows that some samples take up in what is packed sample after sample.
at::Tensor packed(const at::Tensor& all, const std::vector<std::int64_t>& begins, const std::vector<std::size_t>& rows,
                  const at::Device& device) {
    std::vector<at::Tensor> parts;
    for (const auto row : rows)
        parts.push_back(all.slice(0, begins[row], begins[row + 1]));
    return at::cat(parts).to(device);
}

}  // namespace

std::map<Pass, PassOutputs> passOutputs(const LoadedModel& model, const std::vector<PassSamples>& passes,
                                        const PictureFeatures& pictures, const Adapter* adapter,
                                        const TrainingPass& training, double* tokens) {
    std::map<Pass, PassOutputs> outputs;
    for (const bool textOnly : {false, true}) {
        std::vector<const PassSamples*> together;
        for (const auto& pass : passes)
            if (isTextOnly(pass.need.pass) == textOnly)
                together.push_back(&pass);
        forwardTogether(model, together, pictures, adapter, training, tokens, outputs);
    }
    return outputs;
}

void forEachBatch(const LoadedModel& model, const PassSamples& pass, const PictureFeatures& pictures,
                  const Adapter* adapter, const std::function<void(const PassOutputs&)>& take, std::size_t most,
                  const TrainingPass& training) {
    std::size_t longest = 1;
    for (const auto& sample : pass.samples)
        longest = std::max(longest, sample.tokens.ids.size());
    const auto atOnce = std::clamp<std::size_t>(tokensAtOnce / longest, 1, most);
    for (std::size_t at = 0; at < pass.samples.size(); at += atOnce) {
        const auto some = pass.samples.subspan(at, std::min(atOnce, pass.samples.size() - at));
        take(passOutputs(model, {{pass.need, some}}, pictures, adapter, training).at(pass.need.pass));
    }
}

PassReference::PassReference(const LoadedModel& model, const PassSamples& pass, const PictureFeatures& pictures,
                             const Adapter* adapter) {
    const at::NoGradGuard noGrad;
    const auto& need = pass.need;
    auto seen = pass;
    if (!need.referenceStates)
        seen.need.layers.clear();
    std::vector<at::Tensor> sums, logProbabilities;
    std::vector<std::vector<at::Tensor>> states(seen.need.layers.size());
    forEachBatch(model, seen, pictures, adapter, [&](const PassOutputs& outputs) {
        if (need.referenceSums)
            sums.push_back(answerSums(outputs.answers, outputs.samples).cpu());
        if (need.referenceLogProbabilities)
            logProbabilities.push_back(at::log_softmax(outputs.answers.logits, 1).cpu());
        for (std::size_t i = 0; i < states.size(); ++i)
            states[i].push_back(outputs.states[i].to(at::kFloat).cpu());
    });
    if (need.referenceSums)
        m_sums = at::cat(sums);
    if (need.referenceLogProbabilities)
        m_logProbabilities = at::cat(logProbabilities);
    for (const auto& parts : states)
        m_states.push_back(at::cat(parts));
    for (const auto& sample : pass.samples) {
        m_answerBegins.push_back(m_answerBegins.back() + answerTokens(sample));
        m_textBegins.push_back(m_textBegins.back() + textTokens(sample, model.tokenizer->imageToken()));
    }
}

void PassReference::fill(PassOutputs& outputs, const std::vector<std::size_t>& rows) const {
    const auto device = outputs.answers.logits.device();
    if (m_sums.defined())
        outputs.referenceSums =
            m_sums.index_select(0, at::tensor(std::vector<std::int64_t>(rows.begin(), rows.end()))).to(device);
    if (m_logProbabilities.defined())
        outputs.referenceLogProbabilities = packed(m_logProbabilities, m_answerBegins, rows, device);
    for (const auto& states : m_states)
        outputs.referenceStates.push_back(packed(states, m_textBegins, rows, device));
}

}  // namespace lacuna
