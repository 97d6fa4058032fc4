#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace lacuna {

/// CLIP-style vision tower, as `vision_config` says.
struct VisionConfig {
    std::int64_t imageSize = 64, patchSize = 16, hidden = 96, intermediate = 384, layers = 3, heads = 4;
    double layerNormEps = 1e-5;
    std::int64_t patches() const { return (imageSize / patchSize) * (imageSize / patchSize); }
};

/// Llama decoder, as `text_config` says.
struct TextConfig {
    std::int64_t vocabulary = 0, hidden = 128, intermediate = 344, layers = 4, heads = 4, keyValueHeads = 4;
    std::int64_t maxPositions = 512;
    double rmsNormEps = 1e-5, ropeTheta = 10000;
    bool tiedEmbeddings = false;
    std::int64_t headSize() const { return hidden / heads; }
};

/// `config.json` of a LLaVA checkpoint in the Hugging Face layout (`model_type` "llava").
struct LlavaConfig {
    VisionConfig vision;
    TextConfig text;
    std::int64_t imageToken = 0;     ///< `image_token_index` (or `image_token_id`)
    std::int64_t featureLayer = -2;  ///< which hidden state of the tower goes to the projector
    bool dropsClassToken = true;     ///< `vision_feature_select_strategy` "default"
    std::int64_t bos = 1, eos = 2, pad = 0;
};

/// Throws InputError naming the file and the key that is missing, of a wrong type or out of range.
LlavaConfig readLlavaConfig(const std::filesystem::path& folder);
void writeLlavaConfig(const LlavaConfig& config, const std::filesystem::path& folder);

}  // namespace lacuna
