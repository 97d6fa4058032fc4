// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/preprocess.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/images/picture.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::int64_t kLargestEdge = 4096;
constexpr int kLongestPadded = 20'000;

/// Reads members of the processor's JSON and names file and key of the one that is wrong.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& json, std::string source) : m_json(json), m_source(std::move(source)) {}

    Error wrong(const char* key, const std::string& expected) const {
        return inputError("{}: \"{}\" {}.", m_source, key, expected);
    }

    const nlohmann::json* find(const char* key) const {
        const auto found = m_json.find(key);
        return found == m_json.end() || found->is_null() ? nullptr : &*found;
    }

    bool flag(const char* key, bool otherwise) const {
        const auto* value = find(key);
        if (!value)
            return otherwise;
        if (!value->is_boolean())
            throw wrong(key, "is neither true nor false");
        return value->get<bool>();
    }

    std::int64_t edge(const char* key, const nlohmann::json& value) const {
        if (!value.is_number_integer() || value < 1 || value > kLargestEdge)
            throw wrong(key, fmt::format("is not a number of pixels from 1 to {}", kLargestEdge));
        return value.get<std::int64_t>();
    }

    /// {"height": n, "width": n}
    std::int64_t square(const char* key, const nlohmann::json& value) const {
        if (!value.is_object() || !value.contains("height") || !value.contains("width") ||
            value["height"] != value["width"])
            throw wrong(key, "is not a square of height and width");
        return edge(key, value["height"]);
    }

    void triple(const char* key, std::vector<double>& into, bool positive) const {
        const auto* value = find(key);
        if (!value)
            return;
        const auto good = [&](const nlohmann::json& number) {
            return number.is_number() && std::isfinite(number.get<double>()) && (!positive || number > 0);
        };
        if (!value->is_array() || value->size() != 3 || !std::all_of(value->begin(), value->end(), good))
            throw wrong(key, positive ? "is not a list of three positive numbers" : "is not a list of three numbers");
        into = value->get<std::vector<double>>();
    }

    std::string text(const char* key) const {
        const auto* value = find(key);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }

    /// [[height, width], …]; absent, those of `transformers`.
    std::vector<PictureSize> pinpoints(const char* key) const {
        const auto* value = find(key);
        if (!value)
            return usualResolutions();
        if (!value->is_array() || value->empty() || value->size() > 1024)
            throw wrong(key, "is not a list of 1 to 1024 resolutions");
        std::vector<PictureSize> sizes;
        for (const auto& pair : *value) {
            if (!pair.is_array() || pair.size() != 2)
                throw wrong(key, "is not a list of [height, width]");
            sizes.push_back({edge(key, pair[0]), edge(key, pair[1])});
        }
        return sizes;
    }

private:
    const nlohmann::json& m_json;
    std::string m_source;
};

PreprocessConfig configOf(const ConfigReader& reader) {
    PreprocessConfig config;
    for (const auto* step : {"do_resize", "do_rescale", "do_normalize"})
        if (!reader.flag(step, true))
            throw reader.wrong(step, "is false, which is not supported: pictures are resized, rescaled and normalised");
    const auto kind = reader.text("image_processor_type");
    if (kind.starts_with("LlavaNextImageProcessor") || reader.find("image_grid_pinpoints"))
        config.gridPinpoints = reader.pinpoints("image_grid_pinpoints");  // their do_pad speaks of batches alone
    else if (kind.starts_with("LlavaImageProcessor"))
        config.padsToSquare = reader.flag("do_pad", false);
    else if (reader.flag("do_pad", false))
        throw reader.wrong("do_pad", "is true: only LlavaImageProcessor is known to pad to a square");
    if (const auto* filter = reader.find("resample"); filter && *filter != 3)
        throw reader.wrong("resample", "is not 3 (bicubic), the one filter supported");

    const auto* size = reader.find("size");
    if (!size)
        throw reader.wrong("size", "is missing");
    if (size->is_number()) {
        config.size = reader.edge("size", *size);
    } else if (size->is_object() && size->contains("longest_edge")) {
        throw reader.wrong("size", "has a \"longest_edge\", which is not supported: take the shortest alone");
    } else if (size->is_object() && size->contains("shortest_edge")) {
        config.size = reader.edge("size", (*size)["shortest_edge"]);
    } else {
        config.size = reader.square("size", *size);
        config.squash = true;
    }
    config.crop = config.size;
    if (reader.flag("do_center_crop", !config.squash)) {
        if (const auto* crop = reader.find("crop_size"))
            config.crop = crop->is_number() ? reader.edge("crop_size", *crop) : reader.square("crop_size", *crop);
    } else if (!config.squash) {
        throw reader.wrong("do_center_crop", "is false, which leaves pictures of several shapes: not supported");
    }
    if (!inWholeTiles(config.gridPinpoints, config.crop))
        throw reader.wrong(
            "image_grid_pinpoints",
            fmt::format("is not in whole tiles of {} (\"crop_size\"), at most {}", config.crop, kMostTiles));
    reader.triple("image_mean", config.mean, false);
    reader.triple("image_std", config.deviation, true);
    if (const auto* rescale = reader.find("rescale_factor")) {
        if (!rescale->is_number() || !(rescale->get<double>() > 0) || !std::isfinite(rescale->get<double>()))
            throw reader.wrong("rescale_factor", "is not a positive number");
        config.rescale = rescale->get<double>();
    }
    return config;
}

