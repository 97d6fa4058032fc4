// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_size.h"

#include "core/models/lora.h"

namespace lacuna {

std::int64_t adapterParameters(const TextConfig& text, std::int64_t rank) {
    std::int64_t perRank = 0;
    for (const LinearShape& linear : decoderLinearShapes(text))
        perRank += linear.in + linear.out;
    return text.layers * rank * perRank;
}

}  // namespace lacuna
