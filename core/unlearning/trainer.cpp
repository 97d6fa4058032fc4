// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/trainer.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/catalog/methods.h"
#include "core/unlearning/pass_forward.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace lacuna {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double valueOf(const at::Tensor& term) {
    return term.defined() ? term.item<double>() : nothing;
}

/// Methods of the catalog that need no retain set, for the one who has none.
std::string methodsWithoutRetain() {
    std::vector<std::string> ids;
    for (const auto& row : methodRows())
        if (!row.usesRetain && row.objective.empty())
            ids.push_back(row.id);
    return fmt::format("{}", fmt::join(ids, ", "));
}

}  // namespace

void checkNeeds(const ObjectiveNeeds& needs, const std::string& method, bool hasRetain, bool hasUnknown,
                std::int64_t decoderLayers) {
    for (const auto& need : needs.passes) {
        if (isRetainPass(need.pass) && !hasRetain)
            throw inputError("{} needs a retain set, and this request has none. Choose one of {}.", method,
                             methodsWithoutRetain());
        if (need.pass == Pass::Unknown && !hasUnknown)
            throw inputError(
                "{} needs pictures of entities that nobody asked about, and this benchmark has none beside its "
                "requests' own. Choose another method.",
                method);
        for (const auto layer : need.layers)
            if (static_cast<std::int64_t>(layer) >= decoderLayers)
                throw inputError(
                    "{} looks behind decoder layer {}, and this model has layers 0 to {}. Choose one of "
                    "them (--set layer={}).",
                    method, layer, decoderLayers - 1, decoderLayers / 3);
    }
}

struct Trainer::State {
    const LoadedModel& model;
    TrainingSets sets;
    std::unique_ptr<Objective> objective;
    ParameterValues parameters;
    Adapter& adapter;
    TrainerOptions options;
    ObjectiveNeeds needs;
    std::vector<PassNeed> inSteps;  ///< of the passes needed
    std::unique_ptr<StepSamples> samples;
    std::vector<PassReference> references;  ///< one per pass in steps
    std::vector<at::Tensor> trained;        ///< all parameters of the adapter, in its order
    std::map<std::string, at::Tensor> sineBase = {},
                                      sineChange = {};  ///< W and ΔW by name, where the projector is W + sin ΔW
    AdamW optimizer{{}, {}};
    std::int64_t stepsHere = 0;  ///< that were made since this trainer was set up
    at::Tensor reached = {};     ///< per parameter: did a gradient reach it in the first steps?

    /// What the model answers with: the adapter, or with the earlier ones under it, differentiable in it alone.
    const Adapter& acting(Adapter& joined) const;
    void constrain();
    void splitProjector();
    void showProjector();
    std::int64_t total() const { return samples->stepsPerEpoch() * static_cast<std::int64_t>(parameters.at("epochs")); }
    std::vector<double> requiredGradients();
    void noteReached();
    Diverged diverged(const char* what);
    void backward(const ObjectiveLoss& loss);
};

const Adapter& Trainer::State::acting(Adapter& joined) const {
    if (!sineBase.empty()) {
        joined = adapter;
        for (auto& [name, weight] : joined.projector.modules)
            weight = sineBase.at(name) + sineChange.at(name).sin();
        return joined;
    }
    if (!options.onTop || options.earlier.empty())
        return adapter;
    AdapterMix mix;
    for (const auto* earlier : options.earlier)
        mix.push_back({earlier, 1});
    mix.push_back({&adapter, 1});
    joined = joinedAdapters(mix, {});
    return joined;
}

void Trainer::State::constrain() {
    if (options.constraint)
        options.constraint(adapter);
    showProjector();
}

/// What is trained as a change stands in the adapter as the weights it makes.
void Trainer::State::showProjector() {
    const at::NoGradGuard noGrad;
    for (const auto& [name, base] : sineBase)
        adapter.projector.modules.at(name).copy_(base + sineChange.at(name).sin());
}

/// The projector trains as W + sin ΔW, W as the request finds it: the changes stand for its weights.
void Trainer::State::splitProjector() {
    for (auto& [name, weight] : adapter.projector.modules) {
        weight.requires_grad_(false);
        sineBase[name] = weight.clone();
        sineChange[name] = at::zeros_like(weight).requires_grad_(true);
        for (auto& parameter : trained)
            if (parameter.is_same(weight))
                parameter = sineChange[name];
    }
}