Picture resized(const Picture& picture, const PreprocessConfig& config) {
    const auto size = static_cast<int>(config.size);
    if (config.squash)
        return resizedBicubic(picture, size, size);
    // The longer edge is cut down to a whole number, as transformers does it.
    const auto longer = [&](int length, int shorter) {
        return static_cast<int>(std::int64_t{size} * length / shorter);
    };
    if (picture.width <= picture.height)
        return resizedBicubic(picture, size, longer(picture.height, picture.width));
    return resizedBicubic(picture, longer(picture.width, picture.height), size);
}

/// Value of each 8-bit level in each channel, in float32 as transformers computes it.
using Levels = std::array<std::array<float, 256>, 3>;

Levels levelsOf(const PreprocessConfig& config) {
    Levels levels;
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t level = 0; level < 256; ++level)
            levels[channel][level] = (static_cast<float>(static_cast<double>(level) * config.rescale) -
                                      static_cast<float>(config.mean[channel])) /
                                     static_cast<float>(config.deviation[channel]);
    return levels;
}

/// Writes the centre crop as three planes; a picture smaller than it stands in the middle of level 0.
void writePlanes(const Picture& picture, int crop, const Levels& levels, float* out) {
    const int left = (picture.width - crop) / 2, top = (picture.height - crop) / 2;
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (int y = top; y < top + crop; ++y)
            for (int x = left; x < left + crop; ++x) {
                const bool inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
                const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                                 static_cast<std::size_t>(x)) *
                                    3 +
                                channel;
                *out++ = levels[channel][inside ? picture.pixels[at] : 0];
            }
}

/// `width` × `height` of `picture` from (`left`, `top`) on, `colour` where it has none.
Picture cut(const Picture& picture, int left, int top, int width, int height,
            const std::array<std::uint8_t, 3>& colour = {}) {
    Picture result{width, height, std::vector<std::uint8_t>(std::size_t{3} * width * height)};
    auto* out = result.pixels.data();
    for (int y = top; y < top + height; ++y)
        for (int x = left; x < left + width; ++x, out += 3) {
            const bool inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
            const auto at = 3 * (std::ptrdiff_t{y} * picture.width + x);
            std::copy_n(inside ? picture.pixels.data() + at : colour.data(), 3, out);
        }
    return result;
}

Picture paddedToSquare(const Picture& picture, const std::vector<double>& mean, const fs::path& path) {
    const int edge = std::max(picture.width, picture.height);
    if (edge > kLongestPadded)
        throw inputError("{}: {} × {} pixels cannot be padded to a square, over {} a side. Make it smaller.",
                         path.string(), picture.width, picture.height, kLongestPadded);
    std::array<std::uint8_t, 3> colour{};
    for (std::size_t i = 0; i < 3; ++i)
        colour[i] = static_cast<std::uint8_t>(std::clamp(mean[i] * 255, 0.0, 255.0));
    return cut(picture, -((edge - picture.width) / 2), -((edge - picture.height) / 2), edge, edge, colour);
}

/// The base tile, then those of the resolution that fits best, row by row.
std::vector<Picture> tilesOf(const Picture& picture, const PreprocessConfig& config) {
    const auto edge = static_cast<int>(config.size), tile = static_cast<int>(config.crop);
    const PictureSize size{picture.height, picture.width};
    const auto target = bestResolution(size, config.gridPinpoints);
    const auto fitted = fittedSize(size, target);
    const auto shrunk = resizedBicubic(picture, static_cast<int>(fitted.width), static_cast<int>(fitted.height));
    const auto left = static_cast<int>((target.width - fitted.width) / 2),
               top = static_cast<int>((target.height - fitted.height) / 2);
    std::vector<Picture> tiles{resizedBicubic(picture, edge, edge)};
    for (int y = 0; y < target.height; y += tile)
        for (int x = 0; x < target.width; x += tile)
            tiles.push_back(cut(shrunk, x - left, y - top, tile, tile));
    return tiles;
}

