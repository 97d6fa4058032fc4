// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/models/llava/llava_config.h"
#include "core/models/lora.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <optional>

namespace lacuna {

/// Writes into the new folder `out` the checkpoint `base` with the adapters in its weights: W + Σ weight · scale · B A,
/// formed in float32, and W + Σ weight · (own − W) where an adapter has a copy of its own. Names and types are those of
/// `base` (`type`: the type of all floating-point tensors instead), shards of at most 5 GB, every other file of `base`
/// beside them, as `transformers` opens it. One tensor is in memory at a time. Stands whole under its name or not at
/// all. Throws InputError where `out` is there already or a sum is no finite number of the type, ResourceError,
/// Cancelled.
void writeMergedCheckpoint(const CheckpointFiles& base, const LlavaConfig& config, const AdapterMix& mix,
                           std::optional<at::ScalarType> type, const std::filesystem::path& out,
                           const ProgressFunction& progress = {});

}  // namespace lacuna