/// Lets what is trained require gradients; the peak rate of every parameter of the adapter.
std::vector<double> Trainer::State::requiredGradients() {
    std::vector<double> rates;
    const auto add = [&](at::Tensor& parameter, bool trained, const char* rate) {
        parameter.requires_grad_(trained);
        rates.push_back(parameters.at(rate));
    };
    for (auto& layer : adapter.layers) {
        for (LoraFactors& factors : layer) {
            add(factors.a, options.part.language, "lr");
            add(factors.b, options.part.language, "lr");
        }
    }
    const auto parts = {std::pair(&adapter.decoder, "lr"), std::pair(&adapter.projector, "projector_lr"),
                        std::pair(&adapter.tower, "vision_lr")};
    for (const auto& [part, rate] : parts) {
        for (auto& [name, factors] : part->factors) {
            add(factors.a, true, rate);
            add(factors.b, true, rate);
        }
    }
    for (const auto& [part, rate] : parts)
        for (auto& [name, weight] : part->modules)
            add(weight, true, rate);
    return rates;
}

namespace {

/// The sets of a request as its objective sees them beforehand.
class WholeSets final : public ObjectiveSets {
public:
    WholeSets(const LoadedModel& model, const StepSamples& samples, const PictureFeatures& pictures,
              const ObjectiveNeeds& needs, std::function<const Adapter&(Adapter&)> acting,
              const std::vector<at::Tensor>& parameters, std::size_t batch, bool recomputes)
        : m_model(model),
          m_samples(samples),
          m_pictures(pictures),
          m_needs(needs),
          m_acting(std::move(acting)),
          m_parameters(parameters),
          m_batch(batch),
          m_recomputes(recomputes) {}

    void each(Pass pass, Model model, const std::function<void(const PassOutputs&)>& take) override {
        const auto* need = m_needs.find(pass);
        if (!need)
            throw internalError("An objective looks at a pass that it does not need. Please report this.");
        const PassSamples samples{*need, m_samples.all(pass)};
        const at::AutoGradMode gradients(model == Model::Trained);
        Adapter joined;
        if (model == Model::Trained)  // with what the way back needs: no more at once than in a step
            forEachBatch(m_model, samples, m_pictures, &m_acting(joined), take, m_batch, {0, m_recomputes});
        else
            forEachBatch(m_model, samples, m_pictures, nullptr, take);
    }
    const std::vector<at::Tensor>& parameters() const override { return m_parameters; }

private:
    const LoadedModel& m_model;
    const StepSamples& m_samples;
    const PictureFeatures& m_pictures;
    const ObjectiveNeeds& m_needs;
    std::function<const Adapter&(Adapter&)> m_acting;
    const std::vector<at::Tensor>& m_parameters;
    std::size_t m_batch;
    bool m_recomputes;
};

}  // namespace

/// The factors A of an adapter that begins at zero get their first gradient with the second step.
constexpr std::int64_t firstSteps = 3;

/// Remembers which parameters the gradients of a step reach.
void Trainer::State::noteReached() {
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> norms;
    for (const auto& parameter : trained) {
        quietInterruptionPoint();
        norms.push_back(parameter.grad().defined() ? parameter.grad().norm()
                                                   : at::zeros({}, parameter.options().requires_grad(false)));
    }
    const auto now = at::stack(norms).ne(0).cpu();
    reached = reached.defined() ? reached.logical_or(now) : now;
}

/// After a step that gave no finite number; the one before it led there.
Diverged Trainer::State::diverged(const char* what) {
    auto message = fmt::format(
        "Step {} of {}: the {} is not a finite number; training has diverged. Lower the learning rate (--set lr=…), or "
        "clip the gradient (--set clip=1), and start a new run.",
        optimizer.steps(), options.method, what);
    if (stepsHere > 0) {
        optimizer.takeBack();
        constrain();
        --stepsHere;
    }
    return {ErrorKind::Input, message};
}

/// Leaves the gradient to step by in the parameters.
void Trainer::State::backward(const ObjectiveLoss& loss) {
    if (!needs.gradientsOfParts) {
        loss.total.backward();
        return;
    }
    std::vector<Gradients> parts;
    for (std::size_t i = 0; i < loss.parts.size(); ++i) {
        loss.parts[i].backward({}, /*retain_graph=*/i + 1 < loss.parts.size());
        auto& gradients = parts.emplace_back();
        for (auto& parameter : trained) {
            gradients.push_back(parameter.grad());
            parameter.mutable_grad() = at::Tensor();
        }
    }
    const at::NoGradGuard noGrad;
    auto chosen = objective->transform(std::move(parts));
    if (chosen.size() != trained.size())
        throw internalError("An objective gives {} gradients for {} parameters. Please report this.", chosen.size(),
                            trained.size());
    for (std::size_t i = 0; i < trained.size(); ++i)
        trained[i].mutable_grad() = chosen[i];
}

