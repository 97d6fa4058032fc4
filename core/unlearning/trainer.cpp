#include "core/unlearning/trainer.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/catalog/methods.h"
#include "core/text/refusals.h"
#include "core/training/batch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace lacuna {
namespace {

/// Of one pass of the original model: what it works with stays under 1 GB at 7B.
constexpr std::size_t referenceTokensAtOnce = 1 << 14, referenceSamplesAtOnce = 64;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double valueOf(const at::Tensor& term) {
    return term.defined() ? term.item<double>() : nothing;
}

/// Answers are packed sample after sample: a part is one slice, no copy.
AnswerLogits part(const AnswerLogits& all, std::int64_t firstToken, std::int64_t lastToken, std::int64_t firstSample) {
    return {all.logits.slice(0, firstToken, lastToken), all.targets.slice(0, firstToken, lastToken),
            all.sample.slice(0, firstToken, lastToken) - firstSample};
}

std::int64_t answerTokens(const Sample& sample) {
    return static_cast<std::int64_t>(sample.tokens.ids.size() - sample.tokens.answerBegin);
}

}  // namespace

struct Trainer::State {
    const LoadedModel& model;
    TrainingSets sets;
    const MethodRow& method;
    ParameterValues parameters;
    Adapter& adapter;
    TrainerOptions options;
    std::unique_ptr<Objective> objective;
    AdamW optimizer;
    std::vector<Sample> forget, retain;  ///< tokenised; forget holds the true answers
    // Outputs of the original model, once per data set.
    at::Tensor forgetSums;
    at::Tensor retainLogProbabilities;
    std::vector<std::int64_t> retainOffsets;  ///< first answer token of each retain sample in it; one more than samples

    std::int64_t batch() const { return static_cast<std::int64_t>(parameters.at("batch")); }
    std::int64_t stepsPerEpoch() const { return (static_cast<std::int64_t>(forget.size()) + batch() - 1) / batch(); }
    std::int64_t total() const { return stepsPerEpoch() * static_cast<std::int64_t>(parameters.at("epochs")); }

    std::vector<Sample> tokenised(const std::vector<TrainingPair>& pairs) const {
        std::vector<Sample> samples;
        samples.reserve(pairs.size());
        for (const auto& pair : pairs)
            samples.push_back(
                {tokenise(model.tokenizer, model.chat, pair.question, pair.answer, sets.projected.count(pair.picture)),
                 pair.picture});
        return samples;
    }

    std::vector<std::size_t> order(std::size_t count, const std::string& purpose) const {
        std::vector<std::size_t> rows(count);
        for (std::size_t i = 0; i < count; ++i)
            rows[i] = i;
        Random(deriveSeed(options.seed, purpose)).shuffle(rows);
        return rows;
    }

    /// Forget samples of a step: a slice of the epoch's shuffle.
    std::vector<std::size_t> forgetRows(std::int64_t step) const {
        const auto epoch = step / stepsPerEpoch();
        const auto within = static_cast<std::size_t>(step % stepsPerEpoch() * batch());
        const auto rows = order(forget.size(), fmt::format("forget epoch {}", epoch));
        const auto end = std::min(rows.size(), within + static_cast<std::size_t>(batch()));
        return {rows.begin() + static_cast<std::ptrdiff_t>(within), rows.begin() + static_cast<std::ptrdiff_t>(end)};
    }

    /// As many retain samples, walking through shuffles of the retain set of their own.
    std::vector<std::size_t> retainRows(std::int64_t step, std::size_t count) const {
        std::vector<std::size_t> picked;
        auto position = static_cast<std::size_t>(step * batch());
        std::vector<std::size_t> rows;
        std::size_t pass = std::numeric_limits<std::size_t>::max();
        for (; picked.size() < count; ++position) {
            if (position / retain.size() != pass) {
                pass = position / retain.size();
                rows = order(retain.size(), fmt::format("retain pass {}", pass));
            }
            picked.push_back(rows[position % retain.size()]);
        }
        return picked;
    }

    /// The sample with a refusal in place of its answer, another one each epoch.
    Sample refused(std::size_t row, std::int64_t epoch) const {
        Random random(deriveSeed(options.seed, fmt::format("refusal {} epoch {}", row, epoch)));
        return {tokenise(model.tokenizer, model.chat, sets.forget[row].question, random.pick(refusalSentences()),
                         sets.projected.count(sets.forget[row].picture)),
                sets.forget[row].picture};
    }

