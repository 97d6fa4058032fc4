// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/error.h"
#include "core/images/picture.h"
#include "core/images/preprocess.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava_size.h"
#include "core/models/memory_need.h"
#include "core/runs/spec_rows.h"
#include "core/tensors/device.h"
#include "core/tensors/device_memory.h"
#include "core/tensors/safetensors.h"
#include "core/training/batch.h"
#include "core/training/loaded_model.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    fs::path checkpoint, adapter, dump;
    std::vector<fs::path> images;
    std::string prompt, answer, device = "auto", precision = "auto";
    std::int64_t maxTokens = 64;
    Sampling sampling;
    bool json = false;
};

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// The prompt with what is seen.
struct Asked {
    PromptTokens tokens;
    std::vector<PictureSize> sizes;          ///< of the pictures
    at::Tensor pixels, features, projected;  ///< of their tiles; undefined without pictures
    PictureFeatures packed;
};

/// Everything that can be wrong with the question is found before the weights are loaded: that may take minutes.
Asked askedOf(const Options& options, const CheckpointParts& parts) {
    Asked asked;
    std::vector<std::int64_t> imageTokens;
    if (!options.images.empty()) {
        auto tiles = pictureTiles(options.images, parts.preprocess);
        asked.pixels = tiles.pixels;
        asked.sizes = std::move(tiles.sizes);
        for (const auto& size : asked.sizes)
            imageTokens.push_back(parts.config.pictureTokens(size));
    }
    asked.tokens = tokenise(*parts.tokenizer, parts.chat, options.prompt, options.answer, imageTokens);
    return asked;
}

void look(Asked& asked, const Llava& llava, const Adapter* adapter) {
    if (!asked.pixels.defined())
        return;
    asked.pixels = asked.pixels.to(llava.options());
    asked.features = llava.visionFeatures(asked.pixels, adapter);
    asked.projected = llava.project(asked.features, adapter);
    asked.packed = llava.pack(asked.projected, asked.sizes);
}

/// One row; `count` of the tokens. Labels from `labelled` on.
TokenBatch batchOf(const Asked& asked, std::size_t count, std::size_t labelled) {
    Sample sample{asked.tokens, asked.projected.defined() ? 0 : -1};
    sample.tokens.ids.resize(count);
    sample.tokens.answerBegin = labelled;
    const PictureFeatures together(asked.packed.rows(), {0, asked.packed.begins().back()});
    return collate({&sample}, together, 0);
}

/// Logits at every position, [1, tokens, vocabulary]: one token more is asked about, which the others do not see.
at::Tensor allLogits(const LoadedModel& model, Asked asked, const Adapter* adapter) {
    const at::NoGradGuard noGradients;
    asked.tokens.ids.push_back(model.tokenizer->eos());
    const auto count = asked.tokens.ids.size();
    return model.network->answerLogits(batchOf(asked, count, 1), adapter).logits.unsqueeze(0);
}

struct Scored {
    double loss = 0;
    std::vector<std::int64_t> tokens;
    std::vector<double> logProbabilities;
};

/// How likely the given answer is, closing EOS included. With an adapter its factors get their gradients.
Scored scored(const LoadedModel& model, const Asked& asked, const Adapter* adapter) {
    const auto answers =
        model.network->answerLogits(batchOf(asked, asked.tokens.ids.size(), asked.tokens.answerBegin), adapter);
    const auto loss = meanAnswerLoss(answers);
    if (loss.requires_grad())
        loss.backward();
    Scored result{loss.item<double>(), {}, {}};
    const auto each = at::log_softmax(answers.logits.detach(), -1).gather(1, answers.targets.unsqueeze(1)).cpu();
    const auto targets = answers.targets.cpu();
    for (std::int64_t i = 0; i < each.size(0); ++i) {
        result.tokens.push_back(targets[i].item<std::int64_t>());
        result.logProbabilities.push_back(each[i][0].item<double>());
    }
    return result;
}

