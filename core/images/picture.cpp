// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture.h"

#include "core/base/ascii.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/picture_format.h"
#include "core/images/picture_bytes.h"
#include "core/images/picture_gif.h"
#include "core/images/picture_tiff.h"

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <thread>

namespace lacuna {
namespace {

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

/// Thrown inside this file alone.
struct Unusable {
    PictureFault fault;
    std::string problem;
};

constexpr const char* kBroken = "it cannot be decoded: broken or cut off. Copy or download it again";

cv::Mat decodedBy(std::string_view bytes, int mode = cv::IMREAD_COLOR, int type = CV_8UC3) {
    cv::Mat decoded;
    try {
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
        decoded = cv::imdecode(raw, mode | cv::IMREAD_IGNORE_ORIENTATION);
    } catch (const cv::Exception& problem) {
        throw Unusable{PictureFault::Broken,
                       fmt::format("it cannot be decoded ({}). Save it again as PNG or JPEG", problem.err)};
    }
    if (decoded.empty() || decoded.type() != type)
        throw Unusable{PictureFault::Broken, kBroken};
    return decoded;
}

Picture rgbOf(const cv::Mat& decoded) {
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

/// Greys of 16 bits, of which Pillow makes all from 255 up white, and with a sign all below 0 black.
Picture clippedGreys(std::string_view bytes, bool withSign = false) {
    const auto decoded = decodedBy(bytes, cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH, CV_16UC1);
    Picture picture{decoded.cols, decoded.rows, {}};
    picture.pixels.reserve(std::size_t{3} * picture.width * picture.height);
    for (int y = 0; y < decoded.rows; ++y)
        for (int x = 0; x < decoded.cols; ++x) {
            const auto grey = decoded.at<std::uint16_t>(y, x);
            const bool below = withSign && grey > std::numeric_limits<std::int16_t>::max();
            picture.pixels.insert(picture.pixels.end(), 3, below ? 0 : std::min<std::uint16_t>(grey, 255));
        }
    return picture;
}

/// libtiff would turn the picture itself and multiply its colours by the transparency: the tags that ask for it are
/// neutralised in a copy. So is what inverts or signs greys of 16 bits, which Pillow reads as they stand.
Picture tiffPicture(std::string bytes, const PictureHeader& header) {
    constexpr std::uint32_t upright = 1, premultiplied = 1, unsignedWhole = 1, signedWhole = 2;
    const auto directory = firstTiffDirectory(bytes);
    const auto set = [&](std::uint32_t id, std::uint32_t value) {
        for (const auto& tag : directory->tags)
            for (std::size_t i = 0;
                 tag.id == id && tag.first > 0 && i < tag.width && tag.at + tag.width <= bytes.size(); ++i)
                bytes[tag.at + i] = static_cast<char>(
                    value >> 8 * std::min<std::size_t>(3, directory->bigEndian ? tag.width - 1 - i : i));
    };
    set(tiffOrientation, upright);
    set(tiffExtraSamples, premultiplied);
    if (header.deepGrey) {
        set(tiffColours, tiffBlack);
        set(tiffSampleFormat, unsignedWhole);
        return clippedGreys(bytes, directory->value(tiffSampleFormat) == signedWhole);
    }
    if (!header.deepColour)
        return rgbOf(decodedBy(bytes));
    cv::Mat upper = decodedBy(bytes, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH, CV_16UC3);
    upper.forEach<cv::Vec3w>([](cv::Vec3w& pixel, const int*) {
        pixel = {ushort(pixel[0] >> 8), ushort(pixel[1] >> 8), ushort(pixel[2] >> 8)};
    });
    upper.convertTo(upper, CV_8U);
    return rgbOf(upper);
}

/// OpenCV fills the lower bits of a BMP of 16 with zeros, Pillow stretches each colour to 255.
Picture stretched(Picture picture, int greenBits) {
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
        const int bits = i % 3 == 1 ? greenBits : 5;
        picture.pixels[i] = static_cast<std::uint8_t>((picture.pixels[i] >> (8 - bits)) * 255 / ((1 << bits) - 1));
    }
    return picture;
}

/// The first frame of an animated WebP on its canvas, which is black (and transparent) around it. A frame is a still
/// WebP without its container (WebP Container Specification).
Picture animatedWebpPicture(std::string_view bytes, const PictureHeader& header) {
    constexpr std::size_t chunkHeader = 8, frameHeader = 16;
    const auto data = bytes.substr(header.frame + chunkHeader, littleEndian(bytes, header.frame + 4, 4));
    if (data.size() <= frameHeader)
        throw Unusable{PictureFault::Broken, kBroken};
    const auto chunks = data.substr(frameHeader);
    std::string still("VP8X\x0a\0\0\0\x10\0\0\0", 12);  // with transparency
    still += data.substr(6, 6);                         // width and height, less one
    still += chunks;
    std::string file("RIFF");
    for (int shift = 0; shift < 32; shift += 8)
        file += static_cast<char>((still.size() + 4) >> shift);
    const auto frame = rgbOf(decodedBy(file + "WEBP" + still));
    const auto left = 2 * std::int64_t{littleEndian(data, 0, 3)}, top = 2 * std::int64_t{littleEndian(data, 3, 3)};
    if (left + frame.width > header.width || top + frame.height > header.height)
        throw Unusable{PictureFault::Broken, kBroken};
    Picture canvas{static_cast<int>(header.width), static_cast<int>(header.height), {}};
    canvas.pixels.resize(std::size_t{3} * canvas.width * canvas.height);
    for (int y = 0; y < frame.height; ++y)
        std::copy_n(frame.pixels.begin() + std::ptrdiff_t{3} * y * frame.width, std::ptrdiff_t{3} * frame.width,
                    canvas.pixels.begin() + 3 * ((top + y) * canvas.width + left));
    return canvas;
}

/// EXIF's orientations: 2 mirrored, 3 turned by half, 4 both, 5 to 8 the same with rows and columns exchanged.
Picture turned(Picture picture, int orientation) {
    if (orientation == 1)
        return picture;
    const bool exchanged = orientation >= 5;
    const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Picture result{exchanged ? picture.height : picture.width, exchanged ? picture.width : picture.height, {}};
    result.pixels.resize(picture.pixels.size());
    auto* out = result.pixels.data();
    for (int y = 0; y < result.height; ++y)
        for (int x = 0; x < result.width; ++x, out += 3) {
            const int column = exchanged ? y : x, row = exchanged ? x : y;
            const int fromX = fromRight ? picture.width - 1 - column : column;
            const int fromY = fromBelow ? picture.height - 1 - row : row;
            std::copy_n(picture.pixels.data() + std::size_t{3} * (std::size_t(fromY) * picture.width + fromX), 3, out);
        }
    return result;
}

PictureHeader usableHeader(std::string_view bytes) {
    auto header = readPictureHeader(bytes);
    if (header.fault != PictureFault::None)
        throw Unusable{header.fault, header.problem};
    return header;
}

Picture decoded(const std::string& bytes, const PictureHeader& header) {
    if (header.format == "GIF") {
        auto picture = firstGifFrame(bytes);
        return picture ? std::move(*picture) : throw Unusable{PictureFault::CutOff, kBroken};
    }
    if (header.cutChunk > 0) {
        auto whole = header;
        whole.cutChunk = 0;
        return decoded(wholePng(bytes, header.cutChunk), whole);
    }
    auto picture = header.format == "TIFF" ? tiffPicture(bytes, header)
                   : header.deepGrey       ? clippedGreys(bytes)
                   : header.greenBits > 0  ? stretched(rgbOf(decodedBy(bytes)), header.greenBits)
                   : header.frame > 0      ? animatedWebpPicture(bytes, header)
                                           : rgbOf(decodedBy(bytes));
    return turned(std::move(picture), header.orientation);
}

/// "a PNG" where the name ends in another format's suffix; a suffix of no format says nothing.
std::string misnamed(const std::filesystem::path& path, std::string_view format) {
    auto suffix = path.extension().string();
    std::transform(suffix.begin(), suffix.end(), suffix.begin(), asciiLower);
    for (const auto& known : pictureFormats)
        if (!suffix.empty() && known.name != format &&
            std::find(known.suffixes.begin(), known.suffixes.end(), suffix) != known.suffixes.end())
            return fmt::format("its name ends in {}, it is a {}", suffix, format);
    return {};
}

}  // namespace

Picture readPicture(const std::filesystem::path& path) {
    const auto bytes = readFile(path, kLargestFile);
    try {
        return decoded(bytes, usableHeader(bytes));
    } catch (const Unusable& unusable) {
        throw inputError("{}: cannot be used as a picture: {}.", path.string(), unusable.problem);
    }
}

std::string pngBytes(const Picture& picture) {
    auto blueFirst = picture.pixels;
    for (std::size_t i = 0; i + 2 < blueFirst.size(); i += 3)
        std::swap(blueFirst[i], blueFirst[i + 2]);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", cv::Mat(picture.height, picture.width, CV_8UC3, blueFirst.data()), bytes);
    return {bytes.begin(), bytes.end()};
}

PictureReport examinePicture(const std::filesystem::path& path, bool decode) {
    PictureReport report;
    try {
        const auto bytes = readFile(path, kLargestFile);
        const auto header = usableHeader(bytes);
        if (header.moreFrames)
            report.notes.emplace_back("holds several pictures, the first is used");
        if (header.cutChunk > 0)
            report.notes.emplace_back("lacks its last bytes, behind the pixels");
        if (header.deepGrey)
            report.notes.emplace_back("has greys of 16 bits, of which all from 255 up are white, as Pillow has it");
        if (auto note = misnamed(path, header.format); !note.empty())
            report.notes.push_back(std::move(note));
        if (decode)
            decoded(bytes, header);
    } catch (const Unusable& unusable) {
        report = {unusable.fault, unusable.problem, {}};
    } catch (const Error& error) {
        report = {PictureFault::Broken, error.what(), {}};
    }
    return report;
}

std::vector<PictureReport> examinePictures(const std::vector<std::filesystem::path>& paths, bool decode,
                                           const ProgressFunction& progress) {
    constexpr unsigned mostThreads = 8;
    std::vector<PictureReport> reports(paths.size());
    std::atomic<std::size_t> next = 0, done = 0;
    const auto total = static_cast<std::int64_t>(paths.size());
    const auto work = [&](const ProgressFunction& told) {
        for (auto i = next++; i < paths.size(); i = next++) {
            reports[i] = examinePicture(paths[i], decode);
            ++done;
            if (told)
                told({"looking at pictures", static_cast<std::int64_t>(done), total, -1});
            interruptionPoint();
        }
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < std::min(mostThreads, std::thread::hardware_concurrency()); ++i)
        helpers.emplace_back(work, ProgressFunction());
    try {
        work(progress);  // told and interrupted on the caller's thread alone
    } catch (...) {
        next = paths.size();
        throw;
    }
    helpers.clear();
    return reports;
}

std::vector<std::string> pictureNotes(const std::vector<std::filesystem::path>& paths,
                                      const ProgressFunction& progress) {
    const std::set<std::filesystem::path> each(paths.begin(), paths.end());
    const std::vector<std::filesystem::path> once(each.begin(), each.end());
    const auto reports = examinePictures(once, false, progress);
    std::map<std::string, std::vector<std::string>> of;
    for (std::size_t i = 0; i < once.size(); ++i)
        for (const auto& note : reports[i].notes)
            of[note].push_back(once[i].string());
    std::vector<std::string> notes;
    for (const auto& [note, pictures] : of)
        notes.push_back(fmt::format("{}: {}.", pictures.front(), note) +
                        (pictures.size() > 1 ? fmt::format(" So it is with {} more.", pictures.size() - 1) : ""));
    return notes;
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
