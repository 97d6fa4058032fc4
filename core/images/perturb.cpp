// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/perturb.h"

#include "core/base/random.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace lacuna {
namespace {

/// Of a copy's pixels, RGB.
cv::Mat matrixOf(Picture& picture) {
    return {picture.height, picture.width, CV_8UC3, picture.pixels.data()};
}

Picture pictureOf(const cv::Mat& matrix) {
    Picture picture{matrix.cols, matrix.rows, {}};
    picture.pixels.resize(static_cast<std::size_t>(matrix.cols) * static_cast<std::size_t>(matrix.rows) * 3);
    matrix.copyTo(matrixOf(picture));
    return picture;
}

Picture crop(const Picture& picture, std::uint64_t) {
    auto copy = picture;
    const int width = std::max(1, picture.width * 3 / 4), height = std::max(1, picture.height * 3 / 4);
    const cv::Rect middle((picture.width - width) / 2, (picture.height - height) / 2, width, height);
    return resizedBicubic(pictureOf(matrixOf(copy)(middle)), picture.width, picture.height);
}

Picture blur(const Picture& picture, std::uint64_t) {
    auto copy = picture;
    cv::Mat blurred;
    cv::GaussianBlur(matrixOf(copy), blurred, {}, std::max(0.5, std::min(picture.width, picture.height) / 40.0));
    return pictureOf(blurred);
}

Picture flip(const Picture& picture, std::uint64_t) {
    auto copy = picture;
    cv::Mat mirrored;
    cv::flip(matrixOf(copy), mirrored, 1);
    return pictureOf(mirrored);
}

Picture noise(const Picture& picture, std::uint64_t seed) {
    constexpr double deviation = 25;
    Random random(deriveSeed(seed, "picture noise"));
    auto copy = picture;
    for (auto& value : copy.pixels)
        value = static_cast<std::uint8_t>(std::clamp(std::round(value + deviation * random.normal()), 0.0, 255.0));
    return copy;
}

/// Red becomes green, green blue, blue red: hue turned by a third, lightness kept.
Picture recolour(const Picture& picture, std::uint64_t) {
    auto copy = picture;
    for (std::size_t i = 0; i + 2 < copy.pixels.size(); i += 3) {
        copy.pixels[i] = picture.pixels[i + 2];
        copy.pixels[i + 1] = picture.pixels[i];
        copy.pixels[i + 2] = picture.pixels[i + 1];
    }
    return copy;
}

Picture style(const Picture& picture, std::uint64_t) {
    constexpr int levels = 4;
    auto copy = picture;
    cv::Mat grey;
    cv::cvtColor(matrixOf(copy), grey, cv::COLOR_RGB2GRAY);
    for (int y = 0; y < grey.rows; ++y)
        for (int x = 0; x < grey.cols; ++x) {
            auto& value = grey.at<std::uint8_t>(y, x);
            value = static_cast<std::uint8_t>(std::min(value * levels / 256, levels - 1) * 255 / (levels - 1));
        }
    cv::Mat coloured;
    cv::cvtColor(grey, coloured, cv::COLOR_GRAY2RGB);
    return pictureOf(coloured);
}

}  // namespace

const std::vector<PictureChange>& pictureChanges() {
    static const std::vector<PictureChange> changes{
        {"crop", "The middle, three quarters of each edge, as large as before.", crop},
        {"blur", "A fortieth of the shorter edge.", blur},
        {"flip", "Mirrored, left and right.", flip},
        {"noise", "Noise of 25 levels of 255 on each colour of each pixel.", noise},
        {"recolour", "Red becomes green, green blue, blue red.", recolour},
        {"style", "Four levels of grey.", style}};
    return changes;
}

Picture pictureOfNobody(int width, int height, int number, std::uint64_t seed) {
    Random random(deriveSeed(seed, "nobody " + std::to_string(number)));
    Picture picture{width, height, {}};
    picture.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    std::array<std::uint8_t, 6> colours{};
    for (auto& colour : colours)
        colour = static_cast<std::uint8_t>(random.index(256));
    const int stripe = std::max(1, width / 8);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int channel = 0; channel < 3; ++channel) {
                const int other = number % 3 == 2 && (x / stripe) % 2 == 1 ? 3 : 0;
                const auto at = static_cast<std::size_t>((y * width + x) * 3 + channel);
                picture.pixels[at] = number % 3 == 0 ? static_cast<std::uint8_t>(random.index(256))
                                                     : colours[static_cast<std::size_t>(channel + other)];
            }
    return picture;
}

}  // namespace lacuna
