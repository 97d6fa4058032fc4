// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/tower_pretraining.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/training/progress_rate.h"

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

/// The two heads: one linear layer each, from the class token and from the mean patch.
struct NameHeads {
    at::Tensor token, tokenBias, patch, patchBias;
};

at::Tensor generatorNormal(at::IntArrayRef shape, double deviation, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    return at::normal(0, deviation, shape, generator, at::TensorOptions(at::kFloat));
}

std::pair<at::Tensor, at::Tensor> scores(const Llava& model, const NameHeads& heads, const at::Tensor& pixels) {
    const auto seen = model.towerOutputs(pixels);
    return {at::linear(seen.embedding, heads.token, heads.tokenBias),
            at::linear(seen.features.mean(1), heads.patch, heads.patchBias)};
}

double accuracy(const Llava& model, const NameHeads& heads, const NamedPictures& pictures) {
    const at::NoGradGuard noGrad;
    double right = 0;
    const auto count = pictures.pixels.size(0);
    for (std::int64_t at = 0; at < count; at += 256) {
        const auto end = std::min(at + 256, count);
        const auto [token, patch] = scores(model, heads, pictures.pixels.slice(0, at, end));
        right += token.argmax(1).eq(pictures.classes.slice(0, at, end)).sum().item<double>();
    }
    return count > 0 ? right / static_cast<double>(count) : 0;
}

}  // namespace

at::Tensor shifted(const at::Tensor& pixels, std::uint64_t seed) {
    Random random(seed);
    const auto count = pixels.size(0);
    const auto size = pixels.size(2);
    const auto most = std::max<std::int64_t>(1, size / 16);
    auto moved = at::empty_like(pixels);
    auto gain = at::empty({count, 3, 1, 1});
    auto lift = at::empty({count, 3, 1, 1});
    const auto padded = at::replication_pad2d(pixels, {most, most, most, most});
    for (std::int64_t i = 0; i < count; ++i) {
        const auto dx = static_cast<std::int64_t>(random.index(static_cast<std::size_t>(2 * most + 1)));
        const auto dy = static_cast<std::int64_t>(random.index(static_cast<std::size_t>(2 * most + 1)));
        moved.select(0, i).copy_(padded.select(0, i).slice(1, dy, dy + size).slice(2, dx, dx + size));
        const double light = random.uniform(0.85, 1.15);
        for (std::int64_t c = 0; c < 3; ++c) {
            gain.data_ptr<float>()[i * 3 + c] = static_cast<float>(light * random.uniform(0.95, 1.05));
            lift.data_ptr<float>()[i * 3 + c] = static_cast<float>(random.uniform(-0.1, 0.1));
        }
    }
    const auto grain = generatorNormal(pixels.sizes(), 0.05, random.bits());
    return moved.mul_(gain).add_(lift).add_(grain);
}

double pretrainTower(Llava& model, const NamedPictures& training, const NamedPictures& heldOut,
                     const RecipeOptions& options, RecipeCheckpoint& checkpoint, const ProgressFunction& progress) {
    const auto width = model.config().vision.hidden;
    const auto seed = deriveSeed(options.seed, "tower heads");
    NameHeads heads{generatorNormal({training.classCount, width}, 0.05, seed), at::zeros({training.classCount}),
                    generatorNormal({training.classCount, width}, 0.05, seed + 1), at::zeros({training.classCount})};
    std::map<std::string, at::Tensor*> weights{{"head.token", &heads.token},
                                               {"head.token_bias", &heads.tokenBias},
                                               {"head.patch", &heads.patch},
                                               {"head.patch_bias", &heads.patchBias}};
    for (auto& [name, tensor] : model.weights())
        if (name.find("vision_tower") != std::string::npos)
            weights[name] = &tensor;

    std::vector<at::Tensor> parameters;
    for (auto& [name, tensor] : weights) {
        tensor->requires_grad_(true);
        parameters.push_back(*tensor);
    }
    AdamW optimizer(parameters,
                    {.lr = options.towerRate, .weightDecay = 0.02, .warmup = 0.05, .totalSteps = options.towerSteps});
    std::int64_t first = 0;
    if (checkpoint.phase() == "tower") {
        checkpoint.restore(weights, &optimizer);
        first = checkpoint.step();
    }
    ProgressRate rate("teaching the tower names", options.towerSteps, first);
    const auto count = training.pixels.size(0);
    for (std::int64_t step = first; step < options.towerSteps; ++step) {
        const auto loss = checkpoint.keptWhenCancelled("tower", step, weights, optimizer, [&] {
            interruptionPoint();
            // Each step's draw comes from its own seed, so a resumed making needs no random state.
            Random random(deriveSeed(options.seed, fmt::format("tower step {}", step)));
            auto rows = at::empty({std::min(options.towerBatch, count)}, at::kLong);
            for (std::int64_t i = 0; i < rows.size(0); ++i)
                rows.data_ptr<std::int64_t>()[i] =
                    static_cast<std::int64_t>(random.index(static_cast<std::size_t>(count)));
            const auto pixels = shifted(training.pixels.index_select(0, rows), random.bits());
            const auto classes = training.classes.index_select(0, rows);
            const auto [token, patch] = scores(model, heads, pixels);
            return at::cross_entropy_loss(token, classes) + at::cross_entropy_loss(patch, classes);
        });
        loss.backward();
        if (!std::isfinite(optimizer.step()))
            throw inputError("Teaching the tower diverged at step {} (the loss is no number). Lower the tower's rate.",
                             step);
        checkpoint.save("tower", step + 1, weights, &optimizer, false);
        if (progress)
            progress(rate.at(step + 1));
    }
    for (auto& [name, tensor] : weights)
        tensor->requires_grad_(false);
    return accuracy(model, heads, heldOut);
}

}  // namespace lacuna
