#include "core/images/picture.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/images/picture_header.h"

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

constexpr std::int64_t kMostPixels = 100'000'000;
constexpr std::size_t kLargestFile = std::size_t{512} << 20;
constexpr int kPrecisionBits = 22;

/// One output pixel is a weighted sum of `count` input pixels from `first` on.
struct Window {
    int first = 0, count = 0;
};

struct Windows {
    std::vector<Window> windows;
    std::vector<std::int32_t> weights;  // `stride` for each window
    int stride = 0;
};

double bicubic(double x) {
    constexpr double a = -0.5;
    x = std::fabs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0;
}

Windows windowsFor(int from, int to) {
    const double scale = static_cast<double>(from) / to;
    const double widening = std::max(scale, 1.0);
    const double support = 2 * widening;
    Windows result;
    result.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
    result.windows.resize(static_cast<std::size_t>(to));
    result.weights.resize(static_cast<std::size_t>(to) * static_cast<std::size_t>(result.stride));
    std::vector<double> exact(static_cast<std::size_t>(result.stride));
    for (int i = 0; i < to; ++i) {
        const double center = (i + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(center - support + 0.5));
        const int count = std::min(from, static_cast<int>(center + support + 0.5)) - first;
        double sum = 0;
        for (int k = 0; k < count; ++k)
            sum += exact[static_cast<std::size_t>(k)] = bicubic((k + first - center + 0.5) * (1 / widening));
        auto* weights = result.weights.data() + static_cast<std::ptrdiff_t>(i) * result.stride;
        for (int k = 0; k < count; ++k) {
            const double weight = exact[static_cast<std::size_t>(k)] / (sum != 0 ? sum : 1) * (1 << kPrecisionBits);
            weights[k] = static_cast<std::int32_t>(weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        result.windows[static_cast<std::size_t>(i)] = {first, count};
    }
    return result;
}

std::uint8_t rounded(std::int32_t sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

Picture resizedRows(const Picture& picture, int width) {
    const auto windows = windowsFor(picture.width, width);
    Picture result{width, picture.height, std::vector<std::uint8_t>(std::size_t{3} * width * picture.height)};
    auto* out = result.pixels.data();
    for (int y = 0; y < picture.height; ++y) {
        const auto* row = picture.pixels.data() + std::size_t{3} * y * picture.width;
        for (int x = 0; x < width; ++x, out += 3) {
            const auto [first, count] = windows.windows[static_cast<std::size_t>(x)];
            const auto* weights = windows.weights.data() + static_cast<std::ptrdiff_t>(x) * windows.stride;
            const auto* in = row + std::ptrdiff_t{3} * first;
            std::int32_t red = 1 << (kPrecisionBits - 1), green = red, blue = red;
            for (int k = 0; k < count; ++k, in += 3) {
                red += in[0] * weights[k];
                green += in[1] * weights[k];
                blue += in[2] * weights[k];
            }
            out[0] = rounded(red);
            out[1] = rounded(green);
            out[2] = rounded(blue);
        }
    }
    return result;
}

Picture resizedColumns(const Picture& picture, int height) {
    const auto windows = windowsFor(picture.height, height);
    const std::size_t rowBytes = std::size_t{3} * picture.width;
    Picture result{picture.width, height, std::vector<std::uint8_t>(rowBytes * height)};
    std::vector<std::int32_t> sums(rowBytes);
    for (int y = 0; y < height; ++y) {
        const auto [first, count] = windows.windows[static_cast<std::size_t>(y)];
        const auto* weights = windows.weights.data() + static_cast<std::ptrdiff_t>(y) * windows.stride;
        std::fill(sums.begin(), sums.end(), 1 << (kPrecisionBits - 1));
        for (int k = 0; k < count; ++k) {
            const auto* in = picture.pixels.data() + rowBytes * static_cast<std::size_t>(first + k);
            for (std::size_t i = 0; i < rowBytes; ++i)
                sums[i] += in[i] * weights[k];
        }
        auto* out = result.pixels.data() + rowBytes * static_cast<std::size_t>(y);
        std::transform(sums.begin(), sums.end(), out, rounded);
    }
    return result;
}

}  // namespace

Picture readPicture(const std::filesystem::path& path) {
    const auto bytes = readFile(path, kLargestFile);
    const auto header = readPictureHeader(bytes);
    if (!header.problem.empty())
        throw inputError("{}: cannot be used as a picture: {}.", path.string(), header.problem);
    if (header.width <= 0 || header.height <= 0)
        throw inputError("{}: its header names no size. Save it again as PNG or JPEG.", path.string());
    if (header.width > kMostPixels / header.height)
        throw inputError("{}: {} × {} pixels, over 100 megapixels. Make it smaller.", path.string(), header.width,
                         header.height);
    cv::Mat decoded;
    try {
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
        decoded = cv::imdecode(raw, cv::IMREAD_COLOR);
    } catch (const cv::Exception& problem) {
        throw inputError("{}: cannot be decoded ({}). Save it again as PNG or JPEG.", path.string(), problem.err);
    }
    if (decoded.empty() || decoded.type() != CV_8UC3)
        throw inputError("{}: cannot be decoded: broken or cut off. Copy or download it again.", path.string());
    Picture picture{decoded.cols, decoded.rows, {}};
    picture.pixels.resize(std::size_t{3} * picture.width * picture.height);
    auto* out = picture.pixels.data();
    for (int y = 0; y < decoded.rows; ++y) {
        const auto* in = decoded.ptr<std::uint8_t>(y);  // blue, green, red
        for (int x = 0; x < decoded.cols; ++x, in += 3, out += 3) {
            out[0] = in[2];
            out[1] = in[1];
            out[2] = in[0];
        }
    }
    return picture;
}

Picture resizedBicubic(const Picture& picture, int width, int height) {
    const bool rows = width != picture.width, columns = height != picture.height;
    if (!rows)
        return columns ? resizedColumns(picture, height) : picture;
    if (!columns)
        return resizedRows(picture, width);
    // Pillow 13 shrinks tall pictures along columns first (it saves time); both roundings come in that order.
    const int shrunkRows = picture.height - height, shrunkColumns = picture.width - width;
    if (shrunkRows > 0 && shrunkRows > 2 * shrunkColumns)
        return resizedRows(resizedColumns(picture, height), width);
    return resizedColumns(resizedRows(picture, width), height);
}

}  // namespace lacuna