/// One row per tile, or for LLaVA-1.6 [pictures, most tiles, 3, size, size], filled with zeros.
at::Tensor pixelsAsTransformers(const Asked& asked, const LlavaConfig& config) {
    auto pixels = asked.pixels.to(at::kFloat).cpu();
    if (config.gridPinpoints.empty())
        return pixels;
    std::int64_t most = 0, first = 0;
    for (const auto& size : asked.sizes)
        most = std::max(most, config.pictureTiles(size));
    const auto count = static_cast<std::int64_t>(asked.sizes.size());
    auto padded = at::zeros({count, most, 3, pixels.size(2), pixels.size(3)});
    for (std::int64_t i = 0; i < count; ++i) {
        const auto tiles = config.pictureTiles(asked.sizes[static_cast<std::size_t>(i)]);
        padded[i].narrow(0, 0, tiles).copy_(pixels.narrow(0, first, tiles));
        first += tiles;
    }
    return padded;
}

NamedTensors dumpOf(const LoadedModel& model, const Asked& asked, const Adapter* adapter) {
    NamedTensors all{{"input_ids", at::tensor(asked.tokens.ids).unsqueeze(0)}};
    if (asked.pixels.defined()) {
        all.emplace_back("pixel_values", pixelsAsTransformers(asked, model.network->config()));
        all.emplace_back("vision_features", asked.features.detach().to(at::kFloat).cpu());
        all.emplace_back("projected", asked.projected.detach().to(at::kFloat).cpu());
        all.emplace_back("image_features", asked.packed.rows().detach().to(at::kFloat).cpu());
    }
    all.emplace_back("logits", allLogits(model, asked, adapter).to(at::kFloat).cpu());
    if (!adapter)
        return all;
    const auto names = adapterTensorNames(*adapter);
    const auto factors = adapter->parameters();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (factors[i].grad().defined())
            all.emplace_back("grad." + names[i], factors[i].grad().to(at::kFloat).cpu());
    return all;
}

void print(const Options& options, const LoadedModel& model, const Asked& asked, const Generated& generated,
           const std::optional<Scored>& score, const std::vector<std::string>& notes) {
    const auto answer = model.tokenizer->decode(generated.tokens.front());
    const auto pieces = [&](const std::vector<std::int64_t>& tokens, const auto& logProbabilities) {
        auto list = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < tokens.size(); ++i)
            list.push_back({{"id", tokens[i]},
                            {"token", model.tokenizer->piece(tokens[i])},
                            {"log_probability", logProbabilities[i]}});
        return list;
    };
    if (options.json) {
        nlohmann::ordered_json all{{"answer", answer},
                                   {"tokens", pieces(generated.tokens.front(), generated.logProbabilities.front())},
                                   {"prompt_tokens", asked.tokens.answerBegin}};
        if (score)
            all["given"] = {{"loss", score->loss}, {"tokens", pieces(score->tokens, score->logProbabilities)}};
        all["notes"] = notes;
        fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
    }
    for (const auto& note : notes)
        fmt::print(stderr, "{}\n", note);
    fmt::print("{}\n", answer);
    if (!score)
        return;
    fmt::print("\nthe given answer: loss {:.6f}\n", score->loss);
    for (std::size_t i = 0; i < score->tokens.size(); ++i)
        fmt::print("  {:>10.5f}  {}\n", score->logProbabilities[i], model.tokenizer->piece(score->tokens[i]));
}

/// Throws ResourceError when the weights cannot fit. The config is one that the files have been held against.
void checkMemory(const fs::path& folder, const LlavaConfig& config, const Precision& precision,
                 const at::Device& device) {
    const auto typeBytes = static_cast<std::int64_t>(c10::elementSize(precision.type));
    const auto needed = memoryNeed(memoryPlan(config, typeBytes, precision.fourBits)).weights;
    if (const auto free = freeBytes(device); free && needed > *free)
        throw resourceError(
            "{}: its weights need {} in {} on {}, and {} are free. Lower the precision (--precision nf4), "
            "or close other programs.",
            folder.string(), shownBytes(needed), precision.name, device.str(), shownBytes(*free));
}

