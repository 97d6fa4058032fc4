#include "core/images/picture_header.h"

#include <cstdlib>
#include <cstring>

namespace lacuna {
namespace {

const char* const kCutOff = "it is cut off. Copy or download it again";

std::uint32_t littleEndian(std::string_view bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
}

std::uint32_t bigEndian(std::string_view bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
}

PictureHeader cutOff() {
    return {0, 0, kCutOff};
}

PictureHeader pngHeader(std::string_view bytes) {
    if (bytes.size() < 33 || bytes.find("IEND", bytes.size() < 4096 ? 0 : bytes.size() - 4096) == bytes.npos)
        return cutOff();
    return {bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4), {}};
}

/// Walks the segments up to the picture data. In the data an end marker cannot occur but at its end, and decoders fill
/// what is missing with grey, so a missing one is looked for here.
PictureHeader jpegHeader(std::string_view bytes) {
    PictureHeader header;
    for (std::size_t at = 2; at + 4 <= bytes.size();) {
        if (bytes[at] != '\xff')
            return {0, 0, "its JPEG segments are broken. Save it again"};
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker == 0xff) {  // a fill byte
            ++at;
            continue;
        }
        const auto length = bigEndian(bytes, at + 2, 2);
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            if (at + 9 > bytes.size())
                return cutOff();
            header.height = bigEndian(bytes, at + 5, 2);
            header.width = bigEndian(bytes, at + 7, 2);
        }
        if (marker == 0xda)
            return bytes.find("\xff\xd9", at + 2 + length) == bytes.npos ? cutOff() : header;
        at += 2 + std::size_t{length};
    }
    return cutOff();
}

PictureHeader webpHeader(std::string_view bytes) {
    if (bytes.size() < 30 || littleEndian(bytes, 4, 4) > bytes.size() - 8)
        return cutOff();
    const auto kind = bytes.substr(12, 4);
    if (kind == "VP8X") {
        if (bytes[20] & 2)
            return {0, 0, "it is an animation. Save one picture of it as PNG or JPEG"};
        return {littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1, {}};
    }
    if (kind == "VP8L") {
        const auto packed = littleEndian(bytes, 21, 4);
        return {(packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1, {}};
    }
    return {littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff, {}};
}

PictureHeader bmpHeader(std::string_view bytes) {
    if (bytes.size() < 30)
        return cutOff();
    if (littleEndian(bytes, 14, 4) == 12)
        return {littleEndian(bytes, 18, 2), littleEndian(bytes, 20, 2), {}};
    const auto height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4));  // negative: rows from the top
    return {littleEndian(bytes, 18, 4), std::llabs(height), {}};
}

}  // namespace

PictureHeader readPictureHeader(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
        return pngHeader(bytes);
    if (bytes.starts_with("\xff\xd8\xff"))
        return jpegHeader(bytes);
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"))
        return webpHeader(bytes);
    if (bytes.starts_with("BM"))
        return bmpHeader(bytes);
    const auto brand = bytes.substr(0, 12);
    const char* kind = bytes.starts_with("GIF8")                                      ? "a GIF"
                       : bytes.starts_with("II*") || bytes.starts_with("MM")          ? "a TIFF"
                       : brand.ends_with("ftypavif")                                  ? "an AVIF"
                       : brand.ends_with("ftypheic") || brand.ends_with("ftypmif1")   ? "a HEIC"
                       : bytes.starts_with("<svg") || bytes.starts_with("<?xml")      ? "an SVG"
                       : bytes.starts_with("<!DOCTYPE") || bytes.starts_with("<html") ? "a web page"
                                                                                      : nullptr;
    if (kind)
        return {0, 0, std::string("it is ") + kind + ". Save it as PNG or JPEG"};
    return {0, 0, "it is no PNG, JPEG, WebP or BMP. Choose another file"};
}

}  // namespace lacuna
