// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What measures ask beside the answers: other answers, and names in the pictures' place.
#include "core/evaluation/evaluator.h"

#include <cmath>

namespace lacuna {
namespace {

/// Tells what a pass of so many texts has done.
BatchDone counting(const ProgressFunction& progress, const std::string& phase, std::size_t all) {
    return [&progress, phase, all, done = std::int64_t{0}](std::int64_t more) mutable {
        done += more;
        if (progress)
            progress({phase, done, static_cast<std::int64_t>(all)});
    };
}

}  // namespace

void Evaluator::addOtherAnswers(const Meeting& meeting, std::vector<AnswerRow>& rows,
                                const ProgressFunction& progress) const {
    auto others = m_otherAnswers;
    std::erase_if(others, [&](const auto& other) { return !meeting.fixed[other.probe].empty(); });
    std::vector<AskedQuestion> scored;
    std::vector<AdapterMix> adapters;
    for (const auto& other : others) {
        scored.push_back(meeting.told[other.probe]);
        scored.back().truth = other.text;
        adapters.push_back(meeting.adapters[other.probe]);
    }
    const auto projected = m_features.projected();
    const auto batch = batchOf(planQuestions(asked()), meeting.told, projected);
    const auto nats = answerNats(m_model, samplesOf(scored, projected, true), adapters, projected, batch,
                                 counting(progress, "scoring other answers", scored.size()));
    takeOtherAnswers(others, nats, rows);
}

void Evaluator::addNames(const Asked& asked, const Subject& subject, std::vector<AnswerRow>& rows,
                         const ProgressFunction& progress) const {
    auto questions = planQuestions(asked);
    std::vector<AskedQuestion> named;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto& entity = asked.entities[static_cast<std::size_t>(asked.probes[i].entity)];
        if (answerNames(entity, entity.questions[static_cast<std::size_t>(asked.probes[i].question)]))
            continue;
        questions[i].picture = -1;
        questions[i].question = questionByName(entity, questions[i].question);
        named.push_back(std::move(questions[i]));
        places.push_back(i);
    }
    const auto met = meeting(subject, named);
    const auto projected = m_features.projected();
    const auto nats =
        answerNats(m_model, samplesOf(met.told, projected, true), met.adapters, projected,
                   batchOf(named, met.told, projected), counting(progress, "asking by name", named.size()));
    for (std::size_t i = 0; i < places.size(); ++i)
        rows[places[i]].named = met.fixed[i].empty() ? std::exp(-nats[i]) : 0;
}

}  // namespace lacuna
