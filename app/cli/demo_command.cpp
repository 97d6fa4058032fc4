// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison.h"
#include "app/cli/run_watch.h"
#include "core/base/error.h"
#include "core/runs/demo_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    fs::path out = "runs/demo";
    bool all = false, json = false;
    std::vector<std::string> only;
    double matchUtility = 0;
};

/// Of the demo's runs those of the methods asked for, or all. Throws InputError for one that is not among them.
std::vector<RunSpec> chosenRuns(const Options& options) {
    auto runs = demoRuns(options.all, options.matchUtility);
    for (const auto& method : options.only)
        if (std::none_of(runs.begin(), runs.end(), [&](const auto& spec) { return spec.name == method; }))
            throw inputError("The demo has no run \"{}\". It has: {}.", method, [&] {
                std::string names;
                for (const auto& spec : runs)
                    names += (names.empty() ? "" : ", ") + spec.name;
                return names;
            }());
    if (!options.only.empty())
        std::erase_if(runs, [&](const auto& spec) {
            return std::find(options.only.begin(), options.only.end(), spec.name) == options.only.end();
        });
    return runs;
}

void demo(const Options& options) {
    const bool json = options.json;
    const auto folder = fs::absolute(options.out).lexically_normal();
    if (fs::exists(folder) && !fs::is_empty(folder))
        throw inputError("{}: is not empty. Choose a new folder with --out, or remove it.", folder.string());
    auto engine = startEngine();
    std::vector<std::uint64_t> commands;
    for (const auto& spec : chosenRuns(options))
        commands.push_back(engine->send(command::Start{spec, folder}));
    const auto finished = watchRuns(*engine, commands, {json});
    engine.reset();
    if (json)
        return;
    printComparison({finished}, TableFormat::Plain);
#ifdef LACUNA_FIGURES
    writeComparisonFigures({finished}, folder / "figures");
    fmt::print("\nfigures: {}\n", (folder / "figures").string());
#endif
    fmt::print("runs:    {}\nNext: lacuna compare {} --markdown · lacuna probe {} --entity NAME\n", folder.string(),
               folder.string(), finished.empty() ? folder.string() : finished.back().string());
}

}  // namespace

void addDemoCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("demo", "Run the demo comparison: MLUBench's methods over the embedded benchmark (minutes)");
    command->add_option("--out", options->out, "A new folder for the runs and figures")->capture_default_str();
    command->add_flag("--all", options->all, "Every method and control that Lacuna knows (half an hour and more)");
    command->add_option("--only", options->only, "Only these of its runs, e.g. lumoe")->delimiter(',');
    command
        ->add_option("--match-utility", options->matchUtility,
                     "Start them all from this share of the original's utility after the first request, see `run`")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--json", options->json, "Events as JSON lines on standard output, no progress");
    command->callback([options] { demo(*options); });
}

}  // namespace lacuna::cli
