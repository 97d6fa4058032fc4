// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/preprocess.h"
#include "core/models/llava/llava.h"
#include "core/tensors/safetensors.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// A model with what is needed to talk to it.
struct LoadedModel {
    std::unique_ptr<Llava> network;
    std::shared_ptr<const Tokenizer> tokenizer;
    ChatTemplate chat;
};

/// A checkpoint folder, its weights open and not yet read.
struct CheckpointParts {
    CheckpointFiles files;
    LlavaConfig config;  ///< as the weights bear it out
    PreprocessConfig preprocess;
    std::shared_ptr<const Tokenizer> tokenizer;
    ChatTemplate chat;
    std::vector<std::string> notes;  ///< sentences for the user: contradictions and gaps, and what was made of them
};

/// Throws InputError where a part is missing or wrong, or where they do not belong together (another image token, size
/// of picture or grid, more tokens than the decoder has, weights of other names or shapes): before the weights are
/// loaded, which may take minutes. `files` are the folder's where they are open already.
CheckpointParts readCheckpointParts(const std::filesystem::path& folder,
                                    const std::optional<CheckpointFiles>& files = std::nullopt);

}  // namespace lacuna
