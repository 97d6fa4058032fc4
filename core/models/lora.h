// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava_config.h"

#include <ATen/ATen.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// The linears of a decoder layer that carry LoRA, in the order factors are kept.
enum class DecoderLinear { Query, Key, Value, Output, Gate, Up, Down };
inline constexpr int decoderLinearCount = 7;

/// A linear of a decoder layer by its name within the layer ("self_attn.q_proj"), [out, in].
struct LinearShape {
    const char* name;
    std::int64_t out, in;
};

/// In DecoderLinear's order.
std::array<LinearShape, decoderLinearCount> decoderLinearShapes(const TextConfig& text);

/// y = W x + scale · B A x. a [rank, in], b [out, rank].
struct LoraFactors {
    at::Tensor a, b;
    double scale = 0;
};

/// What one request changes of a model: LoRA factors for every linear of the decoder, and, where projector and tower
/// are trained too, their own copies (PEFT's "modules_to_save"): the base keeps its weights. An adapter of `peft`'s may
/// also have factors elsewhere, and a rank and scale for each linear. Source: Hu et al. 2021, arXiv 2106.09685; names
/// and init as `peft`.
struct Adapter {
    std::int64_t rank = 0;  ///< of factors that have no other
    double alpha = 0;       ///< scale is alpha / rank unless a linear's factors have another
    std::vector<std::array<LoraFactors, decoderLinearCount>> layers;
    std::map<std::string, LoraFactors> outside;  ///< of tower, projector and head, by the linear's name in files
                                                 ///< ("multi_modal_projector.linear_1"); mostly empty
    std::map<std::string, at::Tensor> modules;   ///< by name in files, see Llava::visionModules; mostly empty

    /// Does it see pictures otherwise than the original: has it factors or copies of tower or projector?
    bool changesPictures() const;
    /// All a's and b's in a fixed order (layer, linear, a before b; then those outside by name), then the modules by
    /// name: for the optimizer and checkpoints.
    std::vector<at::Tensor> parameters() const;
    Adapter clone() const;              ///< own storage, detached, does not require gradients
    void convert(at::ScalarType type);  ///< detached; does not require gradients afterwards
};

/// One adapter among those that answer together.
struct WeightedAdapter {
    const Adapter* adapter = nullptr;
    double weight = 1;
    auto operator<=>(const WeightedAdapter&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 is wrong
};

/// What answers a question: the original model with these, each by its weight. Empty = the original model alone.
using AdapterMix = std::vector<WeightedAdapter>;

/// The sum of weighted adapters as one of their ranks together: W x + Σ weight · scale · B A x. Own copies of modules
/// are mixed with the original's weight (in `original` by name in files): W + Σ weight · (own − W). Throws InputError
/// for adapters of different depth, and a copy of what `original` lacks.
Adapter joinedAdapters(const AdapterMix& mix, const std::map<std::string, at::Tensor>& original);

/// A from Kaiming's uniform with the given seed, B zero, both requiring gradients.
Adapter makeAdapter(const TextConfig& config, std::int64_t rank, double alpha, std::uint64_t seed,
                    at::TensorOptions options);

/// Names of Adapter::parameters() as `peft` has them on transformers 5 ("base_model.model.….lora_A.weight").
std::vector<std::string> adapterTensorNames(const Adapter& adapter);

/// PEFT layout: adapter_config.json and adapter_model.safetensors, written into a temporary sibling and renamed into
/// place. `config` is the base's, `baseModel` where it lies: what AutoPeftModel opens.
void writeAdapter(const Adapter& adapter, const std::filesystem::path& folder, const LlavaConfig& config,
                  const std::string& baseModel);

/// Reads what writeAdapter or `peft` wrote for this model, with factors on any of its linears, of any rank and alpha.
/// Throws InputError for another base, rank or shape, and what is no plain LoRA on linears.
Adapter readAdapter(const std::filesystem::path& folder, const LlavaConfig& config, at::TensorOptions options);

/// Throws what readAdapter would, as far as headers tell: before the model is loaded, which may take minutes.
void checkAdapter(const std::filesystem::path& folder, const LlavaConfig& config);

}  // namespace lacuna
