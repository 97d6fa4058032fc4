// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/any_resolution.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lacuna {
namespace {

double ratio(std::int64_t above, std::int64_t below) {
    return static_cast<double>(above) / static_cast<double>(below);
}

double times(std::int64_t length, double scale) {
    return static_cast<double>(length) * scale;
}

/// What is left of `length` once the padding on both sides of it, equally wide, is gone. Seven digits, as
/// `transformers` rounds.
std::int64_t withoutPadding(std::int64_t length, double exact) {
    const auto shown = static_cast<std::int64_t>(exact + 5e-8);
    return length - (length - shown) / 2 * 2;
}

}  // namespace

std::vector<PictureSize> usualResolutions() {
    return {{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}};
}

bool inWholeTiles(const std::vector<PictureSize>& resolutions, std::int64_t tile) {
    return std::all_of(resolutions.begin(), resolutions.end(), [tile](const PictureSize& size) {
        return size.height % tile == 0 && size.width % tile == 0 &&
               (size.height / tile) * (size.width / tile) <= kMostTiles;
    });
}

PictureSize bestResolution(PictureSize picture, const std::vector<PictureSize>& resolutions) {
    PictureSize best = resolutions.front();
    std::int64_t mostKept = 0, leastWasted = std::numeric_limits<std::int64_t>::max();
    for (const auto& resolution : resolutions) {
        const double scale = std::min(ratio(resolution.width, picture.width), ratio(resolution.height, picture.height));
        const auto width = static_cast<std::int64_t>(times(picture.width, scale));
        const auto height = static_cast<std::int64_t>(times(picture.height, scale));
        const auto kept = std::min(width * height, picture.width * picture.height);
        const auto wasted = resolution.width * resolution.height - kept;
        if (kept > mostKept || (kept == mostKept && wasted < leastWasted)) {
            mostKept = kept;
            leastWasted = wasted;
            best = resolution;
        }
    }
    return best;
}

PictureSize fittedSize(PictureSize picture, PictureSize target) {
    const double across = ratio(target.width, picture.width), down = ratio(target.height, picture.height);
    if (across < down)
        return {std::min(static_cast<std::int64_t>(std::ceil(times(picture.height, across))), target.height),
                target.width};
    return {target.height, std::min(static_cast<std::int64_t>(std::ceil(times(picture.width, down))), target.width)};
}

PictureSize tileGrid(PictureSize picture, const std::vector<PictureSize>& resolutions, std::int64_t tile) {
    const auto best = bestResolution(picture, resolutions);
    return {best.height / tile, best.width / tile};
}

GridPart unpadded(PictureSize picture, PictureSize grid) {
    PictureSize part = grid;
    if (ratio(picture.width, picture.height) > ratio(grid.width, grid.height))
        part.height = withoutPadding(grid.height, times(picture.height, ratio(grid.width, picture.width)));
    else
        part.width = withoutPadding(grid.width, times(picture.width, ratio(grid.height, picture.height)));
    return {(grid.height - part.height) / 2, (grid.width - part.width) / 2, part};
}

}  // namespace lacuna
