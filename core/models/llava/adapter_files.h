// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"
#include "core/models/lora.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// Names of Adapter::parameters() as `peft` has them on transformers 5 ("base_model.model.….lora_A.weight").
std::vector<std::string> adapterTensorNames(const Adapter& adapter);

/// PEFT layout: adapter_config.json and adapter_model.safetensors, written into a temporary sibling and renamed into
/// place. `config` is the base's, `baseModel` where it lies: what AutoPeftModel opens.
void writeAdapter(const Adapter& adapter, const std::filesystem::path& folder, const LlavaConfig& config,
                  const std::string& baseModel);

/// Reads what writeAdapter or `peft` wrote for this model, with factors on any of its linears, of any rank and alpha.
/// Throws InputError for another base, rank or shape, and what is no plain LoRA on linears.
Adapter readAdapter(const std::filesystem::path& folder, const LlavaConfig& config, at::TensorOptions options);

/// Throws what readAdapter would, as far as headers tell: before the model is loaded, which may take minutes.
void checkAdapter(const std::filesystem::path& folder, const LlavaConfig& config);

}  // namespace lacuna
