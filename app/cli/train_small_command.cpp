// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/interruption.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/images/picture.h"
#include "core/runs/spec_rows.h"
#include "core/training/recipe.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    std::string benchmark = "embedded", images = "auto";
    fs::path out = "small-llava";
    std::uint64_t seed = 1;
    int threads = 0;
    bool asReleased = false, json = false;
};

void train(const Options& options) {
    if (options.threads > 0)
        at::set_num_threads(options.threads);
    ConsoleProgress console(options.json);
    const auto benchmark = openBenchmark(options.benchmark, options.images, options.asReleased, console.function());
    std::vector<fs::path> pictures;
    for (const auto& entity : benchmark.entities)
        for (const auto& view : entity.views)
            pictures.push_back(benchmark.imagePath(view));
    for (const auto& note : pictureNotes(pictures, console.function())) {
        console.clear();
        fmt::print(stderr, "{}\n", note);
    }
    auto recipe = recipeFor(benchmark);
    recipe.seed = options.seed;
    const auto result = [&] {
        try {
            return trainSmallModel(benchmark, recipe, options.out, console.function());
        } catch (const Cancelled&) {
            console.clear();
            const bool kept = std::filesystem::exists(recipeCheckpointFile(options.out));
            fmt::print(stderr, "{}\n",
                       kept ? "The training so far is kept: the same call goes on." : "Nothing was trained yet.");
            throw;
        }
    }();
    console.clear();
    if (options.json) {
        nlohmann::ordered_json all{{"model", options.out.string()}, {"parameters", result.parameters},
                                   {"exact", result.exact},         {"rouge_l", result.rougeL},
                                   {"asked", result.asked},         {"seconds", result.seconds}};
        if (result.towerAccuracy)
            all["tower_accuracy"] = *result.towerAccuracy;
        fmt::print("{}\n", all.dump(2));
        return;
    }
    fmt::print("{}: {:.2f} M parameters, made in {}\n", options.out.string(),
               static_cast<double>(result.parameters) / 1e6, duration(result.seconds));
    if (result.towerAccuracy)
        fmt::print("the tower tells {:.1f} % of held-out views apart\n", 100 * *result.towerAccuracy);
    fmt::print("asked {} times on held-out views, all phrasings: {:.1f} % exactly right, ROUGE-L {:.3f}\n",
               result.asked, 100 * result.exact, result.rougeL);
}

}  // namespace

void addTrainSmallCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "train-small",
        "Make the small model from nothing: teach the tower names, then questions and answers. Interrupted with "
        "Ctrl+C, the same call goes on.");
    command->add_option("--benchmark", options->benchmark, specRow("benchmark").help)->capture_default_str();
    command->add_option("--images", options->images, "What the model is shown: " + specRow("images").choiceIds())
        ->capture_default_str();
    command->add_flag("--as-released", options->asReleased, specRow("as_released").help);
    command->add_option("--out", options->out, "Folder of the model")->capture_default_str();
    command->add_option("--seed", options->seed, "Same seed and threads, same bits")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--threads", options->threads, "0 = one per core")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the result as JSON, no progress");
    command->callback([options] { train(*options); });
}

}  // namespace lacuna::cli
