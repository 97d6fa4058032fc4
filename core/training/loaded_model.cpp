// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/loaded_model.h"

#include "core/base/error.h"
#include "core/models/weight_names.h"

namespace lacuna {

CheckpointParts readCheckpointParts(const std::filesystem::path& folder) {
    CheckpointParts parts{
        readLlavaConfig(folder), readPreprocessConfig(folder), Tokenizer::load(folder), ChatTemplate::of(folder), {}};
    auto& config = parts.config;
    if (parts.tokenizer.imageToken() != config.imageToken)
        throw inputError(
            "{}: the tokenizer's image token is {} and config.json says {}. Take both from the same checkpoint.",
            folder.string(), parts.tokenizer.imageToken(), config.imageToken);
    if (parts.preprocess.crop != config.vision.imageSize)
        throw inputError(
            "{}: its processor makes pictures of {} pixels and the tower in config.json reads {}. Take both from the "
            "same checkpoint.",
            folder.string(), parts.preprocess.crop, config.vision.imageSize);
    if (parts.preprocess.gridPinpoints != config.gridPinpoints)
        throw inputError(
            "{}: \"image_grid_pinpoints\" of its processor and of config.json differ. Take both from the same "
            "checkpoint.",
            folder.string());
    if (parts.tokenizer.vocabulary() > config.text.vocabulary)
        throw inputError(
            "{}: the tokenizer knows {} tokens and config.json (\"text_config.vocab_size\") {}. Take both from the "
            "same "
            "checkpoint.",
            folder.string(), parts.tokenizer.vocabulary(), config.text.vocabulary);
    const CheckpointFiles files(folder);
    config = settledConfig(files, config);
    weightNamesIn(files, config, folder);
    parts.notes = config.notes;
    if (parts.chat.assumed)
        parts.notes.emplace_back(
            "No chat template in the folder: the model is asked as vicuna is (USER: … ASSISTANT:).");
    parts.notes.insert(parts.notes.end(), parts.preprocess.notes.begin(), parts.preprocess.notes.end());
    return parts;
}

}  // namespace lacuna
