// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

#include "core/base/error.h"
#include "core/training/batch.h"

#include <algorithm>

namespace lacuna {

const PassNeed* ObjectiveNeeds::find(Pass pass) const {
    const auto found = std::find_if(passes.begin(), passes.end(), [&](const auto& need) { return need.pass == pass; });
    return found == passes.end() ? nullptr : &*found;
}

void Objective::prepare(ObjectiveSets&) {}

Gradients Objective::transform(std::vector<Gradients>) {
    throw internalError("An objective asks for gradients and does not transform them. Please report this.");
}

std::vector<std::pair<std::string, at::Tensor>> Objective::state() const {
    return {};
}

void Objective::restore(const std::vector<std::pair<std::string, at::Tensor>>& state) {
    if (!state.empty())
        throw inputError(
            "The checkpoint holds {} values that this method does not know. It belongs to another; remove it.",
            state.size());
}

void requireAnswers(const ObjectiveInput& input, Pass pass) {
    const auto& targets = input[pass].answers.targets;
    if (!targets.defined() || targets.size(0) == 0)
        throw inputError("A batch of the {} set has no answer token. Are its answers empty? Run `lacuna data check`.",
                         isRetainPass(pass) ? "retain" : "forget");
}

at::Tensor meanLoss(const ObjectiveInput& input, Pass pass) {
    requireAnswers(input, pass);
    return meanAnswerLoss(input[pass].answers);
}

void eachGradient(ObjectiveSets& sets, Pass pass,
                  const std::function<void(const Gradients& gradients, std::int64_t samples)>& take) {
    sets.each(pass, ObjectiveSets::Model::Trained, [&](const PassOutputs& seen) {
        meanAnswerLoss(seen.answers).backward();
        const at::NoGradGuard noGrad;
        Gradients gradients;
        for (const auto& parameter : sets.parameters()) {
            gradients.push_back(parameter.grad());
            parameter.mutable_grad() = at::Tensor();
        }
        take(gradients, seen.samples);
    });
}

at::Tensor answerSums(const AnswerLogits& answers, std::int64_t samples) {
    const auto each = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::None);
    return at::zeros({samples}, each.options()).index_add(0, answers.sample, each);
}

}  // namespace lacuna
