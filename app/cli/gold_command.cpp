// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/set_option.h"
#include "app/cli/spec_options.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/training/recipe.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

/// What `lacuna train-small` took on 2 idle cores (datasets/MODEL_CARD.md).
constexpr double kMinutesEach = 5.5;
/// Rows of the spec that say what is measured and by what.
constexpr std::array kMeasured{"order",  "judge",     "plan",    "metrics",    "model",
                               "images", "benchmark", "threads", "as_released"};

struct Options {
    std::shared_ptr<std::map<std::string, std::string>> fields = std::make_shared<std::map<std::string, std::string>>();
    std::vector<std::string> stages, judgeValues;
    std::string requests;
    std::uint64_t recipeSeed = 1;
    fs::path out;
    bool json = false;
};

/// What is not to be seen after each request of the sequence.
std::vector<std::set<int>> leftOutAfter(const Benchmark& benchmark, const RunSpec& spec) {
    auto all = benchmark.requests;
    if (!spec.requests.empty())
        all.clear();
    for (const auto& one : spec.requests)
        all.push_back(ownRequest(benchmark, one.name, one.forget, one.retain));
    std::vector<std::set<int>> stages;
    std::set<int> soFar;
    for (const auto& name : orderNames(all, spec.order)) {
        const auto& forgotten = all[static_cast<std::size_t>(requestIndex(all, name))].forgetEntities;
        soFar.insert(forgotten.begin(), forgotten.end());
        stages.push_back(soFar);
    }
    return stages;
}

/// Makes what is not there yet.
std::vector<fs::path> goldModels(const Options& options, const RunSpec& spec) {
    ConsoleProgress console(options.json);
    const auto benchmark = openBenchmark(spec.benchmark, spec.images, spec.asReleased, console.function());
    auto recipe = recipeFor(benchmark);
    recipe.seed = options.recipeSeed;
    std::vector<RecipeOptions> wanted;
    std::vector<fs::path> folders;
    for (auto& leftOut : leftOutAfter(benchmark, spec)) {
        recipe.leftOut = std::move(leftOut);
        wanted.push_back(recipe);
        folders.push_back(keptModelFolder(benchmark, recipe));
    }
    const auto missing = std::count_if(folders.begin(), folders.end(), [](const auto& one) { return !isMade(one); });
    if (missing > 0 && !options.json)
        fmt::print(stderr,
                   "{} of {} models are to be made, each in about {} minutes on 2 cores. They are kept for later runs "
                   "in {}.\n",
                   missing, folders.size(), kMinutesEach, folders.front().parent_path().string());
    for (std::size_t t = 0; t < folders.size(); ++t) {
        if (isMade(folders[t]))
            continue;
        try {
            const auto result = trainSmallModel(benchmark, wanted[t], folders[t], console.function());
            console.clear();
            if (!options.json)
                fmt::print(stderr,
                           "model {} of {}, without {} entities: made in {}; {:.1f} % exactly right about the others\n",
                           t + 1, folders.size(), wanted[t].leftOut.size(), duration(result.seconds),
                           100 * result.exact);
        } catch (const Cancelled&) {
            console.clear();
            fmt::print(stderr, "What was made so far is kept: the same call goes on.\n");
            throw;
        }
    }
    return folders;
}

void makeAndMeasure(const Options& options) {
    const auto place = runPlace(options.out);
    RunSpec spec;
    spec.method = goldMethod().id;
    spec.name = place.name;
    if (!options.requests.empty())
        spec.requests = requestsFromFile(options.requests);
    setFields(spec, *options.fields);
    takeValues("--judge-set", options.judgeValues, spec.judgeParameters);
    if (fs::exists(options.out))
        throw inputError("{}: is already there. Choose another folder, or remove it.", options.out.string());
    if (spec.threads > 0)
        at::set_num_threads(spec.threads);
    if (options.stages.empty())
        spec.stages = goldModels(options, spec);
    else
        spec.stages.assign(options.stages.begin(), options.stages.end());
    startAndWatch(checkedRunSpec(located(spec, {})), place.runs, options.json);
}

}  // namespace

void addGoldCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "gold", "Train the small model anew without the forgotten, after each request, and measure that as a run");
    command->add_option("--out", options->out, "The run's new folder, e.g. runs/gold")->required();
    addSpecOptions(*command, options->fields, [](const SpecRow& row) {
        return std::find(kMeasured.begin(), kMeasured.end(), row.id) != kMeasured.end();
    });
    command->add_option("--judge-set", options->judgeValues, "A parameter of the judge, NAME=NUMBER; may be repeated");
    command->add_option("--requests", options->requests,
                        "What is to be forgotten, in place of the benchmark's requests: a JSON list of "
                        "{\"name\", \"forget\": [entities], \"retain\": [entities]}");
    command->add_option("--recipe-seed", options->recipeSeed, "Seed of the training; 1 made the embedded model")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--stages", options->stages,
                     "For a large model: folders of models that were retrained elsewhere, one per request, parted by "
                     "commas; nothing is trained then")
        ->delimiter(',');
    command->add_flag("--json", options->json, "Events as JSON lines on standard output, no progress");
    command->footer(
        "A model that never saw an entity is the one honest reference of having forgotten it. Models are kept by what "
        "they were taught, in the cache folder, and made once; interrupted with Ctrl+C, the same call goes on. Beside "
        "such a run `lacuna compare` shows how far the others are from it.");
    command->callback([options] { makeAndMeasure(*options); });
}

}  // namespace lacuna::cli