void run(Options options) {
    options.checkpoint = checkpointFolder(options.checkpoint);
    const auto device = openDevice(options.device);
    ConsoleProgress console(options.json);
    const auto precision = precisionOf(options.precision, device.device);
    const auto tensors = at::TensorOptions(precision.type).device(device.device);
    const auto parts = readCheckpointParts(options.checkpoint);
    if (!options.adapter.empty())
        checkAdapter(options.adapter, parts.config);
    auto asked = askedOf(options, parts);
    checkMemory(options.checkpoint, parts.config, precision, device.device);
    const LoadedModel model{
        std::make_unique<Llava>(Llava::load(parts.files, parts.config, tensors, console.function(),
                                            precision.fourBits ? WeightFormat::Nf4 : WeightFormat::Full)),
        parts.tokenizer, parts.chat};
    console.clear();
    std::optional<Adapter> adapter;
    if (!options.adapter.empty())
        adapter = model.network->readAdapter(options.adapter);
    const auto* active = adapter ? &*adapter : nullptr;
    if (adapter && !options.answer.empty() && !options.dump.empty())
        for (auto& factor : adapter->parameters())
            factor.requires_grad_(true);
    look(asked, *model.network, active);
    std::optional<Scored> score;
    if (!options.answer.empty())
        score = scored(model, asked, active);
    if (!options.dump.empty())
        writeSafetensors(options.dump, dumpOf(model, asked, active), {{"made_by", "lacuna " LACUNA_VERSION}});
    const auto prompt = batchOf(asked, asked.tokens.answerBegin, asked.tokens.answerBegin);
    auto notes = parts.notes;
    for (auto& note : pictureNotes(options.images))
        notes.push_back(std::move(note));
    print(options, model, asked, model.network->generate(prompt, options.maxTokens, active, options.sampling), score,
          notes);
}

}  // namespace

void addModelRunCommand(CLI::App& model) {
    auto options = std::make_shared<Options>();
    auto* command = model.add_subcommand("run", "One question to a checkpoint, with or without an adapter");
    command->add_option("DIR", options->checkpoint, "A checkpoint folder in the Hugging Face layout, or \"embedded\"")
        ->required();
    command->add_option("--image", options->images, "A picture; may be repeated");
    command
        ->add_option("--prompt", options->prompt,
                     "The question, put into the model's template; one that holds <image> is used as it is")
        ->required();
    command->add_option("--answer", options->answer, "An answer to score: its loss, and each token's log probability");
    command->add_option("--adapter", options->adapter, "A LoRA adapter folder in PEFT's layout");
    command->add_option("--max-tokens", options->maxTokens, "Longest answer")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command
        ->add_option("--temperature", options->sampling.temperature,
                     "Draw the answer: 1 as likely as the model has it, less = closer to the likeliest; 0 = greedy")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    command
        ->add_option("--top-p", options->sampling.topP,
                     "Draw among the likeliest tokens that have this probability together; goes with --temperature")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str()
        ->needs("--temperature");
    command->add_option("--seed", options->sampling.seed, "Same seed: same draws")->capture_default_str();
    command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
    const auto& precision = specRow("precision");
    command->add_option("--precision", options->precision, precision.help + ": " + precision.choiceIds())
        ->check([&precision](const std::string& value) {
            checkChoice(precision, value);
            return std::string();
        })
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print as JSON, no progress");
    command->add_option(
        "--dump", options->dump,
        "A safetensors file to write: input_ids, pixel_values, vision_features, projected (tile by tile), "
        "image_features (as the decoder reads them), logits, and with --answer and --adapter grad.<PEFT's name>");
    command->callback([options] { run(*options); });
}

}  // namespace lacuna::cli
