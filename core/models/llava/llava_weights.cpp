// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava_weights.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <cmath>

namespace lacuna {
namespace {

const std::string kTower = "vision_tower.vision_model.";
const std::string kDecoder = "language_model.model.";
const std::string kProjector1 = "multi_modal_projector.linear_1", kProjector2 = "multi_modal_projector.linear_2";
const std::string kNewline = "image_newline";
const std::string kHead = "language_model.lm_head.weight";

using Start = WeightRow::Start;

void addNorm(std::vector<WeightRow>& rows, const std::string& name, std::int64_t width) {
    rows.push_back({name + ".weight", {width}, Start::Ones, 0});
    rows.push_back({name + ".bias", {width}, Start::Zeros, 0});
}

void addLinear(std::vector<WeightRow>& rows, const std::string& name, std::int64_t out, std::int64_t in,
               double deviation) {
    rows.push_back({name + ".weight", {out, in}, Start::Normal, deviation});
    rows.push_back({name + ".bias", {out}, Start::Zeros, 0});
}

void addTower(std::vector<WeightRow>& rows, const VisionConfig& vision) {
    const std::int64_t width = vision.hidden;
    const double inner = 1 / std::sqrt(static_cast<double>(width));
    const double shrunk = inner / std::sqrt(2.0 * static_cast<double>(vision.layers));
    rows.push_back({kTower + "embeddings.class_embedding", {width}, Start::Normal, inner});
    rows.push_back({kTower + "embeddings.patch_embedding.weight",
                    {width, 3, vision.patchSize, vision.patchSize},
                    Start::Normal,
                    0.02});
    rows.push_back(
        {kTower + "embeddings.position_embedding.weight", {vision.patches() + 1, width}, Start::Normal, 0.02});
    addNorm(rows, kTower + "pre_layrnorm", width);  // spelt so by its authors
    for (std::int64_t i = 0; i < vision.layers; ++i) {
        const std::string layer = kTower + "encoder.layers." + std::to_string(i) + ".";
        for (const char* name : {"k_proj", "v_proj", "q_proj"})
            addLinear(rows, layer + "self_attn." + name, width, width, shrunk);
        addLinear(rows, layer + "self_attn.out_proj", width, width, inner);
        addNorm(rows, layer + "layer_norm1", width);
        addLinear(rows, layer + "mlp.fc1", vision.intermediate, width, inner / std::sqrt(2.0));
        addLinear(rows, layer + "mlp.fc2", width, vision.intermediate, shrunk);
        addNorm(rows, layer + "layer_norm2", width);
    }
    addNorm(rows, kTower + "post_layernorm", width);
}

void addDecoder(std::vector<WeightRow>& rows, const TextConfig& text) {
    const double range = 0.02;
    const std::int64_t width = text.hidden, queryWidth = text.queryWidth(), keyWidth = text.keyWidth();
    rows.push_back({kDecoder + "embed_tokens.weight", {text.vocabulary, width}, Start::Normal, range});
    for (std::int64_t i = 0; i < text.layers; ++i) {
        const std::string layer = kDecoder + "layers." + std::to_string(i) + ".";
        const auto add = [&](const char* name, std::int64_t out, std::int64_t in) {
            rows.push_back({layer + name + ".weight", {out, in}, Start::Normal, range});
        };
        add("self_attn.q_proj", queryWidth, width);
        add("self_attn.k_proj", keyWidth, width);
        add("self_attn.v_proj", keyWidth, width);
        add("self_attn.o_proj", width, queryWidth);
        add("mlp.gate_proj", text.intermediate, width);
        add("mlp.up_proj", text.intermediate, width);
        add("mlp.down_proj", width, text.intermediate);
        rows.push_back({layer + "input_layernorm.weight", {width}, Start::Ones, 0});
        rows.push_back({layer + "post_attention_layernorm.weight", {width}, Start::Ones, 0});
    }
    rows.push_back({kDecoder + "norm.weight", {width}, Start::Ones, 0});
    if (!text.tiedEmbeddings)
        rows.push_back({kHead, {text.vocabulary, width}, Start::Normal, range});
}

const std::vector<std::string> kQueryKeyValue{"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
const std::vector<std::string> kOutput{"self_attn.o_proj"}, kGateUp{"mlp.gate_proj", "mlp.up_proj"},
    kDown{"mlp.down_proj"};

std::vector<std::string> linearNames(const std::string& prefix, const std::vector<std::string>& linears) {
    std::vector<std::string> names;
    for (const std::string& linear : linears)
        names.push_back(prefix + linear + ".weight");
    return names;
}

DecoderLayer decoderLayer(std::map<std::string, at::Tensor>& named, const TextConfig& text, const std::string& prefix,
                          at::TensorOptions options, WeightFormat format) {
    const auto linear = [&](const std::vector<std::string>& parts, std::int64_t in,
                            const std::vector<std::int64_t>& outs) {
        StackedLinear stacked = stackedLinear(in, outs, options, format);
        const std::vector<std::string> names = linearNames(prefix, parts);
        for (std::size_t i = 0; i < stacked.parts.size(); ++i)
            named[names[i]] = stacked.parts[i];
        return stacked;
    };
    const std::int64_t width = text.hidden, queryWidth = text.queryWidth(), keyWidth = text.keyWidth(),
                       inner = text.intermediate;
    DecoderLayer layer;
    layer.queryKeyValue = linear(kQueryKeyValue, width, {queryWidth, keyWidth, keyWidth});
    layer.output = linear(kOutput, queryWidth, {width});
    layer.gateUp = linear(kGateUp, width, {inner, inner});
    layer.down = linear(kDown, inner, {width});
    layer.inputNorm = named.at(prefix + "input_layernorm.weight");
    layer.mlpNorm = named.at(prefix + "post_attention_layernorm.weight");
    return layer;
}

using NamedTensors = std::map<std::string, at::Tensor>;
using NamedFactors = std::map<std::string, LoraFactors>;

Linear linearOf(const NamedTensors& named, const NamedFactors& factors, const std::string& name) {
    Linear linear{named.at(name + ".weight"), {}, {}};
    if (const auto bias = named.find(name + ".bias"); bias != named.end())
        linear.bias = bias->second;
    if (const auto own = factors.find(name); own != factors.end())
        linear.lora = own->second;
    return linear;
}

VisionTower visionTower(const NamedTensors& named, const NamedFactors& factors, const VisionConfig& vision) {
    const auto norm = [&](const std::string& name) {
        return LayerNorm{named.at(kTower + name + ".weight"), named.at(kTower + name + ".bias")};
    };
    const auto linear = [&](const std::string& name) { return linearOf(named, factors, kTower + name); };
    VisionTower tower;
    tower.classEmbedding = named.at(kTower + "embeddings.class_embedding");
    tower.patchEmbedding = named.at(kTower + "embeddings.patch_embedding.weight");
    tower.positionEmbedding = named.at(kTower + "embeddings.position_embedding.weight");
    tower.before = norm("pre_layrnorm");
    tower.after = norm("post_layernorm");
    for (std::int64_t i = 0; i < vision.layers; ++i) {
        const std::string layer = "encoder.layers." + std::to_string(i) + ".";
        tower.layers.push_back({norm(layer + "layer_norm1"), norm(layer + "layer_norm2"),
                                linear(layer + "self_attn.q_proj"), linear(layer + "self_attn.k_proj"),
                                linear(layer + "self_attn.v_proj"), linear(layer + "self_attn.out_proj"),
                                linear(layer + "mlp.fc1"), linear(layer + "mlp.fc2")});
    }
    return tower;
}

VisionWeights visionWeights(const NamedTensors& named, const NamedFactors& factors, const LlavaConfig& config) {
    return {visionTower(named, factors, config.vision), linearOf(named, factors, kProjector1),
            linearOf(named, factors, kProjector2)};
}

/// The decoder's tensors but for its linears, by name.
std::map<std::string, at::Tensor*> tensorsOf(Decoder& decoder) {
    std::map<std::string, at::Tensor*> tensors{{kDecoder + "embed_tokens.weight", &decoder.embedding},
                                               {kDecoder + "norm.weight", &decoder.norm},
                                               {kHead, &decoder.head.weight}};
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const std::string prefix = kDecoder + "layers." + std::to_string(i) + ".";
        tensors[prefix + "input_layernorm.weight"] = &decoder.layers[i].inputNorm;
        tensors[prefix + "post_attention_layernorm.weight"] = &decoder.layers[i].mlpNorm;
    }
    return tensors;
}

/// Where each linear of a 4-bit decoder goes.
std::map<std::string, Nf4*> placesOf(Decoder& decoder) {
    std::map<std::string, Nf4*> places;
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const std::string prefix = kDecoder + "layers." + std::to_string(i) + ".";
        const auto add = [&](const std::vector<std::string>& linears, StackedLinear& linear) {
            const std::vector<std::string> names = linearNames(prefix, linears);
            for (std::size_t part = 0; part < names.size(); ++part)
                places[names[part]] = &linear.quantised[part];
        };
        DecoderLayer& layer = decoder.layers[i];
        add(kQueryKeyValue, layer.queryKeyValue);
        add(kOutput, layer.output);
        add(kGateUp, layer.gateUp);
        add(kDown, layer.down);
    }
    return places;
}

}  // namespace

