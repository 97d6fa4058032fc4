// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lora.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
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
    for (const AdapterPart* part : parts()) {
        for (const auto& [name, factors] : part->factors) {
            all.push_back(factors.a);
            all.push_back(factors.b);
        }
    }
    for (const AdapterPart* part : parts())
        for (const auto& [name, weight] : part->modules)
            all.push_back(weight);
    return all;
}

bool Adapter::hasModules() const {
    const auto all = parts();
    return std::any_of(all.begin(), all.end(), [](const AdapterPart* part) { return !part->modules.empty(); });
}

Adapter Adapter::clone() const {
    Adapter copy = *this;
    copy.change([](const at::Tensor& tensor) { return tensor.detach().clone(); });
    return copy;
}

void Adapter::convert(at::ScalarType type) {
    change([type](const at::Tensor& tensor) { return tensor.detach().to(type); });
}

void Adapter::change(const std::function<at::Tensor(const at::Tensor&)>& to) {
    for (auto& layer : layers) {
        quietInterruptionPoint();  // nothing may end it half-way
        for (LoraFactors& factors : layer)
            factors = {to(factors.a), to(factors.b), factors.scale};
    }
    for (AdapterPart* part : parts()) {
        for (auto& [name, factors] : part->factors)
            factors = {to(factors.a), to(factors.b), factors.scale};
        for (auto& [name, weight] : part->modules)
            weight = to(weight);
    }
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
            interruptionPoint();
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

void join(AdapterPart& sum, const AdapterPart& more, const AdapterPart& original, double weight) {
    for (const auto& [name, factors] : more.factors)
        join(sum.factors[name], factors, weight);
    for (const auto& [name, own] : more.modules) {
        const auto base = original.modules.find(name);
        if (base == original.modules.end())
            throw inputError("An adapter brings its own \"{}\", which cannot be mixed with others.", name);
        auto& mixed = sum.modules[name];
        mixed = ((mixed.defined() ? mixed : base->second) + (own - base->second) * weight).to(own.scalar_type());
    }
}

}  // namespace

Adapter joinedAdapters(const AdapterMix& mix, const Adapter& original) {
    Adapter sum;
    for (const auto& [adapter, weight] : mix) {
        if (adapter->whole)
            throw inputError("A whole checkpoint answers alone: it cannot be weighed or mixed with adapters.");
        if (adapter->layers.size() != mix.front().adapter->layers.size())
            throw inputError("Adapters of {} and {} layers cannot answer together: they were made for other bases.",
                             mix.front().adapter->layers.size(), adapter->layers.size());
        sum.layers.resize(adapter->layers.size());
        for (std::size_t i = 0; i < adapter->layers.size(); ++i)
            for (std::size_t j = 0; j < decoderLinearCount; ++j)
                join(sum.layers[i][j], adapter->layers[i][j], weight);
        for (std::size_t i = 0; i < sum.parts().size(); ++i)
            join(*sum.parts()[i], *adapter->parts()[i], *original.parts()[i], weight);
        sum.rank += adapter->rank;
    }
    sum.alpha = static_cast<double>(sum.rank);
    return sum;
}

}  // namespace lacuna