Trainer::Trainer(const LoadedModel& model, TrainingSets sets, std::unique_ptr<Objective> objective,
                 const ParameterValues& parameters, Adapter& adapter, const TrainerOptions& options)
    : m_state(std::make_unique<State>(
          State{model, std::move(sets), std::move(objective), parameters, adapter, options, {}, {}, {}, {}, {}})) {
    auto& s = *m_state;
    s.needs = s.objective->needs();
    checkNeeds(s.needs, options.method, !s.sets.retain.empty(), !s.sets.unknown.empty(), model.network->text().layers);
    s.samples = std::make_unique<StepSamples>(model, s.sets, s.needs, static_cast<std::int64_t>(parameters.at("batch")),
                                              options.seed);
    const auto& part = options.part;
    if (part.projector != TrainedRow::Projector::Kept && adapter.projector.modules.empty())
        model.network->copyProjector(adapter);
    if (part.tower && adapter.tower.modules.empty())
        model.network->copyTower(adapter);
    const auto rates = s.requiredGradients();
    s.trained = adapter.parameters();
    if (part.projector == TrainedRow::Projector::Sine)
        s.splitProjector();
    s.optimizer = AdamW(s.trained,
                        {.lr = parameters.at("lr"),
                         .weightDecay = parameters.at("weight_decay"),
                         .warmup = parameters.at("warmup"),
                         .clip = parameters.at("clip"),
                         .totalSteps = s.total()},
                        rates);
    s.constrain();
    std::copy_if(s.needs.passes.begin(), s.needs.passes.end(), std::back_inserter(s.inSteps),
                 [](const auto& need) { return need.inSteps; });
    for (const auto& need : s.inSteps) {
        Adapter joined;
        s.references.push_back(need.wantsReference()
                                   ? PassReference(model, {need, s.samples->all(need.pass)}, s.sets.projected,
                                                   s.needs.driftingReference ? &s.acting(joined) : nullptr)
                                   : PassReference());
    }
    WholeSets whole(
        model, *s.samples, s.sets.projected, s.needs,
        [&s](Adapter& joined) -> const Adapter& { return s.acting(joined); }, s.trained,
        static_cast<std::size_t>(parameters.at("batch")), options.recomputes);
    s.objective->prepare(whole);
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
    const auto perEpoch = s.samples->stepsPerEpoch();
    std::vector<std::vector<std::size_t>> rows;
    std::vector<std::vector<Sample>> samples;
    for (const auto& need : s.inSteps) {
        rows.push_back(s.samples->rows(need.pass, step));
        samples.push_back(s.samples->samples(need.pass, rows.back(), step / perEpoch));
    }
    std::vector<PassSamples> passes;
    for (std::size_t i = 0; i < samples.size(); ++i)
        passes.push_back({s.inSteps[i], samples[i]});
    const double dropout = s.parameters.at("lora_dropout");
    if (dropout > 0) {
        auto generator = at::globalContext().defaultGenerator(s.model.network->options().device());
        generator.set_current_seed(deriveSeed(s.options.seed, fmt::format("dropout {}", step)));
    }
    double tokens = 0;
    ObjectiveInput input;
    Adapter joined;
    input.passes =
        passOutputs(s.model, passes, s.sets.projected, &s.acting(joined), {dropout, s.options.recomputes}, &tokens);
    for (const auto& [pass, outputs] : input.passes)  // the way back begins with the loss, which has no points
        if (outputs.answers.logits.requires_grad())
            outputs.answers.logits.register_hook([](const at::Tensor&) { quietInterruptionPoint(); });
    quietInterruptionPoint();
    for (std::size_t i = 0; i < passes.size(); ++i)
        s.references[i].fill(input.passes.at(passes[i].need.pass), rows[i]);
    if (s.needs.adapters) {
        input.own = &s.adapter;
        input.earlier = s.options.earlier;
    }
    quietInterruptionPoint();
    const auto loss = s.objective->loss(input);
    StepRow row;
    row.step = step;
    row.epoch = static_cast<double>(step) / static_cast<double>(perEpoch);
    row.loss = loss.total.item<double>();
    row.forgetLoss = valueOf(loss.forget);
    row.retainLoss = valueOf(loss.retain);
    row.lr = s.optimizer.rate();
    if (!std::isfinite(row.loss))
        throw s.diverged("loss");
    quietInterruptionPoint();
    s.backward(loss);
    if (step < firstSteps)
        s.noteReached();
    row.gradNorm = s.optimizer.step();
    if (!std::isfinite(row.gradNorm))
        throw s.diverged("gradient");
    s.constrain();
    ++s.stepsHere;
    if (step == 0 && row.gradNorm == 0)
        throw internalError(
            "No gradient reached the adapter in its first step: nothing would be trained. Please report this.");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    row.tokensPerS = tokens / std::max(seconds, 1e-9);
    return row;
}