std::vector<WeightRow> weightRows(const LlavaConfig& config) {
    std::vector<WeightRow> rows;
    addTower(rows, config.vision);
    const auto seen = static_cast<std::int64_t>(config.featureLayers.size()) * config.vision.hidden;
    const std::int64_t width = config.text.hidden;
    if (!config.gridPinpoints.empty())
        rows.push_back({kNewline, {width}, Start::Normal, 1 / std::sqrt(static_cast<double>(width))});
    for (const auto& [name, in] : {std::pair(kProjector1, seen), std::pair(kProjector2, width)}) {
        addLinear(rows, name, width, in, 0.02);
        if (!config.projectorBias)
            rows.pop_back();
    }
    addDecoder(rows, config.text);
    return rows;
}

std::vector<std::string> weightAliases(const std::string& name) {
    if (name == kHead)
        return {"lm_head.weight"};
    if (name.starts_with(kDecoder))
        return {"model.language_model." + name.substr(kDecoder.size())};
    if (name.starts_with(kTower))
        return {"model." + name, "model.vision_tower." + name.substr(kTower.size()),
                "vision_tower." + name.substr(kTower.size())};
    return {"model." + name};
}

Llava::Weights::Weights(const LlavaConfig& llavaConfig, at::TensorOptions tensorOptions, WeightFormat format)
    : config(llavaConfig), options(tensorOptions) {
    for (std::int64_t i = 0; i < config.text.layers; ++i) {
        interruptionPoint();
        const std::string prefix = kDecoder + "layers." + std::to_string(i) + ".";
        for (const char* norm : {"input_layernorm", "post_attention_layernorm"})
            named[prefix + norm + ".weight"] = at::empty({config.text.hidden}, options);
        decoder.layers.push_back(decoderLayer(named, config.text, prefix, options, format));
    }
    if (format == WeightFormat::Nf4)
        quantised = placesOf(decoder);
    for (const WeightRow& row : weightRows(config)) {
        interruptionPoint();
        if (!named.contains(row.name) && !quantised.contains(row.name))
            named[row.name] = at::empty(row.shape, options);
    }
    decoder.embedding = named.at(kDecoder + "embed_tokens.weight");
    decoder.norm = named.at(kDecoder + "norm.weight");
    decoder.head.weight = config.text.tiedEmbeddings ? decoder.embedding : named.at(kHead);
    vision = visionWeights(named, {}, config);
    if (!config.gridPinpoints.empty())
        newline = named.at(kNewline);
}

VisionWeights Llava::Weights::visionOf(const Adapter* adapter) const {
    if (!adapter || !adapter->changesPictures())
        return vision;
    NamedTensors own = named;
    NamedFactors factors;
    for (const AdapterPart* part : {&adapter->projector, &adapter->tower}) {
        for (const auto& [name, weight] : part->modules)
            own[name] = weight.to(options);
        factors.insert(part->factors.begin(), part->factors.end());
    }
    return visionWeights(own, factors, config);
}

std::optional<Decoder> Llava::Weights::decoderOf(const Adapter* adapter) const {
    if (!adapter || adapter->decoder.empty())
        return {};
    Decoder own = decoder;
    const auto tensors = tensorsOf(own);
    for (const auto& [name, weight] : adapter->decoder.modules)
        *tensors.at(name) = weight.to(options);
    const auto& factors = adapter->decoder.factors;
    if (const auto head = factors.find(kHead.substr(0, kHead.rfind('.'))); head != factors.end())
        own.head.lora = head->second;
    return own;
}

}  // namespace lacuna
