// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"
#include "core/attacks/fine_tuning.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/evaluation/fronted_pictures.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace lacuna {
namespace {

/// The same samples with room for the vectors in front of their pictures, one picture each.
std::vector<TaughtSample> withRoom(const AttackTarget& target, std::vector<TaughtSample> samples, std::int64_t tokens,
                                   std::vector<std::int64_t>& pictures) {
    const auto image = target.model().tokenizer->imageToken();
    for (auto& [sample, mix, entity] : samples) {
        auto& ids = sample.tokens.ids;
        ids.insert(std::find(ids.begin(), ids.end(), image), static_cast<std::size_t>(tokens), image);
        sample.tokens.answerBegin += static_cast<std::size_t>(tokens);
        pictures.push_back(std::exchange(sample.image, static_cast<std::int64_t>(pictures.size())));
    }
    return samples;
}

class SoftPrompt final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto& values = orders.parameters;
        const auto tokens = static_cast<std::int64_t>(values.at("tokens"));
        const auto steps = static_cast<std::int64_t>(values.at("steps"));
        std::vector<std::int64_t> pictures;
        auto [leaked, note] = leakedSamples(target, static_cast<std::int64_t>(values.at("samples")), orders.seed);
        const auto places = placesWithout(target, taughtEntities(target, leaked));
        const auto samples = withRoom(target, std::move(leaked), tokens, pictures);
        const auto projected = target.inputs().features.projected();
        auto front = begun(projected, pictures, tokens, orders.seed);
        AdamW optimizer({front}, steadyRate(values.at("lr")));
        SampleWalk walk(samples.size(), deriveSeed(orders.seed, "soft prompt samples"));
        const auto progress = partOfAttack(orders.progress, "soft prompt", 0, 2);
        std::int64_t seen = 0;
        while (optimizer.steps() < steps) {
            interruptionPoint();
            std::vector<const TaughtSample*> batch;
            for (const auto row : walk.next(static_cast<std::size_t>(values.at("batch"))))
                batch.push_back(&samples[row]);
            seen += static_cast<std::int64_t>(batch.size());
            const at::AutoGradMode gradients(true);
            taughtLoss(target.model(), batch, fronted(projected, pictures, front), nullptr).backward();
            if (!std::isfinite(optimizer.step()))
                throw inputError("The soft prompt's training has diverged at step {}. Lower its rate: --set lr=…",
                                 optimizer.steps() + 1);
            if (progress)
                progress({"soft prompt", optimizer.steps(), steps});
        }
        return {{{{},
                  0,
                  places,
                  target.inputs().evaluator.ask(target.subject(), target.questions(places),
                                                partOfAttack(orders.progress, "soft prompt: asking", 1, 2),
                                                front.detach())}},
                seen,
                steps,
                note};
    }

private:
    /// Noise about the mean of what the decoder reads of pictures, as wide as that is.
    static at::Tensor begun(const PictureFeatures& projected, const std::vector<std::int64_t>& pictures,
                            std::int64_t tokens, std::uint64_t seed) {
        const at::NoGradGuard noGrad;
        const auto rows = projected.of(pictures).rows().to(at::kFloat);
        const auto generator = at::make_generator<at::CPUGeneratorImpl>(deriveSeed(seed, "soft prompt"));
        const auto noise = at::empty({tokens, rows.size(1)}).normal_(0, 1, generator).to(rows.device());
        return (rows.mean(0, true) + 0.1 * rows.std(0, false, true) * noise).detach().requires_grad_(true);
    }
};

}  // namespace

std::unique_ptr<Attack> makeSoftPrompt() {
    return std::make_unique<SoftPrompt>();
}

}  // namespace lacuna
