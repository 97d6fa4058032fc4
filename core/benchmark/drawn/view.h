// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/drawn/look.h"

#include <opencv2/core.hpp>

#include <cstdint>

namespace lacuna::drawn {

inline constexpr int kPicturePixels = 256;

/// One view of a look: 256 × 256, 8-bit BGR. `seed` decides pose, place, light, background, grain and clutter.
cv::Mat drawView(const Look& look, std::uint64_t seed);

}  // namespace lacuna::drawn
