// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/splice.h"

#include "core/base/error.h"

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

at::Tensor splicedInputs(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch) {
    const at::Tensor embedded = at::embedding(decoder.embedding, batch.ids);
    const at::Tensor rows = (batch.ids == config.imageToken).flatten().nonzero().squeeze(1);
    const std::int64_t wanted = batch.pictures.size() > 0 ? batch.pictures.rows().size(0) : 0;
    if (rows.size(0) != wanted)
        throw inputError("The batch holds {} image tokens and {} picture features; each picture needs its own.",
                         rows.size(0), wanted);
    if (wanted == 0)
        return embedded;
    return embedded.view({-1, config.text.hidden})
        .index_copy(0, rows, batch.pictures.rows().to(embedded.options()))
        .view(embedded.sizes());
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
