// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/error.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/merged_checkpoint.h"
#include "core/runs/run_folder.h"
#include "core/training/loaded_model.h"
#include "core/unlearning/arrangement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    std::vector<fs::path> places;
    fs::path run;
    int stage = -1;
    std::string expert, precision;
    std::optional<double> lambda;
};

const std::map<std::string, at::ScalarType> kTypes{
    {"float32", at::kFloat}, {"bf16", at::kBFloat16}, {"fp16", at::kHalf}};

/// A checkpoint and what is to be added to it.
struct Merge {
    fs::path base;
    CheckpointParts parts;
    std::vector<Adapter> adapters;
    std::function<AdapterMix(const std::vector<Adapter>&)> mix;
};

Adapter adapterOf(const fs::path& folder, const CheckpointParts& parts) {
    return readAdapter(folder, parts.config, at::TensorOptions(at::kFloat));
}

Merge ofFolders(const Options& options) {
    const auto base = checkpointFolder(options.places[0]);
    Merge merge{base, readCheckpointParts(base), {}, {}};
    merge.adapters.push_back(adapterOf(options.places[1], merge.parts));
    merge.mix = [weight = options.lambda.value_or(1)](const std::vector<Adapter>& adapters) {
        return AdapterMix{{adapters.data(), weight}};
    };
    return merge;
}

/// Which requests count: all of them, or behind a gate the one that is named.
std::vector<double> weightsOf(const Options& options, const ServingRow& serving,
                              const std::vector<std::string>& requests) {
    if (options.expert.empty()) {
        if (serving.usesGate)
            throw inputError(
                "{}: a gate decides about each picture who answers, which no checkpoint can hold. Merge what answers "
                "for "
                "one request: --expert {}.",
                options.run.string(), fmt::join(requests, "|"));
        return std::vector<double>(requests.size(), 1);
    }
    const auto found = std::find(requests.begin(), requests.end(), options.expert);
    if (found == requests.end())
        throw inputError("{}: has no request \"{}\" up to stage {}. Known are: {}.", options.run.string(),
                         options.expert, requests.size(), fmt::join(requests, ", "));
    std::vector<double> weights(requests.size(), 0);
    weights[static_cast<std::size_t>(found - requests.begin())] = 1;
    return weights;
}

Merge ofRun(const Options& options) {
    const auto folder = RunFolder::open(fs::absolute(options.run).lexically_normal());
    const auto spec = folder.readSpec();
    const auto combination = combinationOf(choicesOf(spec));
    if (!combination.arrangement->trains)
        throw inputError("{}: {} trains nothing, so there is nothing to merge.", options.run.string(),
                         combination.method->name);
    const auto manifest = readManifest(folder);
    const int last = static_cast<int>(manifest.sealed.size()) - 1;
    const int stage = options.stage < 0 ? last : options.stage;
    if (stage < 1 || stage > last)
        throw inputError("{}: stage {} is not among those that are whole, 1 to {}.", options.run.string(), stage,
                         std::max(last, 0));
    auto values = combinationParameters(combination, spec.preset, spec.parameters);
    if (options.lambda) {
        if (!findParameter(combination.arrangement->parameters, "lambda"))
            throw inputError("{}: arrangement {} has no lambda. Leave --lambda out.", options.run.string(),
                             combination.arrangement->id);
        values["lambda"] = *options.lambda;
        checkedParameters(combination.parameters, values, "--lambda");
    }
    std::shared_ptr<const Arrangement> arrangement = makeArrangement(combination.arrangement->id, values);
    std::vector<std::string> requests(manifest.requests.begin(), manifest.requests.begin() + stage);
    const auto weights = weightsOf(options, *combination.serving, requests);
    requirePlaces(spec, folder.path);
    const auto base = checkpointFolder(spec.model);
    Merge merge{base, readCheckpointParts(base), {}, {}};
    for (const auto& adapter : arrangement->adapterFolders(requests))
        merge.adapters.push_back(adapterOf(folder.path / adapter, merge.parts));
    merge.mix = [arrangement, weights](const std::vector<Adapter>& adapters) {
        return arrangement->mix(adapters, weights);
    };
    return merge;
}

void mergeCheckpoint(const Options& options) {
    const bool ofARun = !options.run.empty();
    if (options.places.size() != (ofARun ? 1 : 3))
        throw inputError(
            "`lacuna model merge` takes BASE ADAPTER OUT, or --run RUN and OUT; {} place{} given. See --help.",
            options.places.size(), options.places.size() == 1 ? " was" : "s were");
    if (!ofARun && (options.stage >= 0 || !options.expert.empty()))
        throw inputError("--stage and --expert are of a run: name it with --run.");
    const auto& out = options.places.back();
    const auto merge = ofARun ? ofRun(options) : ofFolders(options);
    std::optional<at::ScalarType> type;
    if (!options.precision.empty())
        type = kTypes.at(options.precision);
    ConsoleProgress progress;
    writeMergedCheckpoint(merge.parts.files, merge.parts.config, merge.mix(merge.adapters), type, out,
                          progress.function());
    progress.clear();
    fmt::print("{}\n", out.string());
}

}  // namespace

void addModelMergeCommand(CLI::App& model) {
    auto options = std::make_shared<Options>();
    auto* command = model.add_subcommand(
        "merge", "Write a checkpoint with an adapter, or a run's stage, in its weights, as transformers opens it");
    command
        ->add_option(
            "PLACES", options->places,
            "BASE (a checkpoint folder or \"embedded\"), ADAPTER (in PEFT's layout) and the new folder OUT; with "
            "--run, OUT alone")
        ->required();
    command->add_option("--run", options->run, "Merge what answers in this run");
    command->add_option("--stage", options->stage, "After which request (default: the last)");
    command->add_option("--expert", options->expert,
                        "Of a run with a gate, which no checkpoint can hold: what answers for this request");
    command->add_option("--lambda", options->lambda,
                        "Weight of the adapter (default: 1); of a run with merged experts, another than its own");
    command
        ->add_option("--precision", options->precision,
                     "Type of the weights: float32, bf16, fp16 (default: that of the base)")
        ->check([](const std::string& value) {
            return kTypes.contains(value) ? std::string() : "expected float32, bf16 or fp16";
        });
    command->callback([options] { mergeCheckpoint(*options); });
}

}  // namespace lacuna::cli