/// → [tiles, 3, crop, crop]
at::Tensor preprocessed(const fs::path& path, const PreprocessConfig& config, const Levels& levels, PictureSize& size) {
    auto picture = readPicture(path);
    size = {picture.height, picture.width};
    std::vector<Picture> tiles;
    if (!config.gridPinpoints.empty()) {
        tiles = tilesOf(picture, config);
    } else {
        // A strip one pixel high would be blown up to gigabytes.
        if (std::max(picture.width, picture.height) / std::min(picture.width, picture.height) > 100)
            throw inputError("{}: {} × {} pixels is too narrow. Cut it to a usual shape.", path.string(), picture.width,
                             picture.height);
        tiles.push_back(config.padsToSquare ? paddedToSquare(picture, config.mean, path) : std::move(picture));
    }
    const auto count = static_cast<std::int64_t>(tiles.size()), stride = 3 * config.crop * config.crop;
    auto pixels = at::empty({count, 3, config.crop, config.crop}, at::kFloat);
    for (std::int64_t i = 0; i < count; ++i)
        writePlanes(resized(tiles[static_cast<std::size_t>(i)], config), static_cast<int>(config.crop), levels,
                    pixels.mutable_data_ptr<float>() + i * stride);
    return pixels;
}

/// Whether a file that is not used agrees with what is.
bool saysTheSame(const fs::path& file, const PreprocessConfig& config) {
    try {
        const auto json = readJson(file);
        return json.is_object() && configOf({json, file.string()}) == config;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

PreprocessConfig readPreprocessConfig(const fs::path& checkpoint) {
    const auto own = checkpoint / "preprocessor_config.json", joint = checkpoint / "processor_config.json";
    const auto read = [](const fs::path& file) {
        auto json = readJson(file);
        if (!json.is_object())
            throw inputError("{}: expected a JSON object.", file.string());
        return json;
    };
    if (isThere(joint)) {
        const auto json = read(joint);
        if (json.contains("image_processor") && !json["image_processor"].is_null()) {
            if (!json["image_processor"].is_object())
                throw inputError("{}: \"image_processor\" is no object. Copy the file again.", joint.string());
            auto config = configOf({json["image_processor"], joint.string()});
            if (isThere(own) && !saysTheSame(own, config))
                config.notes.emplace_back(
                    "processor_config.json and preprocessor_config.json make pictures differently: the first is used, "
                    "as transformers 5 does.");
            return config;
        }
        if (!isThere(own))
            throw inputError("{}: \"image_processor\" is missing. Copy preprocessor_config.json beside it.",
                             joint.string());
    }
    if (isThere(own)) {
        const auto json = read(own);
        return configOf({json, own.string()});
    }
    throw inputError(
        "{}: neither preprocessor_config.json nor processor_config.json is there. Copy the model's into "
        "this folder.",
        checkpoint.string());
}

void writePreprocessConfig(const PreprocessConfig& config, const fs::path& checkpoint) {
    const nlohmann::ordered_json square{{"height", config.size}, {"width", config.size}};
    nlohmann::ordered_json json{
        {"crop_size", {{"height", config.crop}, {"width", config.crop}}},
        {"do_center_crop", true},
        {"do_convert_rgb", true},
        {"do_normalize", true},
        {"do_rescale", true},
        {"do_resize", true},
        {"image_mean", config.mean},
        {"image_processor_type", "CLIPImageProcessor"},
        {"image_std", config.deviation},
        {"resample", 3},
        {"rescale_factor", config.rescale},
        {"size", config.squash ? square : nlohmann::ordered_json{{"shortest_edge", config.size}}},
    };
    if (config.padsToSquare) {
        json["image_processor_type"] = "LlavaImageProcessor";
        json["do_pad"] = true;
    }
    for (const auto& size : config.gridPinpoints) {
        json["image_processor_type"] = "LlavaNextImageProcessor";
        json["image_grid_pinpoints"].push_back({size.height, size.width});
    }
    writeFileAtomically(checkpoint / "preprocessor_config.json", json.dump(2) + "\n");
}

PictureTiles pictureTiles(const std::vector<fs::path>& images, const PreprocessConfig& config) {
    const auto count = static_cast<std::int64_t>(images.size());
    if (count == 0)
        return {at::empty({0, 3, config.crop, config.crop}, at::kFloat), {}};
    std::vector<at::Tensor> tiles(images.size());
    std::vector<PictureSize> sizes(images.size());
    const auto levels = levelsOf(config);
    const std::int64_t threads = at::get_num_threads();
    for (std::int64_t from = 0; from < count; from += threads) {
        interruptionPoint();
        at::parallel_for(from, std::min(from + threads, count), 1, [&](std::int64_t begin, std::int64_t end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
                tiles[i] = preprocessed(images[i], config, levels, sizes[i]);
        });
    }
    return {at::cat(tiles), std::move(sizes)};
}

at::Tensor pixelValues(const std::vector<fs::path>& images, const PreprocessConfig& config) {
    return pictureTiles(images, config).pixels;
}

at::Tensor pixelValues(const fs::path& image, const PreprocessConfig& config) {
    return pixelValues(std::vector<fs::path>{image}, config)[0];
}

}  // namespace lacuna
