// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_size.h"

#include "core/models/llava_weights.h"

namespace lacuna {
ModelSize modelSize(const LlavaConfig& config) {
    ModelSize size;
    for (const WeightRow& row : weightRows(config)) {
        std::int64_t count = 1;
        for (const std::int64_t length : row.shape)
            count *= length;
        const bool tower = row.name.starts_with("vision_tower."), decoder = row.name.starts_with("language_model.");
        (tower ? size.tower : decoder ? size.decoder : size.projector) += count;
    }
    for (const LinearShape& linear : decoderLinearShapes(config.text))
        size.linears += config.text.layers * linear.out * linear.in;
    return size;
}

std::int64_t adapterParameters(const TextConfig& text, std::int64_t rank) {
    std::int64_t perRank = 0;
    for (const LinearShape& linear : decoderLinearShapes(text))
        perRank += linear.in + linear.out;
    return text.layers * rank * perRank;
}

}  // namespace lacuna
