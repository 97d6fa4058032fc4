// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture_header.h"

#include "core/base/ascii.h"
#include "core/base/picture_format.h"
#include "core/images/picture_bytes.h"
#include "core/images/picture_gif.h"
#include "core/images/picture_tiff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <zlib.h>

namespace lacuna {
namespace {

constexpr std::int64_t kMostPixels = 100'000'000;
constexpr std::size_t kLargestProfile = std::size_t{4} << 20;

PictureHeader refused(PictureFault fault, std::string problem) {
    PictureHeader header;
    header.fault = fault;
    header.problem = std::move(problem);
    return header;
}

PictureHeader cutOff() {
    return refused(PictureFault::CutOff, "it is cut off. Copy or download it again");
}

/// What was found of a picture's orientation on the way through the file.
struct Profiles {
    std::string exif, xmp;
    int orientation() const { return exifOrientation(exif).value_or(xmpOrientation(xmp).value_or(1)); }
};

std::string inflated(std::string_view packed) {
    std::string text(kLargestProfile, '\0');
    auto size = static_cast<uLongf>(text.size());
    const auto* from = reinterpret_cast<const Bytef*>(packed.data());
    if (uncompress(reinterpret_cast<Bytef*>(text.data()), &size, from, static_cast<uLong>(packed.size())) != Z_OK)
        return {};
    text.resize(size);
    return text;
}

/// What follows the first `sign`.
std::string_view behind(std::string_view text, char sign) {
    const auto at = text.find(sign);
    return at == text.npos ? std::string_view() : text.substr(at + 1);
}

/// "\nexif\n      40\n4578…\n": how ImageMagick keeps EXIF in a PNG's text.
std::string fromRawProfile(std::string_view text) {
    for (int line = 0; line < 3; ++line)
        text = behind(text, '\n');
    std::string bytes;
    int high = -1;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'                           ? c - '0'
                          : asciiLower(c) >= 'a' && asciiLower(c) <= 'f' ? asciiLower(c) - 'a' + 10
                                                                         : -1;
        if (digit < 0)
            continue;
        if (high >= 0)
            bytes += static_cast<char>(high << 4 | digit);
        high = high < 0 ? digit : -1;
    }
    return bytes;
}

/// A PNG's tEXt, zTXt or iTXt chunk as far as it may hold EXIF or XMP.
void readPngText(std::string_view type, std::string_view data, std::string& rawProfile, std::string& xmp) {
    const auto key = data.substr(0, data.find('\0'));
    auto rest = behind(data, '\0');
    if (key == "Raw profile type exif" && type == "tEXt") {
        rawProfile = rest;
    } else if (key == "Raw profile type exif" && type == "zTXt" && !rest.empty()) {
        rawProfile = inflated(rest.substr(1));
    } else if (key == "XML:com.adobe.xmp" && type == "iTXt" && rest.size() > 2) {
        const bool packed = rest[0] == 1;
        rest = behind(behind(rest.substr(2), '\0'), '\0');  // language, translated key
        xmp = packed ? inflated(rest) : std::string(rest);
    }
}

constexpr std::string_view kPngEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);

/// Whether nothing but the end, or the checksum of the last data, is missing from the chunk at `at` on. It may still be
/// that data follows: decoding tells.
bool lacksOnlyItsEnd(std::string_view bytes, std::size_t at, bool hasData) {
    const auto rest = bytes.substr(at);
    return (hasData && kPngEnd.starts_with(rest)) ||
           (rest.substr(0, 8).ends_with("IDAT") && rest.size() >= std::size_t{8} + bigEndian(bytes, at, 4));
}

PictureHeader pngHeader(std::string_view bytes) {
    PictureHeader header{"PNG", bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4)};
    header.deepGrey = bigEndian(bytes, 24, 2) == 0x1000;  // 16 bits, colour type 0
    Profiles profiles;
    std::string rawProfile;
    bool pixels = false;
    for (std::size_t at = 8;;) {
        const std::size_t length = at + 8 <= bytes.size() ? bigEndian(bytes, at, 4) : bytes.size();
        const bool cut = at + 12 + length > bytes.size();
        if (cut && !lacksOnlyItsEnd(bytes, at, pixels))
            return cutOff();
        const auto type = cut ? "IEND" : bytes.substr(at + 4, 4);
        const auto data = cut ? std::string_view() : bytes.substr(at + 8, length);
        if (type == "IEND") {
            header.cutChunk = cut ? at : 0;
            if (profiles.exif.empty())
                profiles.exif = fromRawProfile(rawProfile);
            header.orientation = profiles.orientation();
            return header;
        }
        if (type == "eXIf")
            profiles.exif = data;
        else if (type == "acTL")
            header.moreFrames = bigEndian(data, 0, 4) > 1;
        else if (type.substr(1) == "TXt" || type.substr(1) == "EXt")
            readPngText(type, data, rawProfile, profiles.xmp);
        pixels = pixels || type == "IDAT";
        at += 12 + length;
    }
}

