// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/models/forward.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lacuna {

/// The samples of a step as one look at them: each kind is asked of the model for itself. The text-only twins are the
/// same questions and answers without their picture; the unknown are pictures of entities that the model was never
/// taught (the benchmark's bystanders), answered by refusals.
enum class Pass { ForgetTruth, ForgetRefusal, Retain, ForgetTextOnly, RetainTextOnly, Unknown };

inline constexpr bool isRetainPass(Pass pass) {
    return pass == Pass::Retain || pass == Pass::RetainTextOnly;
}
inline constexpr bool isTextOnly(Pass pass) {
    return pass == Pass::ForgetTextOnly || pass == Pass::RetainTextOnly;
}

/// One pass that an objective needs in every step, and what it needs to see of it beside the logits at answer tokens.
/// What is asked of the original model is computed once per request, before its first step, and kept in the machine's
/// memory.
struct PassNeed {
    Pass pass = Pass::ForgetTruth;
    std::vector<std::size_t> layers = {};    ///< hidden states behind these decoder layers (0 = behind the first)
    bool referenceSums = false;              ///< 4 bytes per sample
    bool referenceLogProbabilities = false;  ///< 4 bytes × answer tokens × vocabulary
    bool referenceStates = false;            ///< of `layers`; 4 bytes × text tokens × hidden for each
    bool inSteps = true;                     ///< false: looked at in Objective::prepare alone

    bool wantsReference() const { return referenceSums || referenceLogProbabilities || referenceStates; }
};

/// All that an objective asks the trainer for. What it does not name is not computed.
struct ObjectiveNeeds {
    std::vector<PassNeed> passes;    ///< each pass once; a retain pass brings as many samples as there are forget ones
    bool driftingReference = false;  ///< the reference is the model as the request finds it, not the original one
    bool gradientsOfParts = false;   ///< the gradient of each of ObjectiveLoss::parts apart, for Objective::transform
    bool adapters = false;           ///< its own adapter and those of earlier requests

    const PassNeed* find(Pass pass) const;
};

/// What the model says of one pass of a step.
struct PassOutputs {
    AnswerLogits answers;  ///< `sample` counts from 0 within the pass
    std::int64_t samples = 0;
    std::vector<at::Tensor> states;           ///< per layer asked for: [text tokens, hidden], differentiable
    std::vector<std::int64_t> textTokens;     ///< of each sample, where there are states; its answer's come last
    at::Tensor referenceSums;                 ///< [samples]: summed cross-entropy of each answer, nats
    at::Tensor referenceLogProbabilities;     ///< [answer tokens, vocabulary]
    std::vector<at::Tensor> referenceStates;  ///< as `states`, of the reference
};

/// What an objective sees of one step. `own` and `earlier` where it needs adapters.
struct ObjectiveInput {
    std::map<Pass, PassOutputs> passes;
    const Adapter* own = nullptr;
    std::vector<const Adapter*> earlier;

    const PassOutputs& operator[](Pass pass) const { return passes.at(pass); }
};

/// The scalar to minimise, and its two terms before their weights (undefined where the method has none).
struct ObjectiveLoss {
    at::Tensor total, forget, retain;
    std::vector<at::Tensor> parts = {};  ///< with ObjectiveNeeds::gradientsOfParts: scalars; `total` is what is logged
};

/// Gradients of all trained parameters, in their order; undefined where none came.
using Gradients = std::vector<at::Tensor>;

/// A request's whole sets, for an objective that looks at them before the first step.
class ObjectiveSets {
public:
    virtual ~ObjectiveSets() = default;
    /// Batch after batch of a pass that the objective needs, as `model` says it: Original has no adapter and no
    /// gradients, Trained is the model at the request's start, differentiable in what is trained (batches of a step).
    enum class Model { Original, Trained };
    virtual void each(Pass pass, Model model, const std::function<void(const PassOutputs&)>& take) = 0;
    /// What is trained, in the order of Gradients.
    virtual const std::vector<at::Tensor>& parameters() const = 0;
};

/// The loss of one unlearning method. Knows nothing of runs, files or the trainer.
class Objective {
public:
    virtual ~Objective() = default;
    virtual ObjectiveNeeds needs() const = 0;
    /// Differentiable in what it is given. Throws InputError when a set has no answer token.
    virtual ObjectiveLoss loss(const ObjectiveInput& input) const = 0;

    /// Called once per request, before the first step, also when a request is resumed (the sets and the model are then
    /// those of its start).
    virtual void prepare(ObjectiveSets& sets);
    /// Between backward and step: the gradient to step by, from those of the loss's parts (one list each).
    virtual Gradients transform(std::vector<Gradients> parts);
    /// What changes from step to step and is no parameter, for the checkpoint. `restore` gets what `state` gave.
    virtual std::vector<std::pair<std::string, at::Tensor>> state() const;
    virtual void restore(const std::vector<std::pair<std::string, at::Tensor>>& state);
};

/// The objective of a method of the catalog that has one of its own: one row per such method.
struct ObjectiveFactory {
    std::string_view method;  ///< id in the catalog
    std::unique_ptr<Objective> (*make)(const ParameterValues& parameters);
};
const std::vector<ObjectiveFactory>& objectiveFactories();

/// `method` has an objective of its own; `parameters` hold those of its row, complete.
std::unique_ptr<Objective> makeObjective(std::string_view method, const ParameterValues& parameters);

/// Throws InputError when a pass has no answer token; its set is named.
void requireAnswers(const ObjectiveInput& input, Pass pass);

/// Mean cross-entropy over all answer tokens of a pass, nats. Throws as requireAnswers.
at::Tensor meanLoss(const ObjectiveInput& input, Pass pass);

/// The gradient of the mean cross-entropy over a pass's whole set at the request's start, batch after batch, with the
/// batch's number of samples.
void eachGradient(ObjectiveSets& sets, Pass pass,
                  const std::function<void(const Gradients& gradients, std::int64_t samples)>& take);

/// Summed cross-entropy S(y|x) of each sample's answer, [samples], nats.
at::Tensor answerSums(const AnswerLogits& answers, std::int64_t samples);

}  // namespace lacuna
