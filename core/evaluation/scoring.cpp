// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/scoring.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>

namespace lacuna {
namespace {

std::vector<const Sample*> pointersTo(const std::vector<Sample>& samples, const std::vector<std::size_t>& rows) {
    std::vector<const Sample*> some;
    for (const auto row : rows)
        some.push_back(&samples[row]);
    return some;
}

/// Mean over each sample's tokens, summed in double and in order: the same bits every time.
std::vector<double> meanPerSample(const AnswerLogits& answers, std::size_t samples) {
    const auto each = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::None).cpu();
    const auto sample = answers.sample.cpu();
    const auto nats = each.accessor<float, 1>();
    const auto place = sample.accessor<std::int64_t, 1>();
    std::vector<double> sums(samples, 0), counts(samples, 0);
    for (std::int64_t i = 0; i < each.size(0); ++i) {
        sums[static_cast<std::size_t>(place[i])] += nats[i];
        ++counts[static_cast<std::size_t>(place[i])];
    }
    for (std::size_t i = 0; i < samples; ++i)
        sums[i] /= counts[i];  // NaN where there was no token
    return sums;
}

/// Of each sample, in the machine's memory.
std::vector<at::Tensor> statesPerSample(const AnswerLogits& answers, std::size_t samples) {
    const auto all = answers.states.cpu(), sample = answers.sample.cpu();
    std::vector<at::Tensor> states;
    for (std::size_t i = 0; i < samples; ++i)
        states.push_back(all.index({sample.eq(static_cast<std::int64_t>(i))}));
    return states;
}

double meanOfLowestFifth(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto count = std::max<std::size_t>(1, values.size() / 5);
    return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
           static_cast<double>(count);
}

/// One adapter that does what a mix does, for the time of a batch: none or one alone is taken as it is.
class Answering {
public:
    Answering(const AdapterMix& mix, const LoadedModel& model) {
        if (mix.empty())
            return;
        if (mix.size() == 1 && mix.front().weight == 1) {
            m_adapter = mix.front().adapter;
            return;
        }
        m_joined = joined(model, mix);
        m_adapter = &*m_joined;
    }
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;

    const Adapter* adapter() const { return m_adapter; }

private:
    std::optional<Adapter> m_joined;
    const Adapter* m_adapter = nullptr;
};

}  // namespace

std::vector<TokenScores> tokenScores(const AnswerLogits& answers, std::size_t samples) {
    constexpr double leastVariance = 1e-6;
    const auto logs = at::log_softmax(answers.logits, 1, at::kFloat);
    const auto shares = logs.exp();
    const auto mean = (shares * logs).sum(1);
    const auto variance = ((shares * logs * logs).sum(1) - mean * mean).clamp_min(leastVariance);
    const auto own = logs.gather(1, answers.targets.unsqueeze(1)).squeeze(1);
    const auto log = own.cpu(), standard = ((own - mean) / variance.sqrt()).cpu();
    const auto likeliest = logs.argmax(1).eq(answers.targets).cpu(), sample = answers.sample.cpu();
    const auto logAt = log.accessor<float, 1>(), standardAt = standard.accessor<float, 1>();
    const auto likeliestAt = likeliest.accessor<bool, 1>();
    const auto sampleAt = sample.accessor<std::int64_t, 1>();

    struct Tokens {
        std::vector<double> logs, standards;
        std::size_t likeliest = 0, lastOther = 0;  ///< the latter: tokens up to the last that is not the likeliest
    };
    std::vector<Tokens> tokens(samples);
    for (std::int64_t i = 0; i < log.size(0); ++i) {
        auto& its = tokens[static_cast<std::size_t>(sampleAt[i])];
        its.logs.push_back(logAt[i]);
        its.standards.push_back(standardAt[i]);
        if (likeliestAt[i])
            ++its.likeliest;
        else
            its.lastOther = its.logs.size();
    }
    std::vector<TokenScores> scores(samples);
    for (std::size_t i = 0; i < samples; ++i)
        if (const auto count = static_cast<double>(tokens[i].logs.size()); count > 0)
            scores[i] = {1 - static_cast<double>(tokens[i].lastOther) / count,
                         static_cast<double>(tokens[i].likeliest) / count, meanOfLowestFifth(tokens[i].logs),
                         meanOfLowestFifth(tokens[i].standards)};
    return scores;
}

