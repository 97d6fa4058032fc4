// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava_config.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/models/config_object.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxWidth = 1 << 17, kMaxVocabulary = 1 << 22, kMaxLayers = 1024, kMaxHeads = 1024,
                       kMaxPositionCount = std::int64_t{1} << 24, kMaxEdge = 1 << 14;

/// Absent keys take the defaults of `transformers`' CLIPVisionConfig, which leaves them out of older files.
VisionConfig visionConfig(const ConfigObject& json) {
    VisionConfig vision;
    vision.imageSize = json.integer("image_size", 1, 1 << 14, 224);
    vision.patchSize = json.integer("patch_size", 1, 1 << 14, 32);
    vision.hidden = json.integer("hidden_size", 1, kMaxWidth, 768);
    vision.intermediate = json.integer("intermediate_size", 1, kMaxWidth, 3072);
    vision.layers = json.integer("num_hidden_layers", 1, kMaxLayers, 12);
    vision.heads = json.integer("num_attention_heads", 1, kMaxHeads, 12);
    vision.layerNormEps = json.number("layer_norm_eps", 0, 1, 1e-5);
    json.expectText("model_type", "clip_vision_model");
    json.expectText("hidden_act", "quick_gelu");
    if (vision.side() < 1 || vision.side() > 1024)
        throw json.invalid("patch_size", "does not divide image_size into 1 to 1024 patches a side");
    if (vision.hidden % vision.heads != 0)
        throw json.invalid("num_attention_heads", "does not divide hidden_size");
    return vision;
}

double ropeTheta(const ConfigObject& json) {
    double theta = json.number("rope_theta", 1, 1e12, 10000);
    for (const char* key : {"rope_scaling", "rope_parameters"}) {  // transformers 4, transformers 5
        if (!json.has(key))
            continue;
        const ConfigObject rope = json.object(key);
        rope.expectText("rope_type", "default");
        rope.expectText("type", "default");
        theta = rope.number("rope_theta", 1, 1e12, theta);
    }
    return theta;
}

/// Positions that Mistral's window leaves: a layer looks back `sliding_window` tokens, which is everything in texts no
/// longer than that. Absent is MistralConfig's 4096; null is none.
std::int64_t positionsInWindow(const nlohmann::json& json, const ConfigObject& text, std::int64_t positions,
                               std::vector<std::string>& notes) {
    if (json.contains("sliding_window") && json["sliding_window"].is_null())
        return positions;
    const auto window = text.integer("sliding_window", 1, kMaxPositionCount, 4096);
    if (window < positions)
        notes.push_back(
            fmt::format("The decoder looks back {} tokens (\"sliding_window\"): texts up to that long are computed "
                        "exactly, longer ones are refused.",
                        window));
    return std::min(window, positions);
}

/// Absent keys take the defaults of `transformers`' LlamaConfig or MistralConfig, which leaves them out of older files.
/// Mistral without its window computes as Llama.
TextConfig textConfig(const nlohmann::json& source, const ConfigObject& json, std::vector<std::string>& notes) {
    TextConfig text;
    const bool mistral = json.text("model_type", "llama") == "mistral";
    text.vocabulary = json.integer("vocab_size", 1, kMaxVocabulary, 32000);
    text.hidden = json.integer("hidden_size", 1, kMaxWidth, 4096);
    text.intermediate = json.integer("intermediate_size", 1, kMaxWidth * 4, mistral ? 14336 : 11008);
    text.layers = json.integer("num_hidden_layers", 1, kMaxLayers, 32);
    text.heads = json.integer("num_attention_heads", 1, kMaxHeads, 32);
    text.keyValueHeads = json.integer("num_key_value_heads", 1, kMaxHeads, mistral ? 8 : text.heads);
    text.maxPositions = json.integer("max_position_embeddings", 1, kMaxPositionCount, mistral ? 131072 : 2048);
    if (mistral)
        text.maxPositions = positionsInWindow(source, json, text.maxPositions, notes);
    text.rmsNormEps = json.number("rms_norm_eps", 0, 1, 1e-6);
    text.ropeTheta = ropeTheta(json);
    text.tiedEmbeddings = json.boolean("tie_word_embeddings", false);
    if (!mistral)
        json.expectText("model_type", "llama");
    json.expectText("hidden_act", "silu");
    json.expectFlag("attention_bias", false);
    json.expectFlag("mlp_bias", false);
    text.headDim = json.integer("head_dim", 1, kMaxWidth, 0);
    if (text.hidden % text.heads != 0 && text.headDim == 0)
        throw json.invalid("num_attention_heads", "does not divide hidden_size");
    if (text.headSize() % 2 != 0 || text.headSize() > kMaxWidth / text.heads * 4)
        throw json.invalid(text.headDim > 0 ? "head_dim" : "num_attention_heads",
                           "makes heads of an odd or absurd size");
    if (text.heads % text.keyValueHeads != 0)
        throw json.invalid("num_key_value_heads", "does not divide num_attention_heads");
    return text;
}

