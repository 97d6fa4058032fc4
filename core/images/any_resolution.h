// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <vector>

namespace lacuna {

struct PictureSize {
    std::int64_t height = 0, width = 0;
    bool operator==(const PictureSize&) const = default;
};

// LLaVA-1.6 looks at a picture twice: squashed into one base tile, and fitted into the best of some resolutions, padded
// and cut into tiles. All arithmetic is in double and in the order `transformers` has it, so that the same resolution
// wins and the same number of tokens comes out.

/// Those of `transformers`, where a checkpoint names none.
std::vector<PictureSize> usualResolutions();

/// The most tiles a resolution may have; published checkpoints have up to 36.
inline constexpr std::int64_t kMostTiles = 256;

/// Do all of them consist of whole tiles of that edge, and of at most `kMostTiles`?
bool inWholeTiles(const std::vector<PictureSize>& resolutions, std::int64_t tile);

/// The one of `resolutions` (not empty) that keeps most of the picture's pixels and, of equals, wastes fewest.
PictureSize bestResolution(PictureSize picture, const std::vector<PictureSize>& resolutions);

/// The picture's size once it fits into `target` with its aspect ratio kept.
PictureSize fittedSize(PictureSize picture, PictureSize target);

/// Tiles in front of each other and beside each other, the base tile not among them.
PictureSize tileGrid(PictureSize picture, const std::vector<PictureSize>& resolutions, std::int64_t tile);

/// The part of a grid of features that shows the picture and not its padding; no rows or columns for a mere line.
struct GridPart {
    std::int64_t top = 0, left = 0;
    PictureSize size;
};
GridPart unpadded(PictureSize picture, PictureSize grid);

}  // namespace lacuna
