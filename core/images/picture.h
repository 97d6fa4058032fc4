#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace lacuna {

/// 8-bit RGB, rows without padding: `pixels[(y * width + x) * 3 + channel]`.
struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;
};

/// A PNG, JPEG, WebP or BMP file, turned as its EXIF says, transparency dropped (as PIL's convert("RGB")).
/// Format, size (at most 100 megapixels) and end of the file are checked before anything is decoded.
/// Throws InputError naming the file.
Picture readPicture(const std::filesystem::path& path);

/// PIL's bicubic resize of 8-bit pictures, to the bit: Keys' kernel with a = -0.5, widened by the scale when shrinking
/// (antialias), along rows, then along columns (tall pictures the other way round, as from
/// Pillow 13 on), each pass rounded to 8 bits with 22-bit fixed-point weights.
Picture resizedBicubic(const Picture& picture, int width, int height);

}  // namespace lacuna
