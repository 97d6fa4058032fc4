// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lora.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace lacuna {

std::array<LinearShape, decoderLinearCount> decoderLinearShapes(const TextConfig& text) {
    const std::int64_t queryWidth = text.queryWidth(), keyWidth = text.keyWidth();
    return {{{"self_attn.q_proj", queryWidth, text.hidden},
             {"self_attn.k_proj", keyWidth, text.hidden},
             {"self_attn.v_proj", keyWidth, text.hidden},
             {"self_attn.o_proj", text.hidden, queryWidth},
             {"mlp.gate_proj", text.intermediate, text.hidden},
             {"mlp.up_proj", text.intermediate, text.hidden},
             {"mlp.down_proj", text.hidden, text.intermediate}}};
}

std::vector<at::Tensor> Adapter::parameters() const {
    std::vector<at::Tensor> all;
    for (const auto& layer : layers) {
        for (const LoraFactors& factors : layer) {
            all.push_back(factors.a);
            all.push_back(factors.b);
        }
    }
    for (const auto& [name, factors] : outside) {
        all.push_back(factors.a);
        all.push_back(factors.b);
    }
    for (const auto& [name, weight] : modules)
        all.push_back(weight);
    return all;
}

bool Adapter::changesPictures() const {
    const auto isVision = [](const auto& part) {
        return part.first.starts_with("vision_tower.") || part.first.starts_with("multi_modal_projector.");
    };
    return std::any_of(outside.begin(), outside.end(), isVision) ||
           std::any_of(modules.begin(), modules.end(), isVision);
}

Adapter Adapter::clone() const {
    Adapter copy = *this;
    for (auto& layer : copy.layers)
        for (LoraFactors& factors : layer)
            factors = {factors.a.detach().clone(), factors.b.detach().clone(), factors.scale};
    for (auto& [name, factors] : copy.outside)
        factors = {factors.a.detach().clone(), factors.b.detach().clone(), factors.scale};
    for (auto& [name, weight] : copy.modules)
        weight = weight.detach().clone();
    return copy;
}

void Adapter::convert(at::ScalarType type) {
    for (auto& layer : layers)
        for (LoraFactors& factors : layer)
            factors = {factors.a.detach().to(type), factors.b.detach().to(type), factors.scale};
    for (auto& [name, factors] : outside)
        factors = {factors.a.detach().to(type), factors.b.detach().to(type), factors.scale};
    for (auto& [name, weight] : modules)
        weight = weight.detach().to(type);
}

Adapter makeAdapter(const TextConfig& config, std::int64_t rank, double alpha, std::uint64_t seed,
                    at::TensorOptions options) {
    if (rank < 1)
        throw inputError("A LoRA rank of {} was asked for, expected at least 1.", rank);
    Adapter adapter;
    adapter.rank = rank;
    adapter.alpha = alpha;
    const auto shapes = decoderLinearShapes(config);
    for (std::int64_t i = 0; i < config.layers; ++i) {
        auto& layer = adapter.layers.emplace_back();
        for (std::size_t j = 0; j < shapes.size(); ++j) {
            // Drawn on the CPU from a seed of its own, so that neither device nor depth moves the numbers.
            const std::string purpose = "lora " + std::to_string(i) + " " + shapes[j].name;
            const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(deriveSeed(seed, purpose));
            const double bound = 1 / std::sqrt(static_cast<double>(shapes[j].in));
            const at::Tensor a = at::empty({rank, shapes[j].in}).uniform_(-bound, bound, generator);
            layer[j].a = a.to(options).requires_grad_(true);
            layer[j].b = at::zeros({shapes[j].out, rank}, options).requires_grad_(true);
            layer[j].scale = alpha / static_cast<double>(rank);
        }
    }
    return adapter;
}

namespace {

/// Adds `more`, by `weight`, to a sum whose scale is 1.
void join(LoraFactors& sum, const LoraFactors& more, double weight) {
    if (!more.a.defined())
        return;
    const auto b = more.b * (weight * more.scale);
    sum =
        sum.a.defined() ? LoraFactors{at::cat({sum.a, more.a}), at::cat({sum.b, b}, 1), 1} : LoraFactors{more.a, b, 1};
}

}  // namespace

Adapter joinedAdapters(const AdapterMix& mix, const std::map<std::string, at::Tensor>& original) {
    Adapter sum;
    for (const auto& [adapter, weight] : mix) {
        if (adapter->layers.size() != mix.front().adapter->layers.size())
            throw inputError("Adapters of {} and {} layers cannot answer together: they were made for other bases.",
                             mix.front().adapter->layers.size(), adapter->layers.size());
        sum.layers.resize(adapter->layers.size());
        for (std::size_t i = 0; i < adapter->layers.size(); ++i)
            for (std::size_t j = 0; j < decoderLinearCount; ++j)
                join(sum.layers[i][j], adapter->layers[i][j], weight);
        for (const auto& [name, factors] : adapter->outside)
            join(sum.outside[name], factors, weight);
        for (const auto& [name, own] : adapter->modules) {
            const auto base = original.find(name);
            if (base == original.end())
                throw inputError("An adapter brings its own \"{}\", which cannot be mixed with others.", name);
            auto& mixed = sum.modules[name];
            mixed = ((mixed.defined() ? mixed : base->second) + (own - base->second) * weight).to(own.scalar_type());
        }
        sum.rank += adapter->rank;
    }
    sum.alpha = static_cast<double>(sum.rank);
    return sum;
}

}  // namespace lacuna
