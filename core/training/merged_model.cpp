// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/merged_model.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <algorithm>

namespace lacuna {
namespace {

constexpr const char* layerPrefix = "language_model.model.layers.";

void addFactors(at::Tensor& weight, const LoraFactors& factors, double share) {
    auto sum = weight.to(at::kFloat);
    sum = at::addmm(sum, factors.b.to(weight.device(), at::kFloat), factors.a.to(weight.device(), at::kFloat), 1,
                    share * factors.scale);
    weight.copy_(sum);
}

/// A linear of a decoder layer: the only ones that are named so.
bool isLayerLinear(const std::string& name) {
    static const auto shapes = decoderLinearShapes({});
    return name.starts_with(layerPrefix) && std::any_of(shapes.begin(), shapes.end(), [&](const auto& shape) {
               return name.ends_with(fmt::format(".{}.weight", shape.name));
           });
}

}  // namespace

Adapter mergedModel(const LoadedModel& model, const AdapterMix& mix,
                    const std::function<void(const std::string& name, at::Tensor& weight, bool isLinear)>& change) {
    const at::NoGradGuard noGrad;
    const bool whole = !mix.empty() && mix.front().weight == 1 && mix.front().adapter->whole;
    Llava base = whole ? *mix.front().adapter->whole : *model.network;  // the same weights
    if (base.format() != WeightFormat::Full)
        throw inputError(
            "The model is held in 4 bits, and nothing can be merged into such weights. Take a run of another "
            "precision.");
    auto merged = std::make_shared<Llava>(Llava::initialised(base.config(), 0, base.options()));
    auto& weights = merged->weights();
    for (const auto& [name, weight] : base.weights()) {
        interruptionPoint();
        weights.at(name).copy_(weight);
    }
    const auto shapes = decoderLinearShapes(base.text());
    for (std::size_t place = whole ? 1 : 0; place < mix.size(); ++place) {
        const auto& [adapter, share] = mix[place];
        if (adapter->whole)
            throw inputError("A whole checkpoint answers alone: it cannot be mixed with adapters.");
        for (std::size_t i = 0; i < adapter->layers.size(); ++i)
            for (std::size_t j = 0; j < shapes.size(); ++j)
                if (const auto& factors = adapter->layers[i][j]; factors.a.defined()) {
                    interruptionPoint();
                    addFactors(weights.at(fmt::format("{}{}.{}.weight", layerPrefix, i, shapes[j].name)), factors,
                               share);
                }
        for (const auto* part : adapter->parts()) {
            for (const auto& [name, factors] : part->factors)
                addFactors(weights.at(name + ".weight"), factors, share);
            for (const auto& [name, own] : part->modules) {
                auto& weight = weights.at(name);
                weight.add_((own.to(weight.options()) - base.weights().at(name)) * share);
            }
        }
    }
    if (change)
        for (auto& [name, weight] : weights) {
            interruptionPoint();
            change(name, weight, isLayerLinear(name));
        }
    Adapter adapter;
    adapter.seesAlike = merged->seesAs(*model.network);
    adapter.whole = std::move(merged);
    return adapter;
}

}  // namespace lacuna
