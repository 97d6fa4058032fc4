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

MemoryPlan memoryPlan(const LlavaConfig& config, std::int64_t typeBytes, bool fourBits) {
    MemoryPlan plan;
    plan.size = modelSize(config);
    plan.text = config.text;
    plan.typeBytes = typeBytes;
    plan.fourBits = fourBits;
    return plan;
}

}  // namespace lacuna
