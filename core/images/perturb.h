// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/picture.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace lacuna {

/// A way to change a picture so that people still see the same thing in it.
struct PictureChange {
    std::string_view id;  ///< "crop"
    std::string_view help;
    Picture (*of)(const Picture& picture, std::uint64_t seed);
};

/// crop (the middle, 3/4 of each edge, as large as before), blur, flip (mirrored), noise (the only one that looks at
/// the seed), recolour (hue turned by 120°), style (four levels of grey).
const std::vector<PictureChange>& pictureChanges();

/// A picture that shows nobody, of the same size for the same arguments: noise, one colour, or stripes, in turn by
/// `number`.
Picture pictureOfNobody(int width, int height, int number, std::uint64_t seed);

}  // namespace lacuna
