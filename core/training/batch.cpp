// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/batch.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <algorithm>

namespace lacuna {

TokenBatch collate(const std::vector<const Sample*>& samples, const PictureFeatures& pictures, std::int64_t pad,
                   const Adapter* adapter) {
    if (samples.empty())
        throw internalError("A batch of no samples was asked for. Please report this.");
    interruptionPoint();
    const auto count = static_cast<std::int64_t>(samples.size());
    std::size_t longest = 0;
    for (const auto* sample : samples)
        longest = std::max(longest, sample->tokens.ids.size());
    const auto width = static_cast<std::int64_t>(longest);

    auto ids = at::full({count, width}, pad, at::kLong);
    auto labels = at::full({count, width}, -100, at::kLong);
    auto lengths = at::empty({count}, at::kLong);
    std::vector<std::int64_t> rows;
    auto* id = ids.data_ptr<std::int64_t>();
    auto* label = labels.data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto& tokens = samples[i]->tokens;
        std::copy(tokens.ids.begin(), tokens.ids.end(), id + i * longest);
        std::copy(tokens.ids.begin() + static_cast<std::ptrdiff_t>(tokens.answerBegin), tokens.ids.end(),
                  label + i * longest + tokens.answerBegin);
        lengths.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(tokens.ids.size());
        rows.push_back(samples[i]->image);
    }
    TokenBatch batch{ids, labels, lengths, countedPositions(count, width), {}};
    if (samples.front()->image >= 0)
        batch.pictures = pictures.of(rows, adapter);
    return batch;
}

at::Tensor meanAnswerLoss(const AnswerLogits& answers) {
    return at::cross_entropy_loss(answers.logits, answers.targets);
}

}  // namespace lacuna
