// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/processor_config.h"

#include "core/base/atomic_file.h"
#include "core/models/checkpoint_hash.h"

#include <nlohmann/json.hpp>

namespace lacuna {

void writeProcessorConfig(const LlavaConfig& config, const std::filesystem::path& folder) {
    const nlohmann::ordered_json json{
        {"image_token", "<image>"},
        {"num_additional_image_tokens", 1},  // CLIP's class token, which the strategy drops again or not
        {"patch_size", config.vision.patchSize},
        {"processor_class", config.gridPinpoints.empty() ? "LlavaProcessor" : "LlavaNextProcessor"},
        {"vision_feature_select_strategy", config.dropsClassToken ? "default" : "full"},
    };
    writeFileAtomically(folder / kProcessorFile, json.dump(2) + "\n");
}

}  // namespace lacuna
