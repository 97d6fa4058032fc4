// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/picture.h"

#include <optional>
#include <string>
#include <string_view>

namespace lacuna {

/// The first frame of a GIF, still packed (GIF89a specification, W3C).
struct GifFrame {
    int width = 0, height = 0;  ///< of the whole picture
    int left = 0, top = 0, frameWidth = 0, frameHeight = 0;
    int background = 0;  ///< the index that stands where the frame does not reach
    bool interlaced = false;
    bool more = false;         ///< another frame follows
    std::string_view palette;  ///< red, green, blue; empty: the index is a grey
    int rootBits = 0;          ///< of the LZW code
    std::string packed;
};

/// Nothing when the file is cut off before the first frame ends, or broken.
std::optional<GifFrame> firstGifFrame(std::string_view bytes);

/// Nothing when pixels are missing.
std::optional<Picture> unpacked(const GifFrame& frame);

}  // namespace lacuna
