// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/text_config.h"

#include <ATen/ATen.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

class Llava;

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

/// What an adapter changes of one part of a model beside the linears of the decoder's layers; mostly nothing.
struct AdapterPart {
    std::map<std::string, LoraFactors> factors;  ///< by the linear's name in files ("multi_modal_projector.linear_1")
    std::map<std::string, at::Tensor>
        modules;  ///< own copies (PEFT's "modules_to_save"), by the weight's name in files

    bool empty() const { return factors.empty() && modules.empty(); }
};

/// What one request changes of a model: LoRA factors for every linear of the decoder, and, where projector and tower
/// are trained too, their own copies: the base keeps its weights. An adapter of `peft`'s may also have factors
/// elsewhere, and a rank and scale for each linear. Source: Hu et al. 2021, arXiv 2106.09685; init as `peft`.
struct Adapter {
    std::int64_t rank = 0;  ///< of factors that have no other
    double alpha = 0;       ///< scale is alpha / rank unless a linear's factors have another
    std::vector<std::array<LoraFactors, decoderLinearCount>> layers;
    AdapterPart decoder, projector, tower;  ///< `decoder`: embedding, norms and head
    std::shared_ptr<const Llava> whole;     ///< a model that answers in the original's place; then nothing else is here
    bool seesAlike = true;                  ///< of `whole`: its tower and projector are the original's

    /// Those beside the layers, in the order of parameters().
    std::array<const AdapterPart*, 3> parts() const { return {&decoder, &projector, &tower}; }
    std::array<AdapterPart*, 3> parts() { return {&decoder, &projector, &tower}; }
    bool hasModules() const;
    /// Does it see pictures otherwise than the original?
    bool changesPictures() const { return !projector.empty() || !tower.empty() || !seesAlike; }
    /// All a's and b's in a fixed order (layer, linear, a before b; then those of the parts, by name within each), then
    /// the parts' modules: for the optimizer and checkpoints.
    std::vector<at::Tensor> parameters() const;
    Adapter clone() const;              ///< own storage, detached, does not require gradients
    void convert(at::ScalarType type);  ///< detached; does not require gradients afterwards

private:
    void change(const std::function<at::Tensor(const at::Tensor&)>& to);
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
/// are mixed with those of `original`, which has the model's own: W + Σ weight · (own − W). Throws InputError for
/// adapters of different depth, a copy of what `original` lacks, and a whole model.
Adapter joinedAdapters(const AdapterMix& mix, const Adapter& original);

/// A from Kaiming's uniform with the given seed, B zero, both requiring gradients.
Adapter makeAdapter(const TextConfig& config, std::int64_t rank, double alpha, std::uint64_t seed,
                    at::TensorOptions options);

}  // namespace lacuna
