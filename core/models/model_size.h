// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/text_config.h"

#include <cstdint>

namespace lacuna {

/// Parameters of a model by its parts, as its config makes them.
struct ModelSize {
    std::int64_t tower = 0, projector = 0, decoder = 0;
    std::int64_t linears = 0;  ///< of the decoder: in the linears of its layers, which 4 bits may hold

    std::int64_t parameters() const { return tower + projector + decoder; }
};

/// Parameters of an adapter on every linear of the decoder.
std::int64_t adapterParameters(const TextConfig& text, std::int64_t rank);

}  // namespace lacuna
