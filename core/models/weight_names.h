#pragma once
#include "core/models/llava_config.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// All names that a weight goes by in files: its own, then weightAliases.
std::vector<std::string> namesOfWeight(const std::string& name);

/// The name a checkpoint holds each of weightRows(config) under, in their order. Throws InputError naming the tensor
/// that is missing, there under two names, of another shape than config.json makes it, not floating point, or a weight
/// that the config has no place for (a layer too many). Looks at headers alone.
std::vector<std::string> weightNamesIn(const CheckpointFiles& files, const LlavaConfig& config,
                                       const std::filesystem::path& folder);

}  // namespace lacuna
