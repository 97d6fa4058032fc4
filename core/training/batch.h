// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/forward.h"
#include "core/text/chat_template.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// One question with its answer as tokens, and the row of its picture among the projected features it is trained with.
struct Sample {
    PromptTokens tokens;
    std::int64_t image = -1;  ///< −1 = text only
};

/// Samples side by side, padded on the right with `pad`; answers labelled, prompts not.
/// `pictures` are picked by Sample::image, as `adapter` sees them. All samples have a picture, or none.
TokenBatch collate(const std::vector<const Sample*>& samples, const PictureFeatures& pictures, std::int64_t pad,
                   const Adapter* adapter = nullptr);

/// Mean cross-entropy over all answer tokens of the batch in nats, a differentiable scalar: what `transformers` calls
/// the loss.
at::Tensor meanAnswerLoss(const AnswerLogits& answers);

}  // namespace lacuna
