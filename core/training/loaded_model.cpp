// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/loaded_model.h"

#include "core/base/error.h"
#include "core/models/llava/weight_names.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace lacuna {
namespace {

void checkTogether(const std::filesystem::path& folder, const LlavaConfig& config, const PreprocessConfig& preprocess,
                   const Tokenizer& tokenizer) {
    if (tokenizer.imageToken() != config.imageToken)
        throw inputError(
            "{}: the tokenizer's image token is {} and config.json says {}. Take both from the same checkpoint.",
            folder.string(), tokenizer.imageToken(), config.imageToken);
    if (preprocess.crop != config.vision.imageSize)
        throw inputError(
            "{}: its processor makes pictures of {} pixels and the tower in config.json reads {}. Take both from the "
            "same checkpoint.",
            folder.string(), preprocess.crop, config.vision.imageSize);
    if (preprocess.gridPinpoints != config.gridPinpoints)
        throw inputError(
            "{}: \"image_grid_pinpoints\" of its processor and of config.json differ. Take both from the same "
            "checkpoint.",
            folder.string());
    if (tokenizer.vocabulary() > config.text.vocabulary)
        throw inputError(
            "{}: the tokenizer knows {} tokens and config.json (\"text_config.vocab_size\") {}. Take both from the "
            "same checkpoint.",
            folder.string(), tokenizer.vocabulary(), config.text.vocabulary);
}

}  // namespace

CheckpointParts readCheckpointParts(const std::filesystem::path& folder, const std::optional<CheckpointFiles>& files) {
    auto config = readLlavaConfig(folder);
    auto preprocess = readPreprocessConfig(folder);
    auto tokenizer = loadTokenizer(folder);
    auto chat = ChatTemplate::of(folder);
    checkTogether(folder, config, preprocess, *tokenizer);
    CheckpointParts parts{files ? *files : CheckpointFiles(folder),
                          std::move(config),
                          std::move(preprocess),
                          std::move(tokenizer),
                          std::move(chat),
                          {}};
    parts.config = settledConfig(parts.files, parts.config);
    weightNamesIn(parts.files, parts.config);
    parts.notes = parts.config.notes;
    if (parts.chat.assumed)
        parts.notes.emplace_back(
            "No chat template in the folder: the model is asked as vicuna is (USER: … ASSISTANT:).");
    parts.notes.insert(parts.notes.end(), parts.chat.notes.begin(), parts.chat.notes.end());
    if (const auto eos = parts.tokenizer->eos(); !std::count(parts.config.ends.begin(), parts.config.ends.end(), eos))
        parts.notes.push_back(
            fmt::format("The tokenizer closes a text with \"{}\" ({}), which is none of the tokens that end an answer "
                        "(\"eos_token_id\": {}): training closes answers with it, and generation runs on behind it.",
                        parts.tokenizer->piece(eos), eos, fmt::join(parts.config.ends, ", ")));
    parts.notes.insert(parts.notes.end(), parts.preprocess.notes.begin(), parts.preprocess.notes.end());
    return parts;
}

}  // namespace lacuna