    void prepareReference();
    std::vector<double> requiredGradients();
};

/// Lets what is trained require gradients; the peak rate of every parameter of the adapter.
std::vector<double> Trainer::State::requiredGradients() {
    std::vector<double> rates;
    const auto add = [&](at::Tensor& parameter, bool trained, const char* rate) {
        parameter.requires_grad_(trained);
        rates.push_back(parameters.at(rate));
    };
    for (auto& layer : adapter.layers) {
        for (LoraFactors& factors : layer) {
            add(factors.a, options.parts != TrainedParts::Vision, "lr");
            add(factors.b, options.parts != TrainedParts::Vision, "lr");
        }
    }
    for (auto& [name, weight] : adapter.modules)
        add(weight, true, name.starts_with("vision_tower.") ? "vision_lr" : "projector_lr");
    return rates;
}

void Trainer::State::prepareReference() {
    if (!method.usesReference)
        return;
    const at::NoGradGuard noGrad;
    const auto pad = model.tokenizer.pad();
    const Adapter* reference = parameters.at("reference_drifts") > 0 ? &adapter : nullptr;
    const auto each = [&](const std::vector<Sample>& samples, const auto& take) {
        std::size_t longest = 1;
        for (const auto& sample : samples)
            longest = std::max(longest, sample.tokens.ids.size());
        const auto atOnce = std::clamp<std::size_t>(referenceTokensAtOnce / longest, 1, referenceSamplesAtOnce);
        for (std::size_t at = 0; at < samples.size(); at += atOnce) {
            std::vector<const Sample*> some;
            for (std::size_t i = at; i < std::min(at + atOnce, samples.size()); ++i)
                some.push_back(&samples[i]);
            take(model.llava.answerLogits(collate(some, sets.projected, pad, reference), reference),
                 static_cast<std::int64_t>(some.size()));
        }
    };
    if (method.usesRetain) {
        std::vector<at::Tensor> parts;
        each(retain, [&](const AnswerLogits& answers, std::int64_t) {
            // In the machine's memory: a retain set's may fill a GPU.
            parts.push_back(at::log_softmax(answers.logits, 1).cpu());
        });
        retainLogProbabilities = at::cat(parts);
        retainOffsets = {0};
        for (const auto& sample : retain)
            retainOffsets.push_back(retainOffsets.back() + answerTokens(sample));
    } else {
        std::vector<at::Tensor> parts;
        each(forget,
             [&](const AnswerLogits& answers, std::int64_t count) { parts.push_back(answerSums(answers, count)); });
        forgetSums = at::cat(parts);
    }
}

Trainer::Trainer(const LoadedModel& model, TrainingSets sets, const std::string& method,
                 const ParameterValues& parameters, Adapter& adapter, const TrainerOptions& options)
    : m_state(std::make_unique<State>(State{model,
                                            std::move(sets),
                                            methodRow(method),
                                            parameters,
                                            adapter,
                                            options,
                                            makeObjective(method, parameters),
                                            AdamW({}, {}),
                                            {},
                                            {},
                                            {},
                                            {},
                                            {}})) {
    auto& s = *m_state;
    if (s.sets.forget.empty())
        throw inputError("The forget set of this request is empty: there is nothing to train on.");
    if (s.method.usesRetain && s.sets.retain.empty())
        throw inputError("{} needs a retain set, and this request has none. Choose ga, npo, po or lumoe.",
                         s.method.name);
    s.forget = s.tokenised(s.sets.forget);
    if (s.method.usesRetain)
        s.retain = s.tokenised(s.sets.retain);
    if (options.parts != TrainedParts::Language && adapter.modules.empty())
        adapter.modules = model.llava.visionModules();
    s.optimizer = AdamW(adapter.parameters(),
                        {.lr = parameters.at("lr"),
                         .weightDecay = parameters.at("weight_decay"),
                         .warmup = parameters.at("warmup"),
                         .clip = parameters.at("clip"),
                         .totalSteps = s.total()},
                        s.requiredGradients());
    s.prepareReference();
}

Trainer::~Trainer() = default;

std::int64_t Trainer::totalSteps() const {
    return m_state->total();
}
std::int64_t Trainer::stepsDone() const {
    return m_state->optimizer.steps();
}

