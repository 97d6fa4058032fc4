// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture_tiff.h"

#include "core/images/picture_bytes.h"

#include <fmt/format.h>

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::uint32_t kByte = 1, kShort = 3, kLong = 4;

/// Bytes of one value of a TIFF type: BYTE, ASCII, SHORT, LONG, RATIONAL, their signed kinds, FLOAT, DOUBLE, IFD.
std::size_t widthOf(std::uint32_t type) {
    constexpr std::size_t widths[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type < std::size(widths) ? widths[type] : 0;
}

bool isWhole(std::uint32_t type) {
    return type == kByte || type == kShort || type == kLong || type == 6 || type == 8 || type == 9;
}

int inRange(std::uint32_t orientation) {
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

}  // namespace

const TiffTag* TiffDirectory::find(std::uint32_t id) const {
    const auto found = std::find_if(tags.rbegin(), tags.rend(), [&](const TiffTag& tag) { return tag.id == id; });
    return found == tags.rend() ? nullptr : &*found;
}

std::uint32_t TiffDirectory::value(std::uint32_t id) const {
    const auto* tag = find(id);
    return tag ? tag->first : 0;
}

std::optional<TiffDirectory> firstTiffDirectory(std::string_view bytes) {
    TiffDirectory directory;
    directory.bigEndian = bytes.starts_with("MM");
    if (!directory.bigEndian && !bytes.starts_with("II"))
        return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t width) {
        return numberAt(bytes, at, width, directory.bigEndian);
    };
    const std::size_t start = number(4, 4);
    if (start < 8 || start + 2 > bytes.size())
        return std::nullopt;
    const std::size_t count = number(start, 2), end = start + 2 + 12 * count;
    if (end > bytes.size())
        return std::nullopt;
    for (std::size_t entry = start + 2; entry < end; entry += 12) {
        TiffTag tag{number(entry, 2), number(entry + 2, 2), number(entry + 4, 4), 0, 0, 0};
        tag.width = widthOf(tag.type);
        tag.at = tag.width * tag.count <= 4 ? entry + 8 : number(entry + 8, 4);
        if (isWhole(tag.type) && tag.count > 0)
            tag.first = number(tag.at, tag.width);
        directory.tags.push_back(tag);
    }
    directory.more = number(end, 4) != 0;
    return directory;
}

std::string tiffProblem(const TiffDirectory& page) {
    constexpr std::uint32_t premultiplied = 1, lab = 8, lastLab = 10, fractions = 3, separatePlanes = 2;
    const auto bits = page.find(tiffBits) ? page.value(tiffBits) : 1;
    const auto colours = page.value(tiffColours), samples = page.value(tiffSamples);
    if (page.value(tiffExtraSamples) == premultiplied)
        return "whose colours are multiplied by its transparency";
    if (colours >= lab && colours <= lastLab)
        return "in L*a*b* colours";
    if (bits != 1 && bits != 8 && bits != 16)
        return fmt::format("with samples of {} bits", bits);
    if (page.value(tiffSampleFormat) == fractions)
        return "with fractions for samples";
    if (samples > 4)
        return fmt::format("with {} samples per pixel", samples);
    if (bits == 16 && colours > tiffRgb)
        return "with colours of 16 bits that are not RGB";
    if (bits == 16 && samples > 1 && page.value(tiffPlanes) == separatePlanes)
        return "with colours of 16 bits in separate planes";
    return {};
}

std::optional<int> exifOrientation(std::string_view exif) {
    constexpr std::string_view prefix("Exif\0\0", 6);
    while (exif.starts_with(prefix))
        exif.remove_prefix(prefix.size());
    const auto directory = firstTiffDirectory(exif);
    const auto* tag = directory ? directory->find(tiffOrientation) : nullptr;
    if (tag && tag->type == kByte)  // to Pillow no number
        return 1;
    return tag ? std::optional(inRange(tag->first)) : std::nullopt;
}

std::optional<int> xmpOrientation(std::string_view xmp) {
    constexpr std::string_view name = "tiff:Orientation";
    for (auto at = xmp.find(name); at != xmp.npos; at = xmp.find(name, at + 1)) {
        auto rest = xmp.substr(at + name.size());
        const std::size_t opening = rest.starts_with("=\"") ? 2 : rest.starts_with(">") ? 1 : 0;
        if (opening > 0 && rest.size() > opening && rest[opening] >= '0' && rest[opening] <= '9')
            return inRange(static_cast<std::uint32_t>(rest[opening] - '0'));
    }
    return std::nullopt;
}

}  // namespace lacuna
