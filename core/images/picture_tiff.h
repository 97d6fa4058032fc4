// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// One entry of a TIFF directory. EXIF is one, too.
struct TiffTag {
    std::uint32_t id = 0, type = 0, count = 0;
    std::size_t at = 0;       ///< where its first value stands
    std::size_t width = 0;    ///< bytes of one value; 0 for an unknown type
    std::uint32_t first = 0;  ///< the first value where it is a whole number, else 0
};

struct TiffDirectory {
    bool bigEndian = false;
    bool more = false;  ///< another page follows
    std::vector<TiffTag> tags;

    const TiffTag* find(std::uint32_t id) const;  ///< the last of that number
    std::uint32_t value(std::uint32_t id) const;  ///< 0 when it is not there
};

inline constexpr std::uint32_t tiffWidth = 256, tiffHeight = 257, tiffBits = 258, tiffColours = 262,
                               tiffOrientation = 274, tiffSamples = 277, tiffPlanes = 284, tiffTileWidth = 322,
                               tiffTileHeight = 323, tiffExtraSamples = 338, tiffSampleFormat = 339, tiffXmp = 700;
inline constexpr std::uint32_t tiffBlack = 1, tiffRgb = 2;  // values of tiffColours

/// The first directory (page) of a TIFF file or of EXIF data, which begins with "II" or "MM". Nothing when it does not
/// lie within `bytes`.
std::optional<TiffDirectory> firstTiffDirectory(std::string_view bytes);

/// What in this page OpenCV decodes to other pixels than Pillow, or not at all: "with samples of 12 bits". Empty when
/// there is nothing of the kind.
std::string tiffProblem(const TiffDirectory& page);

/// The orientation, 1 to 8, that EXIF data asks for (with or without "Exif\0\0" before it); 1 for a value that means
/// none, nothing when it names none.
std::optional<int> exifOrientation(std::string_view exif);

/// The same of an XMP packet, which counts where EXIF names none (as Pillow has it).
std::optional<int> xmpOrientation(std::string_view xmp);

}  // namespace lacuna
