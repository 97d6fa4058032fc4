// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/any_resolution.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// How a checkpoint wants its pictures: "image_processor" of `processor_config.json` (`transformers` 5), else
/// `preprocessor_config.json`.
struct PreprocessConfig {
    std::int64_t size = 64;                  ///< shortest edge after resizing; both edges with `squash`
    bool squash = false;                     ///< to a square whatever the picture's aspect ratio
    std::int64_t crop = 64;                  ///< centre crop; the edge of a tile
    bool padsToSquare = false;               ///< with the mean colour, before resizing (`LlavaImageProcessor`'s do_pad)
    std::vector<PictureSize> gridPinpoints;  ///< LLaVA-1.6: resolutions pictures are cut into tiles at; else empty
    std::vector<double> mean{0.48145466, 0.4578275, 0.40821073};
    std::vector<double> deviation{0.26862954, 0.26130258, 0.27577711};
    double rescale = 1.0 / 255;
    std::vector<std::string> notes;  ///< sentences for the user: what contradicts itself, and what was made of it

    bool operator==(const PreprocessConfig&) const = default;
};

/// Throws InputError naming file and key, also for steps we do not have (another filter).
PreprocessConfig readPreprocessConfig(const std::filesystem::path& checkpoint);
void writePreprocessConfig(const PreprocessConfig& config, const std::filesystem::path& checkpoint);

/// Pictures as the tower reads them.
struct PictureTiles {
    at::Tensor pixels;               ///< [tiles of all pictures, 3, crop, crop] float32, a picture's base tile first
    std::vector<PictureSize> sizes;  ///< the pictures' own, turned as their EXIF says
};

/// Picture files resized (antialiased bicubic as PIL), cropped (zeros around a smaller picture), rescaled, normalised:
/// what `CLIPImageProcessor` makes of them, and with grid pinpoints `LlavaNextImageProcessor`. On ATen's threads; the
/// same numbers with any count of them.
/// Throws InputError when a file is missing, no picture, or absurdly large (over 100 megapixels).
PictureTiles pictureTiles(const std::vector<std::filesystem::path>& images, const PreprocessConfig& config);

/// The pixels alone, for models that look at one tile: [n, 3, crop, crop].
at::Tensor pixelValues(const std::vector<std::filesystem::path>& images, const PreprocessConfig& config);
/// Of one picture, [3, crop, crop].
at::Tensor pixelValues(const std::filesystem::path& image, const PreprocessConfig& config);

}  // namespace lacuna
