#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/images/preprocess.h"
#include "core/models/llava_config.h"
#include "core/tensors/safetensors.h"
#include "core/text/tokenizer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

/// What a checkpoint is, from its headers alone: no tensor is read.
void describe(const fs::path& path, bool json) {
    const auto folder = checkpointFolder(path);
    const auto config = readLlavaConfig(folder);
    const auto preprocess = readPreprocessConfig(folder);
    const auto tokenizer = Tokenizer::load(folder);
    const CheckpointFiles files(folder);
    std::int64_t tower = 0, projector = 0, decoder = 0;
    for (const auto& name : files.names()) {
        std::int64_t count = 1;
        for (const auto size : files.entry(name).shape)
            count *= size;
        (name.find("vision_tower") != std::string::npos            ? tower
         : name.find("multi_modal_projector") != std::string::npos ? projector
                                                                   : decoder) += count;
    }
    const auto& text = config.text;
    const auto keyValue = text.hidden * text.keyValueHeads / text.heads;
    const std::int64_t perRank = text.layers * (2 * (text.hidden + text.hidden) + 2 * (text.hidden + keyValue) +
                                                3 * (text.hidden + text.intermediate));
    const auto total = tower + projector + decoder;
    if (json) {
        const nlohmann::ordered_json all{{"folder", folder.string()},
                                         {"parameters", total},
                                         {"tower", tower},
                                         {"projector", projector},
                                         {"decoder", decoder},
                                         {"image_size", config.vision.imageSize},
                                         {"image_tokens", config.vision.patches()},
                                         {"layers", text.layers},
                                         {"hidden", text.hidden},
                                         {"vocabulary", text.vocabulary},
                                         {"lora_parameters_per_rank", perRank}};
        fmt::print("{}\n", all.dump(2));
        return;
    }
    fmt::print("{}: LLaVA\n", folder.string());
    fmt::print("  tower      {:>13} parameters, {} layers of width {}, pictures {}×{} in {} patches\n", tower,
               config.vision.layers, config.vision.hidden, preprocess.crop, preprocess.crop, config.vision.patches());
    fmt::print("  projector  {:>13} parameters\n", projector);
    fmt::print(
        "  decoder    {:>13} parameters, {} layers of width {}, {} heads, {} tokens known ({} with added ones)\n",
        decoder, text.layers, text.hidden, text.heads, text.vocabulary, tokenizer.vocabulary());
    fmt::print("  weights    {:.1f} MiB in float32, {:.1f} MiB in bf16\n", static_cast<double>(total) * 4 / (1 << 20),
               static_cast<double>(total) * 2 / (1 << 20));
    fmt::print("  trained    LoRA on every linear of the decoder: {} parameters per rank ({} at rank 8)\n", perRank,
               8 * perRank);
}

}  // namespace

fs::path checkpointFolder(const fs::path& named) {
    if (named == "embedded")
        return datasetsFolder() / "small-llava";
    if (!fs::is_directory(named))
        throw inputError("{}: there is no such folder. Name a checkpoint in the Hugging Face layout, or \"embedded\".",
                         named.string());
    return named;
}

void addModelCommand(CLI::App& app) {
    auto* model = app.add_subcommand("model", "Explain a checkpoint, or ask it one question");
    model->require_subcommand(1);
    auto path = std::make_shared<fs::path>();
    auto json = std::make_shared<bool>(false);
    auto* info =
        model->add_subcommand("info", "Parameters, memory and what would be trained, without loading the weights");
    info->add_option("PATH", *path, "A checkpoint folder in the Hugging Face layout, or \"embedded\"")->required();
    info->add_flag("--json", *json, "Print as JSON");
    info->callback([path, json] { describe(*path, *json); });
    addModelRunCommand(*model);
}

}  // namespace lacuna::cli
