// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava_size.h"

#include "core/models/llava/llava_weights.h"

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

}  // namespace lacuna
