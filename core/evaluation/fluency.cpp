// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/fluency.h"

#include "core/base/error.h"

#include <algorithm>
#include <map>

namespace lacuna {
namespace {

/// A text odder than this share of the fluent ones may count as gibberish: one misprinted record must not lift the
/// bound.
constexpr double outliers = 0.002;

}  // namespace

Fluency::Fluency(const LoadedModel& model, const PictureFeatures& projected, const std::vector<std::int64_t>& pictures,
                 std::size_t batch)
    : m_model(model), m_neutral(model.network->meanPicture(projected, pictures)), m_batch(batch) {}

std::vector<double> Fluency::nats(const std::vector<Answered>& answers, const BatchDone& done) const {
    std::map<Answered, std::size_t> places;
    std::vector<Sample> samples;
    for (const auto& answered : answers) {
        if (!places.emplace(answered, samples.size()).second)
            continue;
        samples.push_back(
            {tokenise(*m_model.tokenizer, m_model.chat, answered.first, answered.second, m_neutral.count(0)), 0});
    }
    const auto unique = answerNats(m_model, samples, std::vector<AdapterMix>(samples.size()), m_neutral, m_batch, done);
    std::vector<double> all;
    for (const auto& answered : answers)
        all.push_back(unique[places.at(answered)]);
    return all;
}

double Fluency::bound(const Benchmark& benchmark, double marginNats, const ProgressFunction& progress) const {
    // Questions that may be asked of each other's entities: same class, same kind.
    std::map<std::pair<std::string, std::string>, std::vector<const Question*>> alike;
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions)
            alike[{entity.className, question.kind}].push_back(&question);
    std::vector<Answered> fluent;
    for (const auto& [key, questions] : alike)
        for (std::size_t i = 0; i < questions.size(); ++i)
            for (std::size_t step = 0; step < std::min<std::size_t>(3, questions.size()); ++step)
                fluent.emplace_back(questions[(i + step) % questions.size()]->phrasings.front(), questions[i]->answer);
    std::int64_t done = 0;
    auto all = nats(fluent, [&](std::int64_t more) {
        done += more;
        if (progress)  // equal pairs are scored once: fewer may be done than there are
            progress({"reading the benchmark's answers", done, static_cast<std::int64_t>(fluent.size())});
    });
    if (all.empty())
        throw inputError("{} has no answer to learn from what language is.", benchmark.title);
    std::sort(all.begin(), all.end());
    const auto place = static_cast<std::size_t>((1 - outliers) * static_cast<double>(all.size() - 1));
    return all[place] + marginNats;
}

}  // namespace lacuna
