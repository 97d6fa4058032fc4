// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/images/picture_header.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// 8-bit RGB, rows without padding: `pixels[(y * width + x) * 3 + channel]`.
struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;
};

/// A file of one of pictureFormats, turned as its EXIF says (all eight orientations, alike in every format),
/// transparency dropped: what PIL's ImageOps.exif_transpose and convert("RGB") make of it. Of an animation or several
/// pages the first. JPEG to a level or two (CMYK too); 16 bits by their upper byte, but greys alone clipped at 255
/// (as PIL does both). Format, size (at most 100 megapixels) and end of the file are checked before anything is
/// decoded. Throws InputError naming the file.
Picture readPicture(const std::filesystem::path& path);

/// What `lacuna data check` wants to know of a file.
struct PictureReport {
    PictureFault fault = PictureFault::None;
    std::string problem;             ///< of a fault: what is wrong, and what to do
    std::vector<std::string> notes;  ///< it is read all the same: several frames, another format than its name says
};

/// Never throws for what is in the file. With `decode` false only the header is looked at.
PictureReport examinePicture(const std::filesystem::path& path, bool decode);

/// The same of many, several at once, in the order of `paths`. Throws Cancelled.
std::vector<PictureReport> examinePictures(const std::vector<std::filesystem::path>& paths, bool decode,
                                           const ProgressFunction& progress);

/// What is worth a word of pictures that are used, a sentence for each kind: "a.gif: holds several pictures, the first
/// is used. So it is with 3 more." Throws Cancelled.
std::vector<std::string> pictureNotes(const std::vector<std::filesystem::path>& paths,
                                      const ProgressFunction& progress = {});

/// As a PNG file: for who is handed pictures.
std::string pngBytes(const Picture& picture);

/// PIL's bicubic resize of 8-bit pictures, to the bit: Keys' kernel with a = -0.5, widened by the scale when shrinking
/// (antialias), along rows, then along columns (tall pictures the other way round, as from
/// Pillow 13 on), each pass rounded to 8 bits with 22-bit fixed-point weights.
Picture resizedBicubic(const Picture& picture, int width, int height);

}  // namespace lacuna
