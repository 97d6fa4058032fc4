// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava_config.h"
#include "core/models/lora.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace lacuna {

/// What the decoder reads in place of the image tokens of some pictures, one picture after another; each has as many
/// tokens as it takes.
struct PictureFeatures {
    at::Tensor tokens;                    ///< [tokens of all pictures, hidden]
    std::vector<std::int64_t> begins{0};  ///< where each picture's tokens begin, and where the last one's end
    /// The pictures anew, as an adapter's own tower and projector see them (differentiable); empty where that is not at
    /// hand.
    std::function<PictureFeatures(const Adapter&, const std::vector<std::int64_t>& pictures)> through;

    PictureFeatures() = default;
    PictureFeatures(at::Tensor allTokens, std::vector<std::int64_t> pictureBegins);
    /// Pictures of one length: [pictures, tokens, hidden]; undefined = none.
    PictureFeatures(const at::Tensor& even);

    std::int64_t size() const { return static_cast<std::int64_t>(begins.size()) - 1; }
    std::int64_t count(std::int64_t picture) const;
    at::Tensor operator[](std::int64_t picture) const;  ///< [its tokens, hidden]
    /// The tokens of `pictures` one after another, [tokens, hidden]; differentiable.
    at::Tensor of(const std::vector<std::int64_t>& pictures) const;
    /// The same as `adapter` (may be null) sees them. Throws InternalError where it sees them otherwise and `through`
    /// is empty.
    at::Tensor of(const std::vector<std::int64_t>& pictures, const Adapter* adapter) const;
};

/// Projected tiles [tiles, patches, hidden] of pictures of these sizes → their tokens. For LLaVA-1.5 a tile is a
/// picture. For 1.6: the base tile, then the grid of the others row by row without what was padding, `newline` [hidden]
/// behind each row; differentiable. Throws InternalError when the tiles are not those of the pictures.
PictureFeatures packedPictures(const at::Tensor& tiles, const std::vector<PictureSize>& pictures,
                               const LlavaConfig& config, const at::Tensor& newline);

}  // namespace lacuna
