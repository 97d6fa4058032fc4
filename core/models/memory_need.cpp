// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/memory_need.h"

#include "core/base/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::int64_t kFloatBytes = 4;

std::int64_t weightBytes(const MemoryPlan& plan) {
    const ModelSize& size = plan.size;
    if (!plan.fourBits)
        return size.parameters() * plan.typeBytes;
    return (size.parameters() - size.linears) * plan.typeBytes + fourBitBytes(size.linears);
}

/// What one layer keeps of one token until its backward pass, in numbers: inputs of norms and linears, queries, keys,
/// values, what attention gives, the two halves of the MLP and their product.
std::int64_t keptPerToken(const MemoryPlan& plan) {
    const TextConfig& text = plan.text;
    const std::int64_t attention = 2 * text.queryWidth() + 2 * text.keyWidth();
    const std::int64_t ranks = 7 * plan.rank;
    const std::int64_t kept = 4 * text.hidden + 2 * attention + 3 * text.intermediate + ranks;
    return plan.dropout ? kept + 3 * text.hidden + text.queryWidth() + text.intermediate : kept;
}

std::int64_t stepBytes(const MemoryPlan& plan) {
    const TextConfig& text = plan.text;
    const std::int64_t tokens = plan.samples * plan.tokens;
    const std::int64_t layer = keptPerToken(plan) * plan.typeBytes * tokens;
    const std::int64_t layers =
        plan.recomputes ? 2 * layer + text.layers * text.hidden * plan.typeBytes * tokens : layer * text.layers;
    // Logits of the answers, their softmax and their gradient, in float32.
    const std::int64_t logits = 3 * plan.samples * plan.answerTokens * text.vocabulary * kFloatBytes;
    std::int64_t linear = 0;
    if (plan.fourBits)
        linear = 2 * text.intermediate * text.hidden * plan.typeBytes;  // the widest, made anew
    return layers + logits + linear;
}

}  // namespace

std::int64_t fourBitBytes(std::int64_t weights) {
    constexpr std::int64_t block = 64, outerBlock = 256;
    return weights / 2 + weights / block + weights / block / outerBlock * kFloatBytes;
}

MemoryNeed memoryNeed(const MemoryPlan& plan) {
    MemoryNeed need;
    need.weights = plan.models * weightBytes(plan);
    // The one that is trained: factors, gradients, two moments in float32.
    const std::int64_t trained = adapterParameters(plan.text, plan.rank) +
                                 (plan.trainsProjector ? plan.size.projector : 0) +
                                 (plan.trainsTower ? plan.size.tower : 0);
    need.adapters = trained * (4 * kFloatBytes + std::max<std::int64_t>(plan.adapters - 1, 0) * plan.typeBytes);
    need.step = stepBytes(plan);
    return need;
}

std::string memorySummary(const MemoryNeed& need, std::int64_t held, std::int64_t free, const std::string& device) {
    constexpr std::int64_t worthSaying = 1'000'000'000;
    const std::string needs = fmt::format(
        "The run needs about {} on {} (weights {}, adapters {}, a step {}), and {} are free.", shownBytes(need.total()),
        device, shownBytes(need.weights), shownBytes(need.adapters), shownBytes(need.step), shownBytes(free + held));
    constexpr auto lower =
        "Lower the precision (nf4), the batch or the LoRA rank, turn gradient checkpointing on, or close other "
        "programs.";
    if (need.weights + need.adapters - held > free)
        throw resourceError("{} {}", needs, lower);
    if (need.total() - held > free)
        return fmt::format("{} It may not fit. {}", needs, lower);
    return need.total() > worthSaying ? needs : std::string();
}

std::string shownBytes(std::int64_t bytes) {
    const double megabytes = static_cast<double>(bytes) / 1e6;
    return megabytes < 1000 ? fmt::format("{:.0f} MB", megabytes) : fmt::format("{:.1f} GB", megabytes / 1000);
}

}  // namespace lacuna