/// Walks the segments up to the picture data as libjpeg does. In the data an end marker cannot occur but at its end,
/// and decoders fill what is missing with grey, so a missing one is looked for here.
PictureHeader jpegHeader(std::string_view bytes) {
    constexpr std::string_view exifName("Exif\0\0", 6), xmpName("http://ns.adobe.com/xap/1.0/\0", 29);
    PictureHeader header{"JPEG"};
    Profiles profiles;
    for (std::size_t at = 2;;) {
        at = bytes.find('\xff', at);
        if (at == bytes.npos || (at = bytes.find_first_not_of('\xff', at)) == bytes.npos)
            return cutOff();
        const auto marker = static_cast<unsigned char>(bytes[at++]);
        if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd7))
            continue;  // no marker, or one without a segment
        const std::size_t length = bigEndian(bytes, at, 2);
        if (marker == 0xd8 || marker == 0xd9 || length < 2)
            return refused(PictureFault::Broken, "its JPEG segments are broken. Save it again");
        if (at + length > bytes.size())
            return cutOff();
        const auto data = bytes.substr(at + 2, length - 2);
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            header.height = std::max<std::int64_t>(header.height, bigEndian(data, 1, 2));
            header.width = std::max<std::int64_t>(header.width, bigEndian(data, 3, 2));
        } else if (marker == 0xe1 && data.starts_with(exifName)) {
            profiles.exif += data.substr(exifName.size());  // one that is too long for a segment goes on in the next
        } else if (marker == 0xe1 && data.starts_with(xmpName)) {
            profiles.xmp = data.substr(xmpName.size());
        } else if (marker == 0xda) {
            header.orientation = profiles.orientation();
            return bytes.find("\xff\xd9", at + length) == bytes.npos ? cutOff() : header;
        }
        at += length;
    }
}

PictureHeader webpHeader(std::string_view bytes) {
    if (bytes.size() < 30 || littleEndian(bytes, 4, 4) > bytes.size() - 8)
        return cutOff();
    const auto kind = bytes.substr(12, 4);
    if (kind == "VP8L") {
        const auto packed = littleEndian(bytes, 21, 4);
        return {"WebP", (packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1};
    }
    if (kind != "VP8X")
        return {"WebP", littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff};
    PictureHeader header{"WebP", littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1};
    constexpr unsigned animated = 2, hasXmp = 4, hasExif = 8;
    const unsigned flags = static_cast<unsigned char>(bytes[20]);
    Profiles profiles;
    int frames = 0;
    const auto end = std::size_t{8} + littleEndian(bytes, 4, 4);
    for (std::size_t at = 12; at + 8 <= end;) {
        const auto name = bytes.substr(at, 4);
        const std::size_t length = littleEndian(bytes, at + 4, 4);
        if (at + 8 + length > end)
            return cutOff();
        const auto data = bytes.substr(at + 8, length);
        if (name == "EXIF" && (flags & hasExif) && profiles.exif.empty())
            profiles.exif = data;
        else if (name == "XMP " && (flags & hasXmp) && profiles.xmp.empty())
            profiles.xmp = data;
        else if (name == "ANMF" && (flags & animated) && frames++ == 0)
            header.frame = at;
        at += 8 + length + length % 2;
    }
    if ((flags & animated) && frames == 0)
        return cutOff();
    header.moreFrames = frames > 1;
    header.orientation = profiles.orientation();
    return header;
}

PictureHeader bmpHeader(std::string_view bytes) {
    if (bytes.size() < 30)
        return cutOff();
    if (littleEndian(bytes, 14, 4) == 12)
        return {"BMP", littleEndian(bytes, 18, 2), littleEndian(bytes, 20, 2)};
    const auto height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4));  // negative: rows from the top
    PictureHeader header{"BMP", littleEndian(bytes, 18, 4), std::llabs(height)};
    constexpr std::uint32_t masks = 3, sixBits = 0x7e0;
    if (littleEndian(bytes, 28, 2) == 16)
        header.greenBits = littleEndian(bytes, 30, 4) == masks && littleEndian(bytes, 58, 4) == sixBits ? 6 : 5;
    return header;
}

PictureHeader gifHeader(std::string_view bytes) {
    const auto size = gifSize(bytes);
    if (!size)
        return cutOff();
    PictureHeader header{"GIF", size->width, size->height};
    header.moreFrames = size->more;
    return header;
}

PictureHeader tiffHeader(std::string_view bytes) {
    const auto directory = firstTiffDirectory(bytes);
    if (!directory)
        return cutOff();
    if (const auto problem = tiffProblem(*directory); !problem.empty())
        return refused(PictureFault::OtherFormat, fmt::format("it is a TIFF {}. Save it as PNG or JPEG", problem));
    PictureHeader header{"TIFF", directory->value(tiffWidth), directory->value(tiffHeight)};
    // A tile may be larger than the picture, and is decoded whole.
    if (const auto* height = directory->find(tiffTileHeight);
        height && height->first > 0 && directory->value(tiffTileWidth) > kMostPixels / height->first)
        return refused(PictureFault::TooLarge, "its tiles have over 100 megapixels. Make it smaller");
    header.moreFrames = directory->more;
    const bool deep = directory->value(tiffBits) == 16, rgb = directory->value(tiffColours) == tiffRgb;
    header.deepGrey = deep && !rgb && directory->value(tiffSamples) <= 1;
    header.deepColour = deep && rgb;
    auto orientation = exifOrientation(bytes);
    if (const auto* xmp = directory->find(tiffXmp); !orientation && xmp && xmp->at < bytes.size())
        orientation = xmpOrientation(bytes.substr(xmp->at, xmp->width * xmp->count));
    header.orientation = orientation.value_or(1);
    return header;
}

