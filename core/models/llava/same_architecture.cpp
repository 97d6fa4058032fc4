// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/same_architecture.h"

#include "core/base/error.h"
#include "core/models/llava/weight_names.h"

#include <fmt/ranges.h>

#include <utility>
#include <vector>

namespace lacuna {
namespace {

std::string resolutionsOf(const LlavaConfig& config) {
    std::vector<std::string> each;
    for (const PictureSize& size : config.gridPinpoints)
        each.push_back(fmt::format("{}×{}", size.height, size.width));
    return each.empty() ? "none" : fmt::format("{}", fmt::join(each, ", "));
}

/// What decides the computation, as config.json calls it, sizes first. A head of its own or tied is no other model.
std::vector<std::pair<const char*, std::string>> numbersOf(const LlavaConfig& config) {
    const auto& [vision, text] = std::pair<const VisionConfig&, const TextConfig&>(config.vision, config.text);
    const auto shown = [](const auto& value) { return fmt::format("{}", value); };
    return {{"text_config.num_hidden_layers", shown(text.layers)},
            {"text_config.hidden_size", shown(text.hidden)},
            {"text_config.intermediate_size", shown(text.intermediate)},
            {"text_config.vocab_size", shown(text.vocabulary)},
            {"text_config.num_attention_heads", shown(text.heads)},
            {"text_config.num_key_value_heads", shown(text.keyValueHeads)},
            {"text_config.head_dim", shown(text.headSize())},
            {"text_config.rms_norm_eps", shown(text.rmsNormEps)},
            {"text_config.rope_theta", shown(text.ropeTheta)},
            {"vision_config.num_hidden_layers", shown(vision.layers)},
            {"vision_config.hidden_size", shown(vision.hidden)},
            {"vision_config.intermediate_size", shown(vision.intermediate)},
            {"vision_config.num_attention_heads", shown(vision.heads)},
            {"vision_config.image_size", shown(vision.imageSize)},
            {"vision_config.patch_size", shown(vision.patchSize)},
            {"vision_config.layer_norm_eps", shown(vision.layerNormEps)},
            {"vision_feature_layer", fmt::format("{}", fmt::join(config.featureLayers, ", "))},
            {"vision_feature_select_strategy", config.dropsClassToken ? "default" : "full"},
            {"multimodal_projector_bias", shown(config.projectorBias)},
            {"image_token_index", shown(config.imageToken)},
            {"image_grid_pinpoints", resolutionsOf(config)}};
}

}  // namespace

LlavaConfig requireSameArchitecture(const CheckpointFiles& files, const LlavaConfig& model) {
    const auto folder = files.folder().string();
    auto config = settledConfig(files, readLlavaConfig(files.folder()));
    weightNamesIn(files, config);
    const auto own = numbersOf(config), wanted = numbersOf(model);
    for (std::size_t i = 0; i < own.size(); ++i)
        if (own[i].second != wanted[i].second)
            throw inputError(
                "{}: \"{}\" of its config.json is {}, and {} in the model's: it is another model, not this one "
                "changed. Take a checkpoint that was made from this model, or name its own with --model.",
                folder, own[i].first, own[i].second, wanted[i].second);
    if (config.text.maxPositions < model.text.maxPositions)
        throw inputError("{}: reads texts of {} tokens, and the model {}. Take a checkpoint made from this model.",
                         folder, config.text.maxPositions, model.text.maxPositions);
    return config;
}

}  // namespace lacuna
