// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"
#include "core/tensors/safetensors.h"

namespace lacuna {

/// Throws InputError, opening with the folder of `files`, unless what lies there can answer in the place of a model of
/// this config: weights of the same names and shapes, and the same numbers that decide how they are computed with.
/// Looks at headers alone. Returns its config.
LlavaConfig requireSameArchitecture(const CheckpointFiles& files, const LlavaConfig& model);

}  // namespace lacuna