StepRow Trainer::step() {
    auto& s = *m_state;
    const auto begun = std::chrono::steady_clock::now();
    const auto step = s.optimizer.steps();
    const auto epoch = step / s.stepsPerEpoch();
    const auto forgetRows = s.forgetRows(step);
    std::vector<Sample> refusals;
    std::vector<const Sample*> batch;
    if (s.objective->teachesRefusals()) {
        for (const auto row : forgetRows)
            refusals.push_back(s.refused(row, epoch));
        for (const auto& sample : refusals)
            batch.push_back(&sample);
    } else {
        for (const auto row : forgetRows)
            batch.push_back(&s.forget[row]);
    }
    const auto forgetCount = static_cast<std::int64_t>(batch.size());
    std::int64_t forgetTokens = 0;
    for (const auto* sample : batch)
        forgetTokens += answerTokens(*sample);
    std::vector<std::size_t> retainRows;
    if (s.method.usesRetain)
        retainRows = s.retainRows(step, forgetRows.size());
    for (const auto row : retainRows)
        batch.push_back(&s.retain[row]);

    const auto tokens = collate(batch, s.sets.projected, s.model.tokenizer.pad(), &s.adapter);
    const double dropout = s.parameters.at("lora_dropout");
    if (dropout > 0) {
        auto generator = at::globalContext().defaultGenerator(s.model.llava.options().device());
        generator.set_current_seed(deriveSeed(s.options.seed, fmt::format("dropout {}", step)));
    }
    const auto answers = s.model.llava.answerLogits(tokens, &s.adapter, {dropout, s.options.recomputes});
    ObjectiveInput input;
    input.forgetSamples = forgetCount;
    input.forget = part(answers, 0, forgetTokens, 0);
    if (s.method.usesRetain)
        input.retain = part(answers, forgetTokens, answers.targets.size(0), forgetCount);
    if (s.forgetSums.defined())
        input.forgetReferenceSums = s.forgetSums.index_select(
            0, at::tensor(std::vector<std::int64_t>(forgetRows.begin(), forgetRows.end())).to(s.forgetSums.device()));
    if (s.retainLogProbabilities.defined()) {
        std::vector<at::Tensor> parts;
        for (const auto row : retainRows)
            parts.push_back(s.retainLogProbabilities.slice(0, s.retainOffsets[row], s.retainOffsets[row + 1]));
        input.retainReferenceLogProbabilities = at::cat(parts).to(answers.logits.device());
    }
    const auto loss = s.objective->loss(input);
    StepRow row;
    row.step = step;
    row.epoch = static_cast<double>(step) / static_cast<double>(s.stepsPerEpoch());
    row.loss = loss.total.item<double>();
    row.forgetLoss = valueOf(loss.forget);
    row.retainLoss = valueOf(loss.retain);
    row.lr = s.optimizer.rate();
    const auto diverged = [&](const char* what) {
        return inputError(
            "Step {} of {}: the {} is not a finite number; training has diverged. Lower the learning rate "
            "(--set lr=…), or clip the gradient (--set clip=1), and start a new run.",
            step, s.method.name, what);
    };
    if (!std::isfinite(row.loss))
        throw diverged("loss");
    loss.total.backward();
    row.gradNorm = s.optimizer.step();
    if (!std::isfinite(row.gradNorm))
        throw diverged("gradient");
    if (step == 0 && row.gradNorm == 0)
        throw internalError(
            "No gradient reached the adapter in its first step: nothing would be trained. Please report this.");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    row.tokensPerS = tokens.lengths.sum().item<double>() / std::max(seconds, 1e-9);
    return row;
}

std::vector<std::pair<std::string, at::Tensor>> Trainer::state() const {
    std::vector<std::pair<std::string, at::Tensor>> all;
    const auto factors = m_state->adapter.parameters();
    for (std::size_t i = 0; i < factors.size(); ++i)
        all.emplace_back(fmt::format("factor.{}", i), factors[i].detach());
    for (auto& [name, tensor] : m_state->optimizer.state())
        all.emplace_back(name, tensor);
    return all;
}

void Trainer::restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps) {
    const at::NoGradGuard noGrad;
    auto factors = m_state->adapter.parameters();
    if (state.size() != 3 * factors.size())
        throw inputError("The checkpoint holds {} tensors and {} are needed. It belongs to another adapter; remove it.",
                         state.size(), 3 * factors.size());
    for (std::size_t i = 0; i < factors.size(); ++i)
        factors[i].copy_(state[i].second);
    m_state->optimizer.restore({state.begin() + static_cast<std::ptrdiff_t>(factors.size()), state.end()}, steps);
}

}  // namespace lacuna
