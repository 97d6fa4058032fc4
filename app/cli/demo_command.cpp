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

void demo(const fs::path& out, bool json) {
    const auto folder = fs::absolute(out).lexically_normal();
    if (fs::exists(folder) && !fs::is_empty(folder))
        throw inputError("{}: is not empty. Choose a new folder with --out, or remove it.", folder.string());
    auto engine = startEngine();
    std::vector<std::uint64_t> commands;
    for (const auto& spec : demoRuns())
        commands.push_back(engine->send(command::Start{spec, folder}));
    const auto finished = watchRuns(*engine, commands, {json});
    engine.reset();
    if (json)
        return;
    printComparison(finished, TableFormat::Plain);
#ifdef LACUNA_FIGURES
    writeComparisonFigures(finished, folder / "figures");
    fmt::print("\nfigures: {}\n", (folder / "figures").string());
#endif
    fmt::print("runs:    {}\nNext: lacuna compare {} --markdown · lacuna probe {} --entity NAME\n", folder.string(),
               folder.string(), finished.empty() ? folder.string() : finished.back().string());
}

}  // namespace

void addDemoCommand(CLI::App& app) {
    auto out = std::make_shared<fs::path>("runs/demo");
    auto json = std::make_shared<bool>(false);
    auto* command =
        app.add_subcommand("demo", "Run the demo comparison: MLUBench's methods over the embedded benchmark (minutes)");
    command->add_option("--out", *out, "A new folder for the runs and figures")->capture_default_str();
    command->add_flag("--json", *json, "Events as JSON lines on standard output, no progress");
    command->callback([out, json] { demo(*out, *json); });
}

}  // namespace lacuna::cli
