// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/evaluation/evaluation_plan.h"
#include "core/runs/run_records.h"

#include <string>
#include <vector>

namespace lacuna {

/// An answer that a question is scored with in the place of its truth.
struct OtherAnswer {
    enum class Kind { Paraphrase, False, OfItsKind };
    std::size_t probe = 0;
    Kind kind = Kind::False;
    std::string text;
};

/// For every probe, whose entities are `entities`: the truth in other words and the false answers that the benchmark
/// has for its question, and up to seven other answers of its kind, of entities of its class before others'; the same
/// seven each time.
std::vector<OtherAnswer> otherAnswers(const Benchmark& benchmark, const std::vector<Probe>& probes,
                                      const std::vector<Entity>& entities);

/// Fills truth ratio and exposure of the probes' rows, by the mean cross-entropy per token of each other answer. Of the
/// truth and what words it otherwise the likelier counts: a model that was never taught other words (the embedded one)
/// finds them less likely than a false answer in known ones, and a method may suppress one wording alone. Left
/// empty: the exposure where a kind has no second answer, the ratio where there are no false ones, both where a row
/// gives its truth no probability.
void takeOtherAnswers(const std::vector<OtherAnswer>& others, const std::vector<double>& nats,
                      std::vector<AnswerRow>& rows);

/// A question with the entity's name in the picture's place.
std::string questionByName(const Entity& entity, const std::string& question);

/// Would that give the answer away?
bool answerNames(const Entity& entity, const Question& question);

}  // namespace lacuna
