// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/installation/installation.h"
#include "core/models/llava/llava_size.h"
#include "core/models/memory_need.h"
#include "core/tensors/safetensors.h"
#include "core/training/loaded_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

constexpr std::array<std::int64_t, 2> kShownRanks{8, 32};

/// A checkpoint folder without its weights: what config.json makes of it, and whether the rest fits to that.
struct Checkpoint {
    fs::path folder;
    LlavaConfig config;
    ModelSize size;
    std::int64_t knownTokens = 0;               ///< of the tokenizer, added ones included; 0 when it is refused
    std::map<std::string, std::int64_t> types;  ///< in the files: tensors of each
    std::optional<Error> refused;               ///< what loading would say
    std::vector<std::string> notes;             ///< what it would note
};

std::string typeName(at::ScalarType type) {
    return type == at::kFloat      ? "float32"
           : type == at::kBFloat16 ? "bf16"
           : type == at::kHalf     ? "fp16"
                                   : at::toString(type);
}

Checkpoint look(const fs::path& folder) {
    Checkpoint seen{folder, readLlavaConfig(folder), {}, 0, {}, {}, {}};
    try {
        const CheckpointFiles files(folder);
        for (const auto& name : files.names())
            ++seen.types[typeName(files.entry(name).type)];
        const auto parts = readCheckpointParts(folder, files);
        seen.knownTokens = parts.tokenizer->vocabulary();
        seen.config = parts.config;
        seen.notes = parts.notes;
    } catch (const Error& error) {
        seen.refused = error;
    }
    seen.size = modelSize(seen.config);
    return seen;
}

/// Of the weights and of one adapter while it is trained.
MemoryNeed needOf(const LlavaConfig& config, std::int64_t typeBytes, bool fourBits = false, std::int64_t rank = 8) {
    auto plan = memoryPlan(config, typeBytes, fourBits);
    plan.rank = rank;
    return memoryNeed(plan);
}

/// At each resolution of LLaVA-1.6: the tiles beside the base tile, and the tokens of a picture that fills it, the
/// most.
nlohmann::ordered_json pictureLayout(const LlavaConfig& config) {
    if (config.gridPinpoints.empty())
        return {{"layout", "fixed"}, {"edge", config.vision.imageSize}, {"tokens", config.tileTokens()}};
    auto resolutions = nlohmann::ordered_json::array();
    for (const auto& size : config.gridPinpoints)
        resolutions.push_back({{"height", size.height},
                               {"width", size.width},
                               {"tiles", config.pictureTiles(size) - 1},
                               {"tokens", config.pictureTokens(size)}});
    return {{"layout", "grid"},
            {"edge", config.vision.imageSize},
            {"base_tokens", config.tileTokens()},
            {"resolutions", resolutions}};
}