bool isWebPage(std::string_view bytes) {
    constexpr std::string_view blank = " \t\r\n";
    if (bytes.starts_with("\xef\xbb\xbf"))
        bytes.remove_prefix(3);
    bytes.remove_prefix(std::min(bytes.size(), bytes.find_first_not_of(blank)));
    std::string start(bytes.substr(0, 512));
    std::transform(start.begin(), start.end(), start.begin(), asciiLower);
    for (const char* opening : {"<!doctype html", "<html", "<head", "<body", "<script", "<title", "<meta"})
        if (start.starts_with(opening))
            return true;
    const auto holds = [&](const char* tag) { return start.find(tag) != std::string::npos; };
    const bool html = (start.starts_with("<!--") || start.starts_with("<?xml")) && holds("<html");
    return html || start.starts_with("<error>") || (start.starts_with("<?xml") && holds("<error>"));  // of a file store
}

PictureHeader headerOf(std::string_view bytes) {
    if (bytes.empty())
        return refused(PictureFault::CutOff, "it is empty. Copy or download it again");
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
        return pngHeader(bytes);
    if (bytes.starts_with("\xff\xd8\xff") || bytes == "\xff\xd8")
        return jpegHeader(bytes);
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"))
        return webpHeader(bytes);
    if (bytes.starts_with("BM"))
        return bmpHeader(bytes);
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a"))
        return gifHeader(bytes);
    if (bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4)))
        return tiffHeader(bytes);
    if (isWebPage(bytes))
        return refused(
            PictureFault::WebPage,
            "it is a web page or a server's message, no picture: the download went wrong. Download it again");
    if (bytes.starts_with("version https://git-lfs"))
        return refused(PictureFault::OtherFormat,
                       "it is a Git LFS pointer in place of the picture. Run \"git lfs pull\", or download it");
    const auto brand = bytes.substr(0, 12);
    const char* kind =
        bytes.starts_with(std::string_view("II+\0", 4)) || bytes.starts_with(std::string_view("MM\0+", 4)) ? "a BigTIFF"
        : brand.ends_with("ftypavif") || brand.ends_with("ftypavis")                                       ? "an AVIF"
        : brand.ends_with("ftypheic") || brand.ends_with("ftypheix") || brand.ends_with("ftypmif1")        ? "a HEIC"
        : bytes.substr(0, 8).ends_with("jP  ") || bytes.starts_with("\xff\x4f\xff\x51") ? "a JPEG 2000"
        : bytes.starts_with("%PDF")                                                     ? "a PDF"
        : bytes.starts_with("<svg") || (bytes.starts_with("<?xml") && bytes.substr(0, 4096).find("<svg") != bytes.npos)
            ? "an SVG"
            : nullptr;
    if (kind)
        return refused(PictureFault::OtherFormat, std::string("it is ") + kind + ". Save it as PNG or JPEG");
    return refused(PictureFault::OtherFormat, fmt::format("it is no {}. Choose another file", pictureFormatNames()));
}

}  // namespace

std::string_view pictureFaultName(PictureFault fault) {
    switch (fault) {
        case PictureFault::None:
            return {};
        case PictureFault::WebPage:
            return "web page";
        case PictureFault::CutOff:
            return "cut off";
        case PictureFault::OtherFormat:
            return "other format";
        case PictureFault::TooLarge:
            return "too large";
        case PictureFault::Broken:
            return "broken";
    }
    return {};
}

std::string wholePng(std::string_view bytes, std::size_t cutChunk) {
    std::string whole(bytes.substr(0, cutChunk));
    if (const auto chunk = bytes.substr(cutChunk); chunk.substr(0, 8).ends_with("IDAT")) {
        const auto data = chunk.substr(0, 8 + bigEndian(bytes, cutChunk, 4));
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(data.data() + 4), static_cast<uInt>(data.size() - 4));
        whole += data;
        for (int shift = 24; shift >= 0; shift -= 8)
            whole += static_cast<char>(sum >> shift);
    }
    return whole.append(kPngEnd);
}

PictureHeader readPictureHeader(std::string_view bytes) {
    auto header = headerOf(bytes);
    if (header.fault != PictureFault::None)
        return header;
    if (header.width <= 0 || header.height <= 0)
        return refused(PictureFault::Broken, "its header names no size. Save it again as PNG or JPEG");
    if (header.width > kMostPixels / header.height)
        return refused(PictureFault::TooLarge, fmt::format("{} × {} pixels, over 100 megapixels. Make it smaller",
                                                           header.width, header.height));
    return header;
}

}  // namespace lacuna
