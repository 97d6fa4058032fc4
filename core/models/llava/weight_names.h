// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// All names that a weight goes by in files: its own, then weightAliases.
std::vector<std::string> namesOfWeight(const std::string& name);

/// `config` as the weights bear it out, as `transformers` does: a head in the files that is not the embedding is used,
/// whatever "tie_word_embeddings" says; `notes` then says so. Reads two tensors where they might be one.
LlavaConfig settledConfig(const CheckpointFiles& files, LlavaConfig config);

/// The name a checkpoint holds each of weightRows(config) under, in their order. Throws InputError naming the tensor
/// that is missing, there under two names, of another shape than config.json makes it, not floating point, or a weight
/// that the config has no place for (a layer too many). Looks at headers alone.
std::vector<std::string> weightNamesIn(const CheckpointFiles& files, const LlavaConfig& config);

}  // namespace lacuna
