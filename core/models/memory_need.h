// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/model_size.h"

#include <cstdint>
#include <string>

namespace lacuna {

/// What decides how much memory a run takes on its device.
struct MemoryPlan {
    ModelSize size;
    TextConfig text;
    std::int64_t typeBytes = 4;      ///< of a number that is computed with: 4 in float32, 2 in bf16 and fp16
    std::int64_t models = 1;         ///< held side by side
    bool fourBits = false;           ///< the decoder's linears are held in 4 bits
    std::int64_t rank = 8;           ///< of the adapters
    std::int64_t adapters = 1;       ///< held at the end: one, or an expert per request
    std::int64_t samples = 32;       ///< of one step
    std::int64_t tokens = 64;        ///< of the longest sample, image tokens included
    std::int64_t answerTokens = 16;  ///< of the longest answer
    bool trainsProjector = false;    ///< itself, in a copy
    bool trainsTower = false;
    bool recomputes = false;  ///< gradient checkpointing
    bool dropout = false;     ///< of LoRA's inputs: their masks are kept
};

/// In bytes, on the device; picture features and reference outputs stand in the machine's memory. Weights and adapters
/// are counted; what a step works with is an estimate, from what each layer keeps for its backward pass.
struct MemoryNeed {
    std::int64_t weights = 0, adapters = 0, step = 0;

    std::int64_t total() const { return weights + adapters + step; }
};

MemoryNeed memoryNeed(const MemoryPlan& plan);

/// What is to be said of it where `free` bytes are left: "… needs about 17.3 GB on cuda:0 (…), and 22.1 GB are free.",
/// with what to lower when it may not fit; empty below 1 GB, where nobody asks. `held` of it is there already. Throws
/// ResourceError when even weights and adapters, which are counted, cannot fit.
std::string memorySummary(const MemoryNeed& need, std::int64_t held, std::int64_t free, const std::string& device);

/// Of one held linear of the decoder in 4 bits with its double quantisation (see Nf4).
std::int64_t fourBitBytes(std::int64_t weights);

/// "17.3 GB" (10⁹ bytes), "310 MB".
std::string shownBytes(std::int64_t bytes);

}  // namespace lacuna
