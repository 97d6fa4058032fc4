// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture.h"
#include "core/images/picture_gif.h"
#include "core/images/picture_tiff.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>

using namespace lacuna;

namespace {

constexpr std::int64_t kMostPixels = 1 << 20;  // what a decoder fills in a moment

const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    return made;
}

void requirePixels(const Picture& picture) {
    if (picture.width < 1 || picture.height < 1 ||
        picture.pixels.size() !=
            std::size_t{3} * static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height))
        std::abort();
}

}  // namespace

/// The input is a picture file of any format; its parts are also read as what they could be by themselves.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto orientation = exifOrientation(bytes);
    if (orientation && (*orientation < 1 || *orientation > 8))
        std::abort();
    if (const auto asked = xmpOrientation(bytes); asked && (*asked < 1 || *asked > 8))
        std::abort();
    const auto header = readPictureHeader(bytes);
    if (header.orientation < 1 || header.orientation > 8 ||
        (header.fault == PictureFault::None) != header.problem.empty())
        std::abort();
    if (header.width > kMostPixels || header.height > kMostPixels || header.width * header.height > kMostPixels)
        return 0;
    if (header.fault != PictureFault::None)
        return 0;
    if (header.format == "GIF")
        if (const auto picture = firstGifFrame(bytes))
            requirePixels(*picture);
    folder().put("picture", bytes);
    testing::expectReadOrComplaint([] { requirePixels(readPicture(folder().path() / "picture")); });
    return 0;
}
