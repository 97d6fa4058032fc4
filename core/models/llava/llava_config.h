// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/any_resolution.h"
#include "core/models/text_config.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// CLIP-style vision tower, as `vision_config` says.
struct VisionConfig {
    std::int64_t imageSize = 64, patchSize = 16, hidden = 96, intermediate = 384, layers = 3, heads = 4;
    double layerNormEps = 1e-5;
    std::int64_t side() const { return imageSize / patchSize; }  ///< patches along an edge
    std::int64_t patches() const { return side() * side(); }
};

/// `config.json` of a LLaVA checkpoint in the Hugging Face layout: 1.5 (`model_type` "llava") or 1.6 ("llava_next").
struct LlavaConfig {
    VisionConfig vision;
    TextConfig text;
    std::int64_t imageToken = 0;  ///< `image_token_index` (or `image_token_id`)
    std::vector<std::int64_t> featureLayers{
        -2};                      ///< which hidden states of the tower go to the projector, side by side
    bool dropsClassToken = true;  ///< `vision_feature_select_strategy` "default"
    bool projectorBias = true;
    std::vector<PictureSize> gridPinpoints;  ///< 1.6: resolutions that pictures are cut into tiles at; empty for 1.5
    std::int64_t bos = 1, pad = 0;
    std::vector<std::int64_t> ends{2};  ///< tokens that end an answer: `eos_token_id`, wherever it stands
    std::vector<std::string> notes;     ///< sentences for the user: what contradicts itself, and what was made of it

    /// Of one pass of the tower.
    std::int64_t tileTokens() const { return vision.patches() + (dropsClassToken ? 0 : 1); }
    /// Image tokens that a picture takes in a prompt: fixed for 1.5, a matter of its size for 1.6.
    std::int64_t pictureTokens(PictureSize picture) const;
    std::int64_t mostPictureTokens() const;  ///< of a picture as large as the largest resolution
    /// Passes of the tower that a picture takes.
    std::int64_t pictureTiles(PictureSize picture) const;
};

/// Throws InputError naming the file and the key that is missing, of a wrong type or out of range.
LlavaConfig readLlavaConfig(const std::filesystem::path& folder);
void writeLlavaConfig(const LlavaConfig& config, const std::filesystem::path& folder);

}  // namespace lacuna
