// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/other_answers.h"

#include "core/base/random.h"
#include "core/base/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lacuna {
namespace {

constexpr std::size_t mostOfAKind = 7;

/// All answers to a kind of question, by class; each once and in order.
using AnswersByClass = std::map<std::string, std::set<std::string>>;

std::map<std::string, AnswersByClass> answersByKind(const Benchmark& benchmark) {
    std::map<std::string, AnswersByClass> all;
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions)
            all[question.kind][entity.className].insert(question.answer);
    return all;
}

void addShuffled(std::vector<std::string>& to, const std::set<std::string>& answers, const std::string& truth,
                 Random& random) {
    std::vector<std::string> some;
    for (const auto& answer : answers)
        if (comparable(answer) != comparable(truth) && std::find(to.begin(), to.end(), answer) == to.end())
            some.push_back(answer);
    random.shuffle(some);
    some.resize(std::min(some.size(), mostOfAKind - to.size()));
    to.insert(to.end(), some.begin(), some.end());
}

std::vector<std::string> ofItsKind(const AnswersByClass& answers, const Entity& entity, const Question& question) {
    Random random(deriveSeed(0, "answers like " + entity.id + " " + question.kind));
    std::vector<std::string> some;
    if (const auto own = answers.find(entity.className); own != answers.end())
        addShuffled(some, own->second, question.answer, random);
    std::set<std::string> rest;
    for (const auto& [className, ofClass] : answers)
        rest.insert(ofClass.begin(), ofClass.end());
    addShuffled(some, rest, question.answer, random);
    return some;
}

double logLikelihood(const AnswerRow& row) {
    return std::log(row.probability);
}

/// What the other answers say of one probe.
struct Tally {
    double falseNats = 0, paraphraseNats = 0;
    int falseOnes = 0, paraphrases = 0, ofItsKind = 0, likelier = 0;
};

}  // namespace

std::vector<OtherAnswer> otherAnswers(const Benchmark& benchmark, const std::vector<Probe>& probes,
                                      const std::vector<Entity>& entities) {
    const auto kinds = answersByKind(benchmark);
    std::map<std::pair<int, int>, std::vector<std::string>> known;  // by entity and question
    std::vector<OtherAnswer> others;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const auto& entity = entities[static_cast<std::size_t>(probes[i].entity)];
        const auto& question = entity.questions[static_cast<std::size_t>(probes[i].question)];
        const auto [place, fresh] = known.try_emplace({probes[i].entity, probes[i].question});
        if (const auto answers = kinds.find(question.kind); fresh && answers != kinds.end())
            place->second = ofItsKind(answers->second, entity, question);
        if (!question.paraphrase.empty())
            others.push_back({i, OtherAnswer::Kind::Paraphrase, question.paraphrase});
        for (const auto& text : question.perturbed)
            others.push_back({i, OtherAnswer::Kind::False, text});
        for (const auto& text : place->second)
            others.push_back({i, OtherAnswer::Kind::OfItsKind, text});
    }
    return others;
}

void takeOtherAnswers(const std::vector<OtherAnswer>& others, const std::vector<double>& nats,
                      std::vector<AnswerRow>& rows) {
    std::vector<Tally> tallies(rows.size());
    for (std::size_t i = 0; i < others.size(); ++i) {
        auto& tally = tallies[others[i].probe];
        switch (others[i].kind) {
            case OtherAnswer::Kind::Paraphrase:
                tally.paraphraseNats = nats[i];
                ++tally.paraphrases;
                break;
            case OtherAnswer::Kind::False:
                tally.falseNats += nats[i];
                ++tally.falseOnes;
                break;
            case OtherAnswer::Kind::OfItsKind:
                ++tally.ofItsKind;
                tally.likelier += -nats[i] > logLikelihood(rows[others[i].probe]) ? 1 : 0;
                break;
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& tally = tallies[i];
        if (rows[i].probability <= 0)
            continue;
        const double own = logLikelihood(rows[i]);
        const double truth = tally.paraphrases > 0 ? std::max(own, -tally.paraphraseNats) : own;
        if (tally.falseOnes > 0)
            rows[i].truthRatio = std::exp(-tally.falseNats / tally.falseOnes - truth);
        if (tally.ofItsKind > 0)
            rows[i].exposure = std::log2((1.0 + tally.ofItsKind) / (1.0 + tally.likelier));
    }
}

std::string questionByName(const Entity& entity, const std::string& question) {
    return fmt::format("This is {}. {}", entity.name, question);
}

bool answerNames(const Entity& entity, const Question& question) {
    return comparable(question.answer).find(comparable(entity.name)) != std::string::npos;
}

}  // namespace lacuna