std::vector<std::int64_t> featureLayers(const ConfigObject& root, std::int64_t states) {
    constexpr const char* key = "vision_feature_layer";
    std::vector<std::int64_t> layers;
    if (!root.isArray(key))
        return {root.integer(key, -states, states - 1, -2)};
    for (const auto& layer : root.array(key, 1, 64)) {
        if (!layer.is_number_integer() || layer < -states || layer > states - 1)
            throw root.invalid(key, fmt::format("is not a list of numbers from {} to {}", -states, states - 1));
        layers.push_back(layer.get<std::int64_t>());
    }
    return layers;
}

/// The resolutions of LLaVA-1.6; absent, those of `transformers`.
std::vector<PictureSize> gridPinpoints(const ConfigObject& root, std::int64_t tile) {
    constexpr const char* key = "image_grid_pinpoints";
    auto resolutions = usualResolutions();
    if (root.has(key)) {
        resolutions.clear();
        for (const auto& pair : root.array(key, 1, 1024)) {
            const auto edge = [&](std::size_t i) {
                return pair.is_array() && pair.size() == 2 && pair[i].is_number_integer() && pair[i] >= 1 &&
                               pair[i] <= kMaxEdge
                           ? pair[i].get<std::int64_t>()
                           : 0;
            };
            resolutions.push_back({edge(0), edge(1)});
        }
    }
    const bool positive = std::all_of(resolutions.begin(), resolutions.end(),
                                      [](const PictureSize& size) { return size.height > 0 && size.width > 0; });
    if (!positive || !inWholeTiles(resolutions, tile))
        throw root.invalid(
            key, fmt::format("is not a list of [height, width] in whole tiles of {}, at most {}", tile, kMostTiles));
    return resolutions;
}

/// Adds the `eos_token_id` of one file or object: a number or a list of them.
void addEnds(const ConfigObject& json, std::int64_t last, std::vector<std::int64_t>& ends) {
    constexpr const char* key = "eos_token_id";
    if (!json.has(key))
        return;
    if (!json.isArray(key)) {
        ends.push_back(json.integer(key, 0, last));
        return;
    }
    for (const auto& id : json.array(key, 0, 1024)) {
        if (!id.is_number_integer() || id < 0 || id > last)
            throw json.invalid(key, fmt::format("is not a list of token ids from 0 to {}", last));
        ends.push_back(id.get<std::int64_t>());
    }
}

/// Every token that any of the three places calls an end, ascending; where none does, LlamaConfig's 2. transformers
/// takes the first place that says anything, so that an answer may run on beyond an end that another names.
std::vector<std::int64_t> endTokens(const ConfigObject& root, const ConfigObject& text,
                                    const std::filesystem::path& folder, std::int64_t last) {
    std::vector<std::int64_t> ends;
    if (const auto path = folder / "generation_config.json"; isThere(path)) {
        const nlohmann::json json = readJson(path, kConfigLimitBytes);
        addEnds(ConfigObject(json, path.string()), last, ends);
    }
    addEnds(root, last, ends);
    addEnds(text, last, ends);
    if (ends.empty())
        ends.push_back(std::min<std::int64_t>(2, last));
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    return ends;
}

}  // namespace

std::int64_t LlavaConfig::pictureTiles(PictureSize picture) const {
    if (gridPinpoints.empty())
        return 1;
    const auto grid = tileGrid(picture, gridPinpoints, vision.imageSize);
    return 1 + grid.height * grid.width;
}

std::int64_t LlavaConfig::pictureTokens(PictureSize picture) const {
    if (gridPinpoints.empty())
        return tileTokens();
    const auto grid = tileGrid(picture, gridPinpoints, vision.imageSize);
    const auto shown = unpadded(picture, {grid.height * vision.side(), grid.width * vision.side()}).size;
    return tileTokens() + shown.height * (shown.width + 1);  // a newline closes each row
}

std::int64_t LlavaConfig::mostPictureTokens() const {
    std::int64_t most = tileTokens();
    for (const PictureSize& resolution : gridPinpoints)
        most = std::max(most, pictureTokens(resolution));
    return most;
}

