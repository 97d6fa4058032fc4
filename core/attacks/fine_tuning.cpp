// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/fine_tuning.h"

#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/evaluation/scoring.h"
#include "core/training/merged_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna {
namespace {

bool isWhole(const AdapterMix& mix) {
    return !mix.empty() && mix.front().adapter->whole;
}

/// With the attack's own adapter on top of what answers.
class OnTop final : public AttackedSubject {
public:
    OnTop(const Subject& inner, const LoadedModel& model, const Adapter& own) : AttackedSubject(inner), m_own(own) {
        if (const auto mix = inner.hasGate() ? AdapterMix{} : inner.adapters(inner.routeUnseen()); isWhole(mix))
            m_merged = mergedModel(model, {mix.front(), {&own, 1}});
    }
    AdapterMix adapters(const RouteDecision& decision) const override {
        if (m_merged.whole)
            return {{&m_merged, 1}};
        auto mix = inner().adapters(decision);
        mix.push_back({&m_own, 1});
        return mix;
    }

private:
    const Adapter& m_own;
    Adapter m_merged;
};

}  // namespace

std::vector<TaughtSample> taughtSamples(const AttackTarget& target, const std::vector<TrainingPair>& pairs,
                                        const std::vector<int>& entities) {
    const auto& [model, benchmark] =
        std::pair<const LoadedModel&, const Benchmark&>(target.model(), target.inputs().benchmark);
    const auto projected = target.inputs().features.projected();
    std::vector<SeenPicture> pictures;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        pictures.push_back({pairs[i].picture, entities[i] < 0
                                                  ? std::string()
                                                  : benchmark.entities[static_cast<std::size_t>(entities[i])].id});
    const auto decisions = target.subject().route(pictures);
    std::vector<TaughtSample> samples;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        interruptionPoint();
        const auto instruction = target.subject().instruction(decisions[i]);
        const auto question = instruction.empty() ? pairs[i].question : instruction + "\n" + pairs[i].question;
        samples.push_back(
            {{tokenise(*model.tokenizer, model.chat, question, pairs[i].answer, projected.count(pairs[i].picture)),
              pairs[i].picture},
             target.subject().adapters(decisions[i]),
             entities[i]});
    }
    return samples;
}

std::vector<TaughtSample> samplesAbout(const AttackTarget& target, const std::vector<int>& entities) {
    const auto& benchmark = target.inputs().benchmark;
    std::vector<TrainingPair> pairs;
    std::vector<int> about;
    for (const int index : entities) {
        const auto& entity = benchmark.entities[static_cast<std::size_t>(index)];
        for (const auto& view : entity.views)
            for (const auto& question : entity.questions)
                if (!view.heldOut) {
                    pairs.push_back({question.phrasings.front(), question.answer,
                                     target.inputs().features.row(benchmark.imagePath(view))});
                    about.push_back(index);
                }
    }
    return taughtSamples(target, pairs, about);
}

LeakedSamples leakedSamples(const AttackTarget& target, std::int64_t count, std::uint64_t seed) {
    Random random(deriveSeed(seed, "leaked samples"));
    std::vector<int> forgotten(target.forgotten().begin(), target.forgotten().end());
    random.shuffle(forgotten);
    if (forgotten.size() < 2)
        throw DoesNotApply(
            "One entity alone is forgotten: taught by answers about it, nobody is left to come back by themselves.");
    LeakedSamples leaked;
    if (count >= static_cast<std::int64_t>(forgotten.size())) {
        count = static_cast<std::int64_t>(forgotten.size()) / 2;
        leaked.note = fmt::format(
            "Taught by {} answer{}: {} entities are forgotten, and half of them are to come back by themselves.", count,
            count == 1 ? "" : "s", forgotten.size());
    }
    const auto& benchmark = target.inputs().benchmark;
    std::vector<TrainingPair> pairs;
    std::vector<int> entities;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const int index = forgotten[i];
        const auto& entity = benchmark.entities[static_cast<std::size_t>(index)];
        std::vector<const View*> views;
        for (const auto& view : entity.views)
            if (!view.heldOut)
                views.push_back(&view);
        if (views.empty() || entity.questions.empty())
            throw inputError("{} has no training view or no question to be taught by.", entity.name);
        const auto& question = random.pick(entity.questions);
        pairs.push_back({question.phrasings.front(), question.answer,
                         target.inputs().features.row(benchmark.imagePath(*random.pick(views)))});
        entities.push_back(index);
    }
    leaked.samples = taughtSamples(target, pairs, entities);
    return leaked;
}

