// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison.h"
#include "app/cli/run_watch.h"
#include "core/base/error.h"
#include "core/runs/demo_runs.h"

#include <fmt/format.h>

#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    fs::path out = "runs/demo";
    bool all = false, json = false;
    double matchUtility = 0;
};

void demo(const Options& options) {
    const bool json = options.json;
    const auto folder = fs::absolute(options.out).lexically_normal();
    if (fs::exists(folder) && !fs::is_empty(folder))
        throw inputError("{}: is not empty. Choose a new folder with --out, or remove it.", folder.string());
    auto engine = startEngine();
    std::vector<std::uint64_t> commands;
    for (const auto& spec : demoRuns(options.all, options.matchUtility))
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
    command
        ->add_option("--match-utility", options->matchUtility,
                     "Start them all from this share of the original's utility after the first request, see `run`")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--json", options->json, "Events as JSON lines on standard output, no progress");
    command->callback([options] { demo(*options); });
}

}  // namespace lacuna::cli
