// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <string>
#include <string_view>

namespace lacuna {

/// A kind of picture file that is read: the one list, for messages, checks and file dialogs.
struct PictureFormat {
    std::string_view name;                     ///< "JPEG"
    std::array<std::string_view, 4> suffixes;  ///< in small letters, with the dot; the rest empty
};

inline constexpr std::array<PictureFormat, 6> pictureFormats{{
    {"PNG", {".png", ".apng"}},
    {"JPEG", {".jpg", ".jpeg", ".jpe", ".jfif"}},
    {"WebP", {".webp"}},
    {"BMP", {".bmp", ".dib"}},
    {"GIF", {".gif"}},
    {"TIFF", {".tif", ".tiff"}},
}};

/// "PNG, JPEG, … or TIFF".
inline std::string pictureFormatNames() {
    std::string names;
    for (const auto& format : pictureFormats)
        names += (names.empty() ? "" : &format == &pictureFormats.back() ? " or " : ", ") + std::string(format.name);
    return names;
}

/// "*.png *.apng *.jpg …", as file dialogs take them.
inline std::string pictureFilePatterns() {
    std::string patterns;
    for (const auto& format : pictureFormats)
        for (const auto suffix : format.suffixes)
            if (!suffix.empty())
                patterns += (patterns.empty() ? "*" : " *") + std::string(suffix);
    return patterns;
}

}  // namespace lacuna
