// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/weight_names.h"

#include "core/base/error.h"
#include "core/models/llava/llava_weights.h"

#include <fmt/ranges.h>

#include <set>

namespace lacuna {
namespace {

const std::string kHead = "language_model.lm_head.weight", kEmbedding = "language_model.model.embed_tokens.weight";

/// The name `files` hold a weight under; empty when they do not.
std::string nameIn(const CheckpointFiles& files, const std::string& weight) {
    for (const std::string& name : namesOfWeight(weight))
        if (files.has(name))
            return name;
    return {};
}

void checkEntry(const SafetensorsEntry& entry, const WeightRow& row, const std::string& name,
                const std::filesystem::path& folder) {
    if (entry.shape != row.shape)
        throw inputError(
            "{}: tensor \"{}\" has shape [{}], config.json makes it [{}]. Take both from the same checkpoint.",
            folder.string(), name, fmt::join(entry.shape, ", "), fmt::join(row.shape, ", "));
    if (!at::isFloatingType(entry.type))
        throw inputError("{}: tensor \"{}\" is {}, expected floating point. Take a checkpoint that is not quantised.",
                         folder.string(), name, at::toString(entry.type));
}

}  // namespace

std::vector<std::string> namesOfWeight(const std::string& name) {
    std::vector<std::string> names = weightAliases(name);
    names.insert(names.begin(), name);
    return names;
}

LlavaConfig settledConfig(const CheckpointFiles& files, LlavaConfig config) {
    if (!config.text.tiedEmbeddings)
        return config;
    const auto head = nameIn(files, kHead), embedding = nameIn(files, kEmbedding);
    if (head.empty() || embedding.empty() || files.sameContent(head, embedding))
        return config;
    config.text.tiedEmbeddings = false;
    config.notes.push_back(fmt::format(
        "config.json ties the head to the embedding (\"tie_word_embeddings\"), and the weights hold another "
        "(\"{}\"): that one is used.",
        head));
    return config;
}

std::vector<std::string> weightNamesIn(const CheckpointFiles& files, const LlavaConfig& config) {
    const std::filesystem::path& folder = files.folder();
    std::vector<std::string> found;
    std::set<std::string> unread;
    for (const std::string& name : files.names())
        unread.insert(name);
    for (const WeightRow& row : weightRows(config)) {
        const auto before = found.size();
        // Tied, and written as the head alone: it is the embedding.
        const bool asHead = config.text.tiedEmbeddings && row.name == kEmbedding && nameIn(files, kEmbedding).empty();
        for (const std::string& name : namesOfWeight(asHead ? kHead : row.name)) {
            if (unread.erase(name) == 0)
                continue;
            if (found.size() > before)
                throw inputError(
                    "{}: tensors \"{}\" and \"{}\" are one and the same. Take the checkpoint as it was "
                    "published.",
                    folder.string(), found.back(), name);
            checkEntry(files.entry(name), row, name, folder);
            found.push_back(name);
        }
        if (found.size() == before)
            throw inputError(
                "{}: tensor \"{}\" is missing. The checkpoint is incomplete or of another model: take it "
                "as it was published.",
                folder.string(), row.name);
    }
    for (const std::string& name : namesOfWeight(kHead))  // a copy of the embedding where they are tied
        unread.erase(name);
    // Older transformers also wrote buffers ("inv_freq", "position_ids"), which the config says anew.
    for (const std::string& name : unread)
        if (name.ends_with(".weight") || name.ends_with(".bias"))
            throw inputError(
                "{}: tensor \"{}\" has no place in the model that config.json describes (tower of {} layers, decoder "
                "of "
                "{}). Take both from the same checkpoint.",
                folder.string(), name, config.vision.layers, config.text.layers);
    return found;
}

}  // namespace lacuna
