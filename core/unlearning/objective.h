#pragma once
#include "core/base/parameter.h"
#include "core/models/llava.h"

#include <memory>
#include <string>

namespace lacuna {

/// What an objective sees of one step: logits at answer tokens, forget samples apart from retain samples.
struct ObjectiveInput {
    AnswerLogits forget;  ///< `sample` counts from 0 within the forget samples
    std::int64_t forgetSamples = 0;
    AnswerLogits retain;  ///< undefined tensors where the method has no retain term
    at::Tensor
        forgetReferenceSums;  ///< [forget samples]: the original model's summed cross-entropy of each answer, nats
    at::Tensor retainReferenceLogProbabilities;  ///< [retain answer tokens, vocabulary] of the original model
};

/// The scalar to minimise, and its two terms before their weights (undefined where the method has none).
struct ObjectiveLoss {
    at::Tensor total, forget, retain;
};

/// The loss of one unlearning method. Knows nothing of runs, files or adapters.
class Objective {
public:
    virtual ~Objective() = default;
    /// Differentiable in the logits. Throws InputError when a set has no answer token.
    virtual ObjectiveLoss loss(const ObjectiveInput& input) const = 0;
    /// True where the forget answers are replaced by refusals.
    virtual bool teachesRefusals() const { return false; }
};

/// The objective of a method of the catalog (LUMoE: that of its experts), its weights from `parameters`.
std::unique_ptr<Objective> makeObjective(const std::string& method, const ParameterValues& parameters);

/// Summed cross-entropy S(y|x) of each sample's answer, [samples], nats.
at::Tensor answerSums(const AnswerLogits& answers, std::int64_t samples);

}  // namespace lacuna
