// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"

#include <filesystem>

namespace lacuna {

/// Writes processor_config.json: how `transformers`' AutoProcessor puts pictures into a prompt, one image token for
/// each patch. Lacuna reads config.json and preprocessor_config.json for it.
void writeProcessorConfig(const LlavaConfig& config, const std::filesystem::path& folder);

}  // namespace lacuna
