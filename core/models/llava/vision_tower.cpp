// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/vision_tower.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <algorithm>

namespace lacuna {
namespace {

at::Tensor normed(const at::Tensor& x, const LayerNorm& norm, double eps) {
    return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, eps);
}

at::Tensor embedded(const VisionTower& tower, const VisionConfig& config, const at::Tensor& pixels) {
    const std::int64_t n = pixels.size(0);
    const at::Tensor patches =
        at::conv2d(pixels, tower.patchEmbedding, {}, at::IntArrayRef{config.patchSize}).flatten(2).transpose(1, 2);
    const at::Tensor first = tower.classEmbedding.expand({n, 1, config.hidden});
    return normed(at::cat({first, patches}, 1) + tower.positionEmbedding, tower.before, config.layerNormEps);
}

/// The way back through `x` is an interruption point.
void interruptBackward(const at::Tensor& x) {
    if (x.requires_grad())
        x.register_hook([](const at::Tensor&) { quietInterruptionPoint(); });
}

at::Tensor layerOutput(const VisionLayer& layer, const VisionConfig& config, const at::Tensor& x) {
    const auto heads = [&](const Linear& linear, const at::Tensor& input) {
        return applied(linear, input).view({x.size(0), x.size(1), config.heads, -1}).transpose(1, 2);
    };
    at::Tensor input = normed(x, layer.norm1, config.layerNormEps);
    const at::Tensor mixed =
        at::scaled_dot_product_attention(heads(layer.query, input), heads(layer.key, input), heads(layer.value, input));
    const at::Tensor attended = x + applied(layer.output, mixed.transpose(1, 2).flatten(2));
    interruptionPoint();
    interruptBackward(mixed);
    interruptBackward(attended);
    input = applied(layer.up, normed(attended, layer.norm2, config.layerNormEps));
    return attended + applied(layer.down, input * at::sigmoid(input * 1.702));  // quick_gelu
}

}  // namespace

TowerStates runTower(const VisionTower& tower, const LlavaConfig& config, const at::Tensor& pixels, bool wantChosen,
                     bool wantEmbedding) {
    const VisionConfig& vision = config.vision;
    if (pixels.dim() != 4 || pixels.size(1) != 3 || pixels.size(2) != vision.imageSize ||
        pixels.size(3) != vision.imageSize)
        throw inputError("The picture tensor is {}, the model's tower wants [n, 3, {}, {}].",
                         fmt::join(pixels.sizes(), " x "), vision.imageSize, vision.imageSize);
    std::vector<std::int64_t> wanted;
    for (const std::int64_t layer : config.featureLayers)
        wanted.push_back(layer < 0 ? vision.layers + 1 + layer : layer);
    const std::int64_t deepest = *std::max_element(wanted.begin(), wanted.end());
    std::vector<at::Tensor> chosen(wanted.size());
    TowerStates states;
    at::Tensor x = embedded(tower, vision, pixels.to(tower.patchEmbedding.options()));
    for (std::int64_t i = 0;; ++i) {
        for (std::size_t j = 0; j < wanted.size(); ++j)
            if (wanted[j] == i)
                chosen[j] = config.dropsClassToken ? x.narrow(1, 1, x.size(1) - 1) : x;
        if (i == vision.layers || (!wantEmbedding && i >= deepest))
            break;
        interruptionPoint();
        x = layerOutput(tower.layers[static_cast<std::size_t>(i)], vision, x);
        interruptBackward(x);
    }
    if (wantChosen)
        states.chosen = chosen.size() == 1 ? chosen.front() : at::cat(chosen, -1);
    if (wantEmbedding) {
        states.embedding = normed(x.select(1, 0), tower.after, vision.layerNormEps);
        states.patchMean = x.narrow(1, 1, x.size(1) - 1).mean(1);
    }
    return states;
}

}  // namespace lacuna