std::string Trainer::untrained() const {
    const auto& s = *m_state;
    if (!s.reached.defined() || stepsDone() < std::min(firstSteps, totalSteps()))
        return {};
    const auto* reached = s.reached.const_data_ptr<bool>();
    std::size_t at = 0;
    std::vector<std::string> missed;
    const auto take = [&](const std::string& what, std::size_t count) {
        std::size_t trained = 0, without = 0;
        for (const auto end = at + count; at < end; ++at)
            if (s.trained[at].requires_grad()) {
                ++trained;
                without += reached[at] ? 0 : 1;
            }
        if (without > 0)
            missed.push_back(without == trained ? what : fmt::format("{} ({} of {} tensors)", what, without, trained));
    };
    for (std::size_t layer = 0; layer < s.adapter.layers.size(); ++layer)
        take(fmt::format("decoder layer {}", layer), 2 * s.adapter.layers[layer].size());
    const std::array names{"embedding, norms and head", "projector", "vision tower"};
    const auto parts = std::as_const(s.adapter).parts();
    for (std::size_t i = 0; i < parts.size(); ++i)
        take(fmt::format("{}'s factors", names[i]), 2 * parts[i]->factors.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        take(names[i], parts[i]->modules.size());
    if (missed.empty())
        return {};
    return fmt::format("No gradient in the first {} steps reached {}: what none ever reaches stays as it was.",
                       std::min(firstSteps, totalSteps()), fmt::join(missed, ", "));
}

const std::vector<at::Tensor>& Trainer::trained() const {
    return m_state->trained;
}

void Trainer::put(const std::vector<at::Tensor>& values) {
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < values.size(); ++i)
        m_state->trained[i].copy_(values[i]);
    m_state->showProjector();
}

std::vector<std::pair<std::string, at::Tensor>> Trainer::state() const {
    std::vector<std::pair<std::string, at::Tensor>> all;
    for (std::size_t i = 0; i < m_state->trained.size(); ++i)
        all.emplace_back(fmt::format("factor.{}", i), m_state->trained[i].detach());
    for (auto& [name, tensor] : m_state->optimizer.state())
        all.emplace_back(name, tensor);
    for (auto& [name, tensor] : m_state->objective->state())
        all.emplace_back("objective." + name, tensor);
    return all;
}

void Trainer::restore(const std::vector<std::pair<std::string, at::Tensor>>& state, std::int64_t steps) {
    const at::NoGradGuard noGrad;
    auto& s = *m_state;
    const auto factors = static_cast<std::ptrdiff_t>(s.trained.size());
    std::vector<std::pair<std::string, at::Tensor>> own;
    for (auto entry = state.begin() + std::min<std::ptrdiff_t>(3 * factors, state.end() - state.begin());
         entry != state.end(); ++entry)
        if (entry->first.starts_with("objective."))
            own.emplace_back(entry->first.substr(std::string_view("objective.").size()), entry->second);
    if (static_cast<std::ptrdiff_t>(state.size() - own.size()) != 3 * factors)
        throw inputError("The checkpoint holds {} tensors and {} are needed. It belongs to another adapter; remove it.",
                         state.size() - own.size(), 3 * factors);
    for (std::ptrdiff_t i = 0; i < factors; ++i)
        s.trained[static_cast<std::size_t>(i)].copy_(state[static_cast<std::size_t>(i)].second);
    s.showProjector();
    s.optimizer.restore({state.begin() + factors, state.begin() + 3 * factors}, steps);
    s.objective->restore(own);
}

}  // namespace lacuna