std::vector<std::string> taughtEntities(const AttackTarget& target, const std::vector<TaughtSample>& samples) {
    std::vector<std::string> ids;
    for (const auto& sample : samples)
        if (sample.entity >= 0) {
            const auto& id = target.inputs().benchmark.entities[static_cast<std::size_t>(sample.entity)].id;
            if (std::find(ids.begin(), ids.end(), id) == ids.end())
                ids.push_back(id);
        }
    return ids;
}

std::vector<std::size_t> SampleWalk::next(std::size_t batch) {
    std::vector<std::size_t> rows;
    while (rows.size() < batch && !m_order.empty()) {
        if (m_at == 0) {
            std::iota(m_order.begin(), m_order.end(), std::size_t{0});
            Random(deriveSeed(m_seed, "walk " + std::to_string(m_walk++))).shuffle(m_order);
        }
        rows.push_back(m_order[m_at]);
        m_at = (m_at + 1) % m_order.size();
        if (m_at == 0)
            break;  // a batch does not reach over the end of an epoch
    }
    return rows;
}

at::Tensor taughtLoss(const LoadedModel& model, const std::vector<const TaughtSample*>& samples,
                      const PictureFeatures& pictures, const Adapter* own) {
    std::map<AdapterMix, std::vector<const Sample*>> groups;
    for (const auto* sample : samples)
        groups[sample->mix].push_back(&sample->sample);
    at::Tensor sum;
    double tokens = 0;
    for (auto& [mix, some] : groups) {
        const bool whole = isWhole(mix);
        auto all = whole ? AdapterMix{} : mix;
        if (own)
            all.push_back({own, 1});
        const auto acting = joined(model, all);
        const auto& network = whole ? *mix.front().adapter->whole : *model.network;
        // A whole checkpoint sees with its own tower; on top of it the attack's adapter alone acts.
        const auto batch = collate(some, pictures, model.tokenizer->pad(),
                                   whole         ? mix.front().adapter
                                   : all.empty() ? nullptr
                                                 : &acting);
        const auto answers = network.answerLogits(batch, all.empty() ? nullptr : &acting);
        const auto loss = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::Sum);
        tokens += static_cast<double>(answers.targets.size(0));
        sum = sum.defined() ? sum + loss : loss;
    }
    return sum / tokens;
}

OptimizerOptions steadyRate(double lr) {
    // So far from the end of its schedule the rate does not fall.
    return {.lr = lr, .warmup = 0, .totalSteps = std::int64_t{1} << 40};
}

FineTuning::FineTuning(const AttackTarget& target, std::vector<TaughtSample> samples, const ParameterValues& parameters,
                       std::uint64_t seed)
    : m_target(target),
      m_samples(std::move(samples)),
      m_adapter(makeAdapter(target.model().network->text(), static_cast<std::int64_t>(parameters.at("rank")),
                            2 * parameters.at("rank"), deriveSeed(seed, "attack"),
                            target.model().network->options().dtype(at::kFloat))),
      m_walk(m_samples.size(), deriveSeed(seed, "attack samples")),
      m_batch(static_cast<std::size_t>(parameters.at("batch"))),
      m_optimizer(m_adapter.parameters(), steadyRate(parameters.at("lr"))) {}

void FineTuning::step() {
    interruptionPoint();
    const at::AutoGradMode gradients(true);
    std::vector<const TaughtSample*> batch;
    for (const auto row : m_walk.next(m_batch))
        batch.push_back(&m_samples[row]);
    const auto loss = taughtLoss(m_target.model(), batch, m_target.inputs().features.projected(), &m_adapter);
    loss.backward();
    if (!std::isfinite(loss.item<double>()) || !std::isfinite(m_optimizer.step()))
        throw inputError("The attack's training has diverged at step {}. Lower its rate: --set lr=…",
                         m_optimizer.steps() + 1);
    m_seen += static_cast<std::int64_t>(batch.size());
}

std::unique_ptr<Subject> FineTuning::subject() const {
    return std::make_unique<OnTop>(m_target.subject(), m_target.model(), m_adapter);
}

}  // namespace lacuna
