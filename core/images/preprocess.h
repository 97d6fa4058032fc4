#pragma once
#include <ATen/ATen.h>

#include <filesystem>
#include <vector>

namespace lacuna {

/// How a checkpoint wants its pictures (`preprocessor_config.json`, or `processor_config.json` of `transformers` 5).
struct PreprocessConfig {
    std::int64_t size = 64;  ///< shortest edge after resizing; both edges with `squash`
    bool squash = false;     ///< to a square whatever the picture's aspect ratio
    std::int64_t crop = 64;  ///< centre crop
    std::vector<double> mean{0.48145466, 0.4578275, 0.40821073};
    std::vector<double> deviation{0.26862954, 0.26130258, 0.27577711};
    double rescale = 1.0 / 255;
};

/// Throws InputError naming file and key, also for steps we do not have (another filter, padding to a square).
PreprocessConfig readPreprocessConfig(const std::filesystem::path& checkpoint);
void writePreprocessConfig(const PreprocessConfig& config, const std::filesystem::path& checkpoint);

/// A picture file → [3, crop, crop] float32, resized (antialiased bicubic as PIL), cropped (zeros around a smaller
/// picture), rescaled, normalised: what `CLIPImageProcessor` makes of it.
/// Throws InputError when the file is missing, no picture, or absurdly large (over 100 megapixels).
at::Tensor pixelValues(const std::filesystem::path& image, const PreprocessConfig& config);

/// Many at once on ATen's threads → [n, 3, crop, crop]; the same numbers with any count of threads.
at::Tensor pixelValues(const std::vector<std::filesystem::path>& images, const PreprocessConfig& config);

}  // namespace lacuna
