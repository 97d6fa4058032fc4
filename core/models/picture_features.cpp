// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/picture_features.h"

#include "core/base/error.h"

#include <algorithm>

namespace lacuna {
namespace {

/// [down · across, side · side, hidden] → [down · side, across · side, hidden]
at::Tensor joinedTiles(const at::Tensor& tiles, PictureSize grid, std::int64_t side) {
    return tiles.reshape({grid.height, grid.width, side, side, -1})
        .permute({0, 2, 1, 3, 4})
        .reshape({grid.height * side, grid.width * side, -1});
}

at::Tensor gridTokens(const at::Tensor& tiles, PictureSize picture, PictureSize grid, std::int64_t side,
                      const at::Tensor& newline) {
    const at::Tensor whole = joinedTiles(tiles, grid, side);
    const GridPart part = unpadded(picture, {whole.size(0), whole.size(1)});
    const at::Tensor shown = whole.narrow(0, part.top, part.size.height).narrow(1, part.left, part.size.width);
    const at::Tensor ends = newline.to(whole.options()).expand({part.size.height, 1, whole.size(2)});
    return at::cat({shown, ends}, 1).flatten(0, 1);
}

}  // namespace

PictureFeatures::PictureFeatures(at::Tensor allTokens, std::vector<std::int64_t> pictureBegins)
    : tokens(std::move(allTokens)), begins(std::move(pictureBegins)) {}

PictureFeatures::PictureFeatures(const at::Tensor& even) {
    if (!even.defined())
        return;
    tokens = even.flatten(0, 1);
    for (std::int64_t i = 1; i <= even.size(0); ++i)
        begins.push_back(i * even.size(1));
}

std::int64_t PictureFeatures::count(std::int64_t picture) const {
    const auto at = static_cast<std::size_t>(picture);
    return begins.at(at + 1) - begins.at(at);
}

at::Tensor PictureFeatures::operator[](std::int64_t picture) const {
    return tokens.narrow(0, begins.at(static_cast<std::size_t>(picture)), count(picture));
}

at::Tensor PictureFeatures::of(const std::vector<std::int64_t>& pictures) const {
    std::vector<std::int64_t> rows;
    for (const std::int64_t picture : pictures)
        for (std::int64_t i = 0; i < count(picture); ++i)
            rows.push_back(begins[static_cast<std::size_t>(picture)] + i);
    return tokens.index_select(0, at::tensor(rows, at::kLong).to(tokens.device()));
}

at::Tensor PictureFeatures::of(const std::vector<std::int64_t>& pictures, const Adapter* adapter) const {
    if (!adapter || !adapter->changesPictures())
        return of(pictures);
    if (!through)
        throw internalError("Pictures were to be seen by a trained tower and are not at hand. Please report this.");
    std::vector<std::int64_t> each, places;
    for (const std::int64_t picture : pictures) {
        const auto found = std::find(each.begin(), each.end(), picture);
        places.push_back(found - each.begin());
        if (found == each.end())
            each.push_back(picture);
    }
    return through(*adapter, each).of(places);
}

PictureFeatures packedPictures(const at::Tensor& tiles, const std::vector<PictureSize>& pictures,
                               const LlavaConfig& config, const at::Tensor& newline) {
    std::int64_t wanted = 0;
    for (const PictureSize& picture : pictures)
        wanted += config.pictureTiles(picture);
    if (wanted != tiles.size(0))
        throw internalError("{} tiles came for {} pictures that make {}. Please report this.", tiles.size(0),
                            pictures.size(), wanted);
    if (config.gridPinpoints.empty())
        return tiles;
    std::vector<at::Tensor> parts;
    std::vector<std::int64_t> begins{0};
    std::int64_t first = 0;
    for (const PictureSize& picture : pictures) {
        const PictureSize grid = tileGrid(picture, config.gridPinpoints, config.vision.imageSize);
        const std::int64_t count = grid.height * grid.width;
        parts.push_back(tiles[first]);
        parts.push_back(gridTokens(tiles.narrow(0, first + 1, count), picture, grid, config.vision.side(), newline));
        begins.push_back(begins.back() + config.pictureTokens(picture));
        first += 1 + count;
    }
    return {at::cat(parts), begins};
}

}  // namespace lacuna
