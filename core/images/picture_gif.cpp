// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture_gif.h"

#include "core/images/picture_bytes.h"

#include <algorithm>
#include <array>

namespace lacuna {
namespace {

constexpr char kExtension = 0x21, kImage = 0x2c;
constexpr unsigned kGraphicControl = 0xf9;
constexpr int kMostCodes = 4096;

/// Reads blocks of up to 255 bytes until an empty one. False when the file ends before.
bool readBlocks(std::string_view bytes, std::size_t& at, std::string* into) {
    while (at < bytes.size()) {
        const std::size_t length = static_cast<unsigned char>(bytes[at++]);
        if (length == 0)
            return true;
        if (at + length > bytes.size())
            return false;
        if (into)
            into->append(bytes.substr(at, length));
        at += length;
    }
    return false;
}

/// Whether a picture begins somewhere behind `at`.
bool anotherFrame(std::string_view bytes, std::size_t at) {
    while (at + 2 < bytes.size() && bytes[at] == kExtension) {
        at += 2;
        if (!readBlocks(bytes, at, nullptr))
            return false;
    }
    return at < bytes.size() && bytes[at] == kImage;
}

bool readImage(std::string_view bytes, std::size_t at, GifFrame& frame) {
    if (at + 11 > bytes.size())
        return false;
    frame.left = static_cast<int>(littleEndian(bytes, at + 1, 2));
    frame.top = static_cast<int>(littleEndian(bytes, at + 3, 2));
    frame.frameWidth = static_cast<int>(littleEndian(bytes, at + 5, 2));
    frame.frameHeight = static_cast<int>(littleEndian(bytes, at + 7, 2));
    const auto flags = static_cast<unsigned char>(bytes[at + 9]);
    at += 10;
    frame.interlaced = flags & 0x40;
    if (flags & 0x80) {
        const std::size_t size = std::size_t{3} * (std::size_t{2} << (flags & 7));
        if (at + size > bytes.size())
            return false;
        frame.palette = bytes.substr(at, size);
        at += size;
    }
    if (at >= bytes.size())
        return false;
    frame.rootBits = static_cast<unsigned char>(bytes[at++]);
    // A file that ends within the last blocks may still hold every pixel: unpacking tells.
    if (readBlocks(bytes, at, &frame.packed))
        frame.more = anotherFrame(bytes, at);
    frame.width = std::max(frame.width, frame.left + frame.frameWidth);
    frame.height = std::max(frame.height, frame.top + frame.frameHeight);
    return frame.rootBits >= 1 && frame.rootBits <= 11;
}

/// LZW with codes that grow from rootBits + 1 to 12 bits → at most `count` indices.
std::string indicesOf(const GifFrame& frame, std::size_t count) {
    std::string indices;
    indices.reserve(count);
    std::array<std::int16_t, kMostCodes> before{};
    std::array<char, kMostCodes> last{}, first{};
    const int clear = 1 << frame.rootBits, end = clear + 1;
    for (int code = 0; code < clear; ++code)
        last[static_cast<std::size_t>(code)] = first[static_cast<std::size_t>(code)] = static_cast<char>(code);
    int next = end + 1, width = frame.rootBits + 1, previous = -1;
    std::uint32_t bits = 0;
    int held = 0;
    std::string word;
    for (const char byte : frame.packed) {
        bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << held;
        held += 8;
        for (; held >= width && indices.size() < count;) {
            const int code = static_cast<int>(bits & ((1U << width) - 1));
            bits >>= width;
            held -= width;
            if (code == clear) {
                next = end + 1, width = frame.rootBits + 1, previous = -1;
                continue;
            }
            if (code == end || code > next || (code >= next && previous < 0) || (code == next && next >= kMostCodes))
                return indices;
            if (previous >= 0 && next < kMostCodes) {
                const auto entry = static_cast<std::size_t>(next++);
                before[entry] = static_cast<std::int16_t>(previous);
                first[entry] = first[static_cast<std::size_t>(previous)];
                last[entry] = first[static_cast<std::size_t>(code == next - 1 ? previous : code)];
                if (next == 1 << width && width < 12)
                    ++width;
            }
            word.clear();
            int part = code;
            for (; part >= clear; part = before[static_cast<std::size_t>(part)])
                word += last[static_cast<std::size_t>(part)];
            word += last[static_cast<std::size_t>(part)];
            indices.append(word.rbegin(), word.rend());
            previous = code;
        }
        if (indices.size() >= count)
            break;
    }
    indices.resize(std::min(indices.size(), count));
    return indices;
}

/// Rows in the order in which they are stored.
std::vector<int> rowOrder(const GifFrame& frame) {
    std::vector<std::pair<int, int>> passes{{0, 1}};
    if (frame.interlaced)
        passes = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
    std::vector<int> rows;
    for (const auto& [start, step] : passes)
        for (int y = start; y < frame.frameHeight; y += step)
            rows.push_back(y);
    return rows;
}

}  // namespace

std::optional<GifFrame> firstGifFrame(std::string_view bytes) {
    if (bytes.size() < 13)
        return std::nullopt;
    GifFrame frame;
    frame.width = static_cast<int>(littleEndian(bytes, 6, 2));
    frame.height = static_cast<int>(littleEndian(bytes, 8, 2));
    const auto flags = static_cast<unsigned char>(bytes[10]);
    std::size_t at = 13;
    if (flags & 0x80) {
        const std::size_t size = std::size_t{3} * (std::size_t{2} << (flags & 7));
        if (at + size > bytes.size())
            return std::nullopt;
        frame.palette = bytes.substr(at, size);
        at += size;
    }
    while (at < bytes.size() && bytes[at] != kImage) {
        if (bytes[at] != kExtension || at + 2 > bytes.size())
            return std::nullopt;
        const auto label = static_cast<unsigned char>(bytes[at + 1]);
        std::string block;
        at += 2;
        if (!readBlocks(bytes, at, &block))
            return std::nullopt;
        if (label == kGraphicControl && block.size() >= 4 && (block[0] & 1))
            frame.background = static_cast<unsigned char>(block[3]);
    }
    return readImage(bytes, at, frame) ? std::optional(std::move(frame)) : std::nullopt;
}

std::optional<Picture> unpacked(const GifFrame& frame) {
    const auto count = static_cast<std::size_t>(frame.frameWidth) * static_cast<std::size_t>(frame.frameHeight);
    const auto indices = indicesOf(frame, count);
    if (indices.size() < count)
        return std::nullopt;
    Picture picture{frame.width, frame.height, {}};
    picture.pixels.resize(std::size_t{3} * static_cast<std::size_t>(frame.width) *
                          static_cast<std::size_t>(frame.height));
    const auto colour = [&](int index, std::uint8_t* out) {
        for (int c = 0; c < 3; ++c) {
            const auto entry = std::size_t{3} * static_cast<std::size_t>(index) + static_cast<std::size_t>(c);
            out[c] = frame.palette.empty() ? static_cast<std::uint8_t>(index)
                                           : static_cast<std::uint8_t>(numberAt(frame.palette, entry, 1, true));
        }
    };
    for (std::size_t i = 0; i < picture.pixels.size(); i += 3)
        colour(frame.background, picture.pixels.data() + i);
    std::size_t next = 0;
    for (const int y : rowOrder(frame)) {
        auto* out = picture.pixels.data() +
                    3 * (static_cast<std::size_t>(frame.top + y) * static_cast<std::size_t>(frame.width) +
                         static_cast<std::size_t>(frame.left));
        for (int x = 0; x < frame.frameWidth; ++x, out += 3)
            colour(static_cast<unsigned char>(indices[next++]), out);
    }
    return picture;
}

}  // namespace lacuna
