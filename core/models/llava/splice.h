// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/decoder.h"
#include "core/models/forward.h"
#include "core/models/llava/llava_config.h"

#include <ATen/ATen.h>

#include <vector>

namespace lacuna {

/// What the decoder reads for a batch: token embeddings with the pictures' features in place of the image tokens,
/// [batch, tokens, hidden]. Throws InputError when pictures and image tokens do not agree.
at::Tensor splicedInputs(const Decoder& decoder, const LlavaConfig& config, const TokenBatch& batch);

/// Projected tiles [tiles, patches, hidden] of pictures of these sizes → their tokens. For LLaVA-1.5 a tile is a
/// picture. For 1.6: the base tile, then the grid of the others row by row without what was padding, `newline` [hidden]
/// behind each row; differentiable. Throws InternalError when the tiles are not those of the pictures.
PictureFeatures packedPictures(const at::Tensor& tiles, const std::vector<PictureSize>& pictures,
                               const LlavaConfig& config, const at::Tensor& newline);

}  // namespace lacuna