LlavaConfig readLlavaConfig(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "config.json";
    const nlohmann::json json = readJson(path, kConfigLimitBytes);
    const ConfigObject root(json, path.string());
    const std::string type = root.text("model_type", "");
    if (type != "llava" && type != "llava_next")
        throw inputError(
            "{}: \"model_type\" is \"{}\", expected \"llava\" or \"llava_next\". Take a LLaVA-1.5 or 1.6 checkpoint in "
            "Hugging Face layout.",
            path.string(), type);

    LlavaConfig config;
    const ConfigObject text = root.object("text_config");
    for (const ConfigObject& holder : {root, text})
        if (holder.has("quantization_config"))
            throw holder.invalid("quantization_config",
                                 "says that the weights are quantised. Take the checkpoint they were made from, in "
                                 "float32, bf16 or fp16; --precision nf4 holds it in 4 bits");
    config.vision = visionConfig(root.object("vision_config"));
    config.text = textConfig(json["text_config"], text, config.notes);
    // transformers 4 says "image_token_index", transformers 5 "image_token_id".
    const char* imageKey = root.has("image_token_id") ? "image_token_id" : "image_token_index";
    config.imageToken = root.integer(imageKey, 0, config.text.vocabulary - 1);
    const std::int64_t states = config.vision.layers + 1;
    config.featureLayers = featureLayers(root, states);
    const std::string strategy = root.text("vision_feature_select_strategy", "default");
    if (strategy != "default" && strategy != "full")
        throw root.invalid("vision_feature_select_strategy", "is neither \"default\" nor \"full\"");
    config.dropsClassToken = strategy == "default";
    root.expectText("projector_hidden_act", "gelu");
    config.projectorBias = root.boolean("multimodal_projector_bias", true);
    if (type == "llava_next") {
        config.gridPinpoints = gridPinpoints(root, config.vision.imageSize);
        // transformers' own packing fails on a class token: it has no place in a grid of patches.
        root.expectText("vision_feature_select_strategy", "default");
    }
    // As transformers' LlavaConfig: either says it. LlavaNextConfig looks at the root alone, and 5 then makes up a head
    // where the file has none; 4 tied it.
    const bool tiedAtRoot = root.boolean("tie_word_embeddings", false);
    if (config.text.tiedEmbeddings && !tiedAtRoot && type == "llava_next")
        config.notes.emplace_back(
            "config.json ties the head to the embedding in \"text_config\" alone: so does Lacuna where the weights "
            "hold "
            "no other head, as transformers 4 did; transformers 5 makes one up.");
    config.text.tiedEmbeddings = config.text.tiedEmbeddings || tiedAtRoot;
    const std::int64_t last = config.text.vocabulary - 1;
    config.bos = text.integer("bos_token_id", 0, last, std::min<std::int64_t>(1, last));
    config.ends = endTokens(root, text, folder, last);
    // −1 is vicuna's way of saying none.
    config.pad =
        std::max<std::int64_t>(0, root.integer("pad_token_id", -1, last, text.integer("pad_token_id", -1, last, 0)));
    return config;
}

void writeLlavaConfig(const LlavaConfig& config, const std::filesystem::path& folder) {
    const VisionConfig& vision = config.vision;
    const TextConfig& text = config.text;
    const bool next = !config.gridPinpoints.empty();
    Json json = {
        {"architectures", {next ? "LlavaNextForConditionalGeneration" : "LlavaForConditionalGeneration"}},
        {"model_type", next ? "llava_next" : "llava"},
        {"image_token_index", config.imageToken},
        {"multimodal_projector_bias", config.projectorBias},
        {"pad_token_id", config.pad},
        {"projector_hidden_act", "gelu"},
        {"tie_word_embeddings", text.tiedEmbeddings},
        {"vision_feature_select_strategy", config.dropsClassToken ? "default" : "full"},
        {"text_config",
         {{"model_type", "llama"},
          {"attention_bias", false},
          {"bos_token_id", config.bos},
          {"eos_token_id", config.ends.size() == 1 ? Json(config.ends.front()) : Json(config.ends)},
          {"hidden_act", "silu"},
          {"hidden_size", text.hidden},
          {"intermediate_size", text.intermediate},
          {"max_position_embeddings", text.maxPositions},
          {"mlp_bias", false},
          {"num_attention_heads", text.heads},
          {"num_hidden_layers", text.layers},
          {"num_key_value_heads", text.keyValueHeads},
          {"pad_token_id", config.pad},
          {"rms_norm_eps", text.rmsNormEps},
          {"rope_theta", text.ropeTheta},
          {"tie_word_embeddings", text.tiedEmbeddings},
          {"vocab_size", text.vocabulary}}},
        {"vision_config",
         {{"model_type", "clip_vision_model"},
          {"hidden_act", "quick_gelu"},
          {"hidden_size", vision.hidden},
          {"image_size", vision.imageSize},
          {"intermediate_size", vision.intermediate},
          {"layer_norm_eps", vision.layerNormEps},
          {"num_attention_heads", vision.heads},
          {"num_hidden_layers", vision.layers},
          {"patch_size", vision.patchSize}}},
    };
    const auto& layers = config.featureLayers;
    json["vision_feature_layer"] = layers.size() == 1 ? Json(layers.front()) : Json(layers);
    if (text.headDim > 0)
        json["text_config"]["head_dim"] = text.headDim;
    for (const auto& size : config.gridPinpoints)
        json["image_grid_pinpoints"].push_back({size.height, size.width});
    writeFileAtomically(folder / "config.json", json.dump(2) + "\n");
}

}  // namespace lacuna
