// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture_gif.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <gif_lib.h>
#include <utility>
#include <vector>

namespace lacuna {
namespace {

/// giflib over bytes in memory, record by record: DGifSlurp would decode every frame.
class GifReader {
public:
    explicit GifReader(std::string_view bytes) : m_rest(bytes), m_file(DGifOpen(this, &GifReader::read, nullptr)) {}
    ~GifReader() {
        if (m_file)
            DGifCloseFile(m_file, nullptr);
    }
    GifReader(const GifReader&) = delete;
    GifReader& operator=(const GifReader&) = delete;

    /// Goes on to the next frame's descriptor. False when there is none.
    bool toFrame() {
        GifRecordType record = UNDEFINED_RECORD_TYPE;
        while (m_file && DGifGetRecordType(m_file, &record) == GIF_OK) {
            if (record == IMAGE_DESC_RECORD_TYPE)
                return DGifGetImageDesc(m_file) == GIF_OK && m_file->Image.Width > 0 && m_file->Image.Height > 0;
            if (record != EXTENSION_RECORD_TYPE || !readExtension())
                return false;
        }
        return false;
    }

    /// Behind the frame whose descriptor was read.
    bool skipFrame() {
        int size = 0;
        GifByteType* block = nullptr;
        bool good = DGifGetCode(m_file, &size, &block) == GIF_OK;
        while (good && block)
            good = DGifGetCodeNext(m_file, &block) == GIF_OK;
        return good;
    }

    GifSize size() const {
        const auto& frame = m_file->Image;
        return {std::max(m_file->SWidth, frame.Left + frame.Width),
                std::max(m_file->SHeight, frame.Top + frame.Height)};
    }

    /// The frame whose descriptor was read.
    std::optional<Picture> picture() {
        const auto [width, height, more] = size();
        Picture picture{width, height, {}};
        picture.pixels.resize(std::size_t{3} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
        for (std::size_t i = 0; i < picture.pixels.size(); i += 3)
            std::copy_n(colour(m_background).begin(), 3, picture.pixels.data() + i);
        const auto& frame = m_file->Image;
        std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
        for (const int y : rowOrder()) {
            if (DGifGetLine(m_file, line.data(), frame.Width) != GIF_OK)
                return std::nullopt;
            auto* out =
                picture.pixels.data() + 3 * (static_cast<std::size_t>(frame.Top + y) * static_cast<std::size_t>(width) +
                                             static_cast<std::size_t>(frame.Left));
            for (const auto index : line)
                out = std::copy_n(colour(index).begin(), 3, out);
        }
        return picture;
    }

private:
    /// Pillow reads files without their last bytes, as long as no pixel is missing. A block's length that is missing is
    /// the end of the blocks; a single byte behind the length 1 may be a block, and is missed.
    static int read(GifFileType* file, GifByteType* into, int count) {
        auto& self = *static_cast<GifReader*>(file->UserData);
        const auto taken = std::min(static_cast<std::size_t>(count), self.m_rest.size());
        std::memcpy(into, self.m_rest.data(), taken);
        self.m_rest.remove_prefix(taken);
        if (taken == 0 && count == 1 && self.m_last != 1) {
            *into = 0;
            return 1;
        }
        self.m_last = count == 1 && taken == 1 ? *into : 0;
        return static_cast<int>(taken);
    }

    bool readExtension() {
        int code = 0;
        GifByteType* block = nullptr;
        if (DGifGetExtension(m_file, &code, &block) != GIF_OK)
            return false;
        while (block) {
            GraphicsControlBlock control;
            if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK &&
                control.TransparentColor != NO_TRANSPARENT_COLOR)
                m_background = control.TransparentColor;
            if (DGifGetExtensionNext(m_file, &block) != GIF_OK)
                return false;
        }
        return true;
    }

    /// Of the frame's palette, else the file's; without one the index is a grey, and what a palette lacks is black.
    std::array<std::uint8_t, 3> colour(int index) const {
        const auto* palette = m_file->Image.ColorMap ? m_file->Image.ColorMap : m_file->SColorMap;
        const auto grey = static_cast<std::uint8_t>(index);
        if (!palette)
            return {grey, grey, grey};
        if (index >= palette->ColorCount)
            return {};
        const auto& entry = palette->Colors[index];
        return {entry.Red, entry.Green, entry.Blue};
    }

    /// Rows in the order in which they are stored.
    std::vector<int> rowOrder() const {
        std::vector<std::pair<int, int>> passes{{0, 1}};
        if (m_file->Image.Interlace)
            passes = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
        std::vector<int> rows;
        for (const auto& [start, step] : passes)
            for (int y = start; y < m_file->Image.Height; y += step)
                rows.push_back(y);
        return rows;
    }

    std::string_view m_rest;
    int m_last = 0;  ///< the last byte that was asked for alone
    int m_background = 0;
    GifFileType* m_file;  ///< null: no GIF
};

}  // namespace

std::optional<GifSize> gifSize(std::string_view bytes) {
    GifReader reader(bytes);
    if (!reader.toFrame())
        return std::nullopt;
    auto size = reader.size();
    size.more = reader.skipFrame() && reader.toFrame();
    return size;
}

std::optional<Picture> firstGifFrame(std::string_view bytes) {
    GifReader reader(bytes);
    return reader.toFrame() ? reader.picture() : std::nullopt;
}

}  // namespace lacuna
