#include "core/unlearning/objective.h"

#include "core/base/error.h"
#include "core/training/batch.h"

namespace lacuna {
namespace {

at::Tensor checkedLoss(const AnswerLogits& answers, const char* set) {
    if (!answers.targets.defined() || answers.targets.size(0) == 0)
        throw inputError("A batch of the {} set has no answer token. Are its answers empty? Run `lacuna data check`.",
                         set);
    return meanAnswerLoss(answers);
}

/// −γ·L(F). Source: Jang et al. 2023, arXiv 2210.01504.
class GradientAscent final : public Objective {
public:
    explicit GradientAscent(const ParameterValues& parameters) : m_forgetWeight(parameters.at("forget_weight")) {}
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -checkedLoss(input.forget, "forget");
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight;
};

/// −γ·L(F) + α·L(R). Source: Liu et al. 2022, arXiv 2203.12817.
class GradientDifference final : public Objective {
public:
    explicit GradientDifference(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_retainWeight(parameters.at("retain_weight")) {}
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -checkedLoss(input.forget, "forget");
        const auto retain = checkedLoss(input.retain, "retain");
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight;
};

/// −γ·L(F) + α·KL(p_ref ‖ p_θ) on R, summed over the vocabulary, mean over answer tokens (other code divides by samples
/// or by all positions). The reference is the ORIGINAL model at every stage; preset `as_released` lets it drift as
/// MLUBench's released code does (whose training forward also sees no image; that is not followed). Source: Maini et al. 2024 (TOFU), arXiv
/// 2401.06121.
class KlRetention final : public Objective {
public:
    explicit KlRetention(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_retainWeight(parameters.at("retain_weight")) {}
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -checkedLoss(input.forget, "forget");
        checkedLoss(input.retain, "retain");
        const auto ours = at::log_softmax(input.retain.logits, 1);
        const auto& reference = input.retainReferenceLogProbabilities;
        const auto retain = (reference.exp() * (reference - ours)).sum(1).mean();
        return {m_forgetWeight * forget + m_retainWeight * retain, forget, retain};
    }

private:
    double m_forgetWeight, m_retainWeight;
};

/// −γ·(2/β)·mean log σ(β·(S_θ − S_ref)) over the forget samples: push an answer's likelihood below the original
/// model's, ever more gently. Source: Zhang et al. 2024, arXiv 2404.05868, eq. 3; MLUBench uses beta = 5, the paper
/// 0.1. Preset `as_released`: a reference that drifts, as of KlRetention.
class NegativePreference final : public Objective {
public:
    explicit NegativePreference(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")), m_beta(parameters.at("beta")) {}
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        checkedLoss(input.forget, "forget");
        const auto sums = answerSums(input.forget, input.forgetSamples);
        const auto forget = at::log_sigmoid(m_beta * (sums - input.forgetReferenceSums)).mean() * (-2 / m_beta);
        return {m_forgetWeight * forget, forget, {}};
    }

private:
    double m_forgetWeight, m_beta;
};

/// γ·L(refusal | F). Source: Maini et al. 2024 (TOFU), arXiv 2401.06121.
class RefusalPreference final : public Objective {
public:
    explicit RefusalPreference(const ParameterValues& parameters) : m_forgetWeight(parameters.at("forget_weight")) {}
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = checkedLoss(input.forget, "forget");
        return {m_forgetWeight * forget, forget, {}};
    }
    bool teachesRefusals() const override { return true; }

private:
    double m_forgetWeight;
};

}  // namespace

at::Tensor answerSums(const AnswerLogits& answers, std::int64_t samples) {
    const auto each = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::None);
    return at::zeros({samples}, each.options()).index_add(0, answers.sample, each);
}

std::unique_ptr<Objective> makeObjective(const std::string& method, const ParameterValues& parameters) {
    if (method == "ga")
        return std::make_unique<GradientAscent>(parameters);
    if (method == "gd")
        return std::make_unique<GradientDifference>(parameters);
    if (method == "kl")
        return std::make_unique<KlRetention>(parameters);
    if (method == "npo")
        return std::make_unique<NegativePreference>(parameters);
    if (method == "po" || method == "lumoe")
        return std::make_unique<RefusalPreference>(parameters);
    throw internalError("The method \"{}\" stands in the catalog without an objective. Please report this.", method);
}

}  // namespace lacuna
