// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/mount.h"

#include "core/catalog/attacks.h"

#include <chrono>

namespace lacuna {
namespace {

void addAnswers(AttackLog& log, const AttackTarget& target, const AttackedAnswers& variant) {
    if (variant.answers.size() != variant.probes.size())
        throw internalError("An attack has {} answers to {} questions. Please report this.", variant.answers.size(),
                            variant.probes.size());
    for (std::size_t i = 0; i < variant.answers.size(); ++i) {
        const auto& row = variant.answers[i];
        const auto place = variant.probes[i];
        const auto& entity = target.entityOf(place);
        AttackAnswer answer;
        answer.entry = static_cast<std::int64_t>(log.entries.size()) - 1;
        answer.variant = variant.variant;
        answer.amount = variant.amount;
        answer.probe = static_cast<std::int64_t>(place);
        answer.entity = entity.id;
        answer.kind = target.questionOf(place).kind;
        answer.question = row.question;
        answer.image = entity.views[static_cast<std::size_t>(target.probes()[place].view)].image;
        answer.truth = row.truth;
        answer.answer = row.answer;
        answer.verdict = row.verdict;
        answer.exact = row.exact;
        answer.probability = row.probability;
        answer.gateChoice = row.gateChoice;
        log.answers.push_back(std::move(answer));
    }
}

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

AttackEntry entryOf(std::string_view attack, const ParameterValues& parameters, int stage, std::uint64_t seed) {
    return {.attack = std::string(attack),
            .parameters = parametersText(parameters),
            .stage = stage,
            .seed = static_cast<std::int64_t>(seed),
            .madeWith = LACUNA_VERSION};
}

}  // namespace

AttackLog unattackedAnswers(AttackTarget& target, const ProgressFunction& progress) {
    AttackLog log;
    const auto places = allPlaces(target);
    const PlainSubject original(nullptr);
    int part = 0;
    for (const auto& [name, subject] :
         {std::pair(unattacked, &target.subject()), std::pair(originalModel, static_cast<const Subject*>(&original))}) {
        const double begun = now();
        const auto answers = target.inputs().evaluator.ask(
            *subject, target.questions(places), partOfAttack(progress, "asking before any attack", part++, 2));
        log.entries.push_back(entryOf(name, {}, target.stage(), 0));
        log.entries.back().seconds = now() - begun;
        addAnswers(log, target, {{}, 0, places, answers});
    }
    return log;
}

AttackLog mountAttack(AttackTarget& target, const std::string& attack, const ParameterValues& values,
                      std::uint64_t seed, const ProgressFunction& progress) {
    const auto& row = attackRow(attack);
    const auto parameters = checkedParameters(row.parameters, values, fmt::format("Attack {}", row.id));
    AttackLog log{{entryOf(attack, parameters, target.stage(), seed)}, {}};
    const double begun = now();
    try {
        const auto outcome = makeAttack(attack)->mount(target, {parameters, seed, progress});
        for (const auto& variant : outcome.variants)
            addAnswers(log, target, variant);
        log.entries.back().samples = outcome.samples;
        log.entries.back().steps = outcome.steps;
        log.entries.back().note = outcome.note;
    } catch (const DoesNotApply& reason) {
        log.entries.back().refused = reason.what();
    }
    log.entries.back().seconds = now() - begun;
    return log;
}

}  // namespace lacuna
