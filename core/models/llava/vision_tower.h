// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/linear.h"
#include "core/models/llava/llava_config.h"

#include <vector>

namespace lacuna {

struct LayerNorm {
    at::Tensor weight, bias;
};

struct VisionLayer {
    LayerNorm norm1, norm2;
    Linear query, key, value, output, up, down;
};

struct VisionTower {
    at::Tensor classEmbedding, patchEmbedding, positionEmbedding;
    LayerNorm before, after;
    std::vector<VisionLayer> layers;
};

/// The tower's states that something reads, others are not computed.
struct TowerStates {
    at::Tensor
        chosen;  ///< [n, patches (+ 1), hidden · layers]: hidden states `featureLayers`, class token dropped when asked
    at::Tensor embedding;  ///< [n, hidden]: the last class token after its norm
    at::Tensor patchMean;  ///< [n, hidden]: mean of the last layer's patches; comes with `embedding`
};

/// pixels [n, 3, size, size]. CLIP's vision transformer (Radford et al. 2021, arXiv 2103.00020) as `transformers`'
/// CLIPVisionModel computes it. Layers beyond what is asked for are not run.
TowerStates runTower(const VisionTower& tower, const LlavaConfig& config, const at::Tensor& pixels, bool wantChosen,
                     bool wantEmbedding);

}  // namespace lacuna