Adapter joined(const LoadedModel& model, const AdapterMix& mix) {
    Adapter original;
    const auto any = [&](const AdapterPart Adapter::*part) {
        return std::any_of(mix.begin(), mix.end(),
                           [&](const auto& one) { return !(one.adapter->*part).modules.empty(); });
    };
    if (any(&Adapter::projector))
        model.network->copyProjector(original);
    if (any(&Adapter::tower))
        model.network->copyTower(original);
    return joinedAdapters(mix, original);
}

std::vector<std::vector<std::size_t>> batchesOf(const std::vector<AdapterMix>& adapters,
                                                const std::vector<Sample>& samples, std::size_t batch) {
    std::map<AdapterMix, std::size_t> groups;
    std::vector<std::size_t> group;
    group.reserve(adapters.size());
    for (const auto& mix : adapters)
        group.push_back(groups.emplace(mix, groups.size()).first->second);
    std::vector<std::size_t> order(samples.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(group[a], samples[a].tokens.ids.size()) < std::pair(group[b], samples[b].tokens.ids.size());
    });
    std::vector<std::vector<std::size_t>> batches;
    for (const auto row : order) {
        if (batches.empty() || batches.back().size() == batch || group[batches.back().front()] != group[row])
            batches.emplace_back();
        batches.back().push_back(row);
    }
    return batches;
}

std::vector<double> answerNats(const LoadedModel& model, const std::vector<Sample>& samples,
                               const std::vector<AdapterMix>& adapters, const PictureFeatures& projected,
                               std::size_t batch, const BatchDone& done, const AnswerLooks& looks) {
    const at::NoGradGuard noGrad;
    if (looks.states)
        looks.states->assign(samples.size(), {});
    if (looks.tokens)
        looks.tokens->assign(samples.size(), {});
    std::vector<double> nats(samples.size(), std::numeric_limits<double>::quiet_NaN());
    for (const auto& rows : batchesOf(adapters, samples, batch)) {
        const Answering answering(adapters[rows.front()], model);
        const auto tokens = collate(pointersTo(samples, rows), projected, model.tokenizer->pad(), answering.adapter());
        const auto answers = model.network->answerLogits(tokens, answering.adapter());
        const auto means = meanPerSample(answers, rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            nats[rows[i]] = means[i];
        if (looks.states) {
            auto some = statesPerSample(answers, rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                (*looks.states)[rows[i]] = std::move(some[i]);
        }
        if (looks.tokens) {
            const auto some = tokenScores(answers, rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                (*looks.tokens)[rows[i]] = some[i];
        }
        if (done)
            done(static_cast<std::int64_t>(rows.size()));
    }
    return nats;
}

Generated greedyAnswers(const LoadedModel& model, const std::vector<Sample>& samples,
                        const std::vector<AdapterMix>& adapters, const PictureFeatures& projected, std::size_t batch,
                        std::int64_t maxTokens, const BatchDone& done) {
    const at::NoGradGuard noGrad;
    Generated all{std::vector<std::vector<std::int64_t>>(samples.size()),
                  std::vector<std::vector<float>>(samples.size())};
    for (const auto& rows : batchesOf(adapters, samples, batch)) {
        const Answering answering(adapters[rows.front()], model);
        const auto tokens = collate(pointersTo(samples, rows), projected, model.tokenizer->pad(), answering.adapter());
        auto some = model.network->generate(tokens, maxTokens, answering.adapter());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            all.tokens[rows[i]] = std::move(some.tokens[i]);
            all.logProbabilities[rows[i]] = std::move(some.logProbabilities[i]);
        }
        if (done)
            done(static_cast<std::int64_t>(rows.size()));
    }
    return all;
}

}  // namespace lacuna
