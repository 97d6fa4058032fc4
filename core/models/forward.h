// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/picture_features.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace lacuna {

/// Token sequences, padded on the right to one length, with their pictures; on any device: a model takes them to its
/// own.
struct TokenBatch {
    at::Tensor ids;        ///< [batch, tokens] int64; the picture's positions hold the image token
    at::Tensor labels;     ///< [batch, tokens] int64: the token's own id where it is to be predicted, −100 elsewhere
    at::Tensor lengths;    ///< [batch] int64, on the CPU
    at::Tensor positions;  ///< [batch, tokens] int64, on the CPU: what each token's rotary angles are made of
    PictureFeatures pictures;  ///< as many as the batch shows, in their order; none = text only
    std::int64_t size() const { return ids.size(0); }
};

/// Positions of tokens that are counted through, pictures too: 0, 1, 2 … in each sample, [batch, tokens].
at::Tensor countedPositions(std::int64_t batch, std::int64_t tokens);

/// What a model says at the labelled positions of a batch, packed sample after sample.
struct AnswerLogits {
    at::Tensor logits;       ///< [answer tokens, vocabulary] float32
    at::Tensor targets;      ///< [answer tokens] int64
    at::Tensor sample;       ///< [answer tokens] int64: row in the batch
    at::Tensor states = {};  ///< [answer tokens, hidden]: the decoder's normed output, which the logits are made of
};

/// Hidden states of a batch's text tokens (neither picture nor padding), packed sample after sample.
struct TextStates {
    std::vector<std::size_t> layers;  ///< behind which decoder layers, 0 = behind the first
    std::vector<at::Tensor> states;   ///< for each of them [text tokens, hidden]
    at::Tensor sample;                ///< [text tokens] int64: row in the batch
};

/// How a pass that is to be differentiated is made.
struct TrainingPass {
    double dropout = 0;       ///< of LoRA's inputs
    bool recomputes = false;  ///< keep each layer's input alone (see recomputed); then only the adapter gets gradients
};

}  // namespace lacuna
