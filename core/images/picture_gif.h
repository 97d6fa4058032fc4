// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/picture.h"

#include <optional>
#include <string_view>

namespace lacuna {

/// What a GIF is, before anything is decoded.
struct GifSize {
    int width = 0, height = 0;  ///< its screen, widened where the first frame stands out
    bool more = false;          ///< another frame follows
};

/// Nothing when the file is cut off before the first frame begins, or broken.
std::optional<GifSize> gifSize(std::string_view bytes);

/// The first frame on its screen, which has the transparent colour around it, else the first one: as Pillow has it.
/// Nothing when pixels are missing. Takes memory for the whole screen: look at gifSize first.
std::optional<Picture> firstGifFrame(std::string_view bytes);

}  // namespace lacuna
