// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/decoder.h"
#include "core/models/llava/llava.h"
#include "core/models/llava/vision_tower.h"

#include <ATen/ATen.h>

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Tower and projector: what turns pixels into what the decoder reads.
struct VisionWeights {
    VisionTower tower;
    Linear projector1, projector2;
};

/// All weights of a LLaVA, twice by name: as a map for files and training, as structs for the computation.
struct Llava::Weights {
    LlavaConfig config;
    at::TensorOptions options;
    std::map<std::string, at::Tensor> named;
    VisionWeights vision;
    at::Tensor newline;  ///< LLaVA-1.6: closes each row of a picture's grid
    Decoder decoder;

    /// Linears of the decoder whose weights are held in 4 bits, by name; empty unless the format says so.
    std::map<std::string, Nf4*> quantised;

    /// Allocates everything, uninitialised; of what is held in 4 bits, the places alone.
    Weights(const LlavaConfig& config, at::TensorOptions options, WeightFormat format = WeightFormat::Full);
    Weights(const Weights&) = delete;
    /// With the adapter's own tower and projector, and its factors there, in the type that is computed in.
    VisionWeights visionOf(const Adapter* adapter) const;
    /// With the adapter's own embedding, norms and head, and its factors there; none where it has none. The factors of
    /// the layers' linears are not in it: each call brings them.
    std::optional<Decoder> decoderOf(const Adapter* adapter) const;
};

/// One tensor of a checkpoint: its name as transformers 4 writes it, shape, and how `transformers` initialises it.
struct WeightRow {
    enum class Start { Zeros, Ones, Normal };
    std::string name;
    std::vector<std::int64_t> shape;
    Start start = Start::Zeros;
    double deviation = 0;
};

/// Every tensor of a checkpoint in file order; the head is left out when it is tied to the embedding.
std::vector<WeightRow> weightRows(const LlavaConfig& config);

/// The other names the same tensor goes by: transformers 5 moved the language model and the tower under "model.".
std::vector<std::string> weightAliases(const std::string& name);

}  // namespace lacuna
