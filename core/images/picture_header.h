// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lacuna {

/// What keeps a file from being used as a picture.
enum class PictureFault {
    None,
    WebPage,      ///< a download that went wrong
    CutOff,       ///< broken off or empty
    OtherFormat,  ///< none of pictureFormats, or a kind of them that is not read
    TooLarge,
    Broken,
};

/// "web page", "cut off", …: as lists and JSON name it; empty for None.
std::string_view pictureFaultName(PictureFault fault);

/// What a picture file says of itself, without decoding. No stricter than the decoders are: bytes between a JPEG's
/// segments and behind any picture's end are passed over.
struct PictureHeader {
    std::string_view format;             ///< name in pictureFormats; empty: none of them
    std::int64_t width = 0, height = 0;  ///< as stored, not yet turned; 0 when they could not be found
    int orientation = 1;                 ///< EXIF's: 1 to 8; where there is none, XMP's
    bool moreFrames = false;             ///< an animation or further pages, of which the first is used
    bool deepGrey = false;               ///< greys of 16 bits
    bool deepColour = false;             ///< a TIFF with red, green and blue of 16 bits
    int greenBits = 0;                   ///< of a BMP of 16 bits: 5 or 6, beside 5 of red and blue; else 0
    std::size_t frame = 0;               ///< of an animated WebP: where its first frame's chunk begins, else 0
    std::size_t cutChunk = 0;            ///< of a PNG that breaks off behind its pixels: where its last chunk begins
    PictureFault fault = PictureFault::None;
    std::string problem = {};  ///< of a fault: what is wrong, and what to do
};

PictureHeader readPictureHeader(std::string_view bytes);

/// A PNG that breaks off in the chunk at `cutChunk`, with the end that it lacks.
std::string wholePng(std::string_view bytes, std::size_t cutChunk);

}  // namespace lacuna