void printJson(const Checkpoint& seen) {
    const auto& [folder, config, size, knownTokens, types, refused, notes] = seen;
    auto lora = nlohmann::ordered_json::array();
    for (const auto rank : kShownRanks)
        lora.push_back({{"rank", rank},
                        {"parameters", adapterParameters(config.text, rank)},
                        {"training_bytes", needOf(config, 4, false, rank).adapters}});
    const nlohmann::ordered_json all{
        {"folder", folder.string()},
        {"model_type", config.gridPinpoints.empty() ? "llava" : "llava_next"},
        {"parameters", size.parameters()},
        {"tower", size.tower},
        {"projector", size.projector},
        {"decoder", size.decoder},
        {"weight_bytes",
         {{"float32", needOf(config, 4).weights},
          {"bf16", needOf(config, 2).weights},
          {"fp16", needOf(config, 2).weights},
          {"nf4", needOf(config, 2, true).weights}}},
        {"stored", types},
        {"pictures", pictureLayout(config)},
        {"layers", config.text.layers},
        {"hidden", config.text.hidden},
        {"vocabulary", config.text.vocabulary},
        {"positions", config.text.maxPositions},
        {"lora_parameters_per_rank", adapterParameters(config.text, 1)},
        {"lora", lora},
        {"notes", notes},
        {"refused", refused ? nlohmann::ordered_json(refused->what()) : nlohmann::ordered_json()}};
    fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print(const Checkpoint& seen) {
    const auto& [folder, config, size, knownTokens, types, refused, notes] = seen;
    const auto& vision = config.vision;
    const auto& text = config.text;
    const bool grid = !config.gridPinpoints.empty();
    fmt::print("{}: LLaVA-{}, {} parameters\n", folder.string(), grid ? "1.6" : "1.5", size.parameters());
    fmt::print("  tower      {:>13}  {} layers of width {}, {}×{} pixels in {} patches\n", size.tower, vision.layers,
               vision.hidden, vision.imageSize, vision.imageSize, vision.patches());
    fmt::print("  projector  {:>13}\n", size.projector);
    fmt::print("  decoder    {:>13}  {} layers of width {}, {} heads, vocabulary {}{}, {} positions\n", size.decoder,
               text.layers, text.hidden, text.heads, text.vocabulary,
               knownTokens > 0 ? fmt::format(" ({} in the tokenizer)", knownTokens) : "", text.maxPositions);
    if (!grid)
        fmt::print("  pictures   {} image tokens each, whatever their size\n", config.tileTokens());
    else
        fmt::print("  pictures   {} image tokens for the whole, and tiles at the resolution that fits best:\n",
                   config.tileTokens());
    for (const auto& resolution : config.gridPinpoints)
        fmt::print("             {:>5}×{:<5} {:>2} tiles, up to {} image tokens in all\n", resolution.width,
                   resolution.height, config.pictureTiles(resolution) - 1, config.pictureTokens(resolution));
    std::vector<std::string> stored;
    stored.reserve(types.size());
    for (const auto& [type, count] : types)
        stored.push_back(fmt::format("{} tensors in {}", count, type));
    if (!stored.empty())
        fmt::print("  files      {}\n", fmt::join(stored, ", "));
    fmt::print(
        "  weights    {} in float32, {} in bf16 or fp16, {} in bf16 with the decoder's linears in 4 bits (nf4)\n",
        shownBytes(needOf(config, 4).weights), shownBytes(needOf(config, 2).weights),
        shownBytes(needOf(config, 2, true).weights));
    fmt::print(
        "  trained    LoRA on every linear of the decoder; factors, gradients and two moments in float32 take\n");
    for (const auto rank : kShownRanks)
        fmt::print("             rank {:>2}: {} for {} parameters\n", rank,
                   shownBytes(needOf(config, 4, false, rank).adapters), adapterParameters(text, rank));
    for (const auto& note : notes)
        fmt::print("  note       {}\n", note);
}

/// What a checkpoint is, from its config and the headers of its files: no tensor is read. Throws what loading it would.
void describe(const fs::path& path, bool json) {
    const auto seen = look(checkpointFolder(path));
    json ? printJson(seen) : print(seen);
    std::fflush(stdout);  // before what main writes on standard error
    if (seen.refused)
        throw Error(*seen.refused);
}

}  // namespace

fs::path checkpointFolder(const fs::path& named) {
    if (named == "embedded")
        return installedDatasets() / "small-llava";
    if (!fs::is_directory(named))
        throw inputError("{}: there is no such folder. Name a checkpoint in the Hugging Face layout, or \"embedded\".",
                         named.string());
    return named;
}

void addModelCommand(CLI::App& app) {
    auto* model = app.add_subcommand("model", "Explain a checkpoint, ask it one question, or merge an adapter into it");
    model->require_subcommand(1);
    auto path = std::make_shared<fs::path>();
    auto json = std::make_shared<bool>(false);
    auto* info = model->add_subcommand(
        "info", "Parameters, memory, what would be trained and what would be refused, without loading the weights");
    info->add_option("PATH", *path, "A checkpoint folder in the Hugging Face layout, or \"embedded\"")->required();
    info->add_flag("--json", *json, "Print as JSON");
    info->callback([path, json] { describe(*path, *json); });
    addModelRunCommand(*model);
    addModelMergeCommand(*model);
}

}  // namespace lacuna::cli
