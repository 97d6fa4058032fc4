// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/picture_features.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// Some of `pictures`, one after another, each with `front` [vectors, width] before its own rows: what a soft prompt
/// stands in. Differentiable in `front`, also as an adapter sees the pictures.
PictureFeatures fronted(const PictureFeatures& pictures, const std::vector<std::int64_t>& some,
                        const at::Tensor& front);

}  // namespace lacuna
