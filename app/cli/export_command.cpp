// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/runs/mlubench_results.h"
#include "core/runs/run_reader.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    fs::path run, out;
    std::string format;
    int stage = -1;
};

/// "task_A_after_C_forget.json": one file per stage, task and half of the request.
void exportRun(const Options& options) {
    const auto run = readRun(options.run, {.only = {AnswerRow::table}});
    if (options.stage >= run.stages)
        throw inputError("{}: stage {} is not measured; its stages are 0 to {}.", options.run.string(), options.stage,
                         run.stages - 1);
    std::error_code code;
    fs::create_directories(options.out, code);
    if (code)
        throw fileError(options.out, code);
    int files = 0;
    for (int stage = std::max(options.stage, 0); stage < (options.stage < 0 ? run.stages : options.stage + 1); ++stage)
        for (std::size_t task = 0; task < run.requests.size(); ++task)
            for (const auto split : {Split::Forget, Split::Retain}) {
                const auto& entities =
                    split == Split::Forget ? run.requests[task].forgetEntities : run.requests[task].retainEntities;
                if (entities.empty())
                    continue;
                const auto after = stage == 0 ? std::string("original")
                                              : "after_" + run.requests[static_cast<std::size_t>(stage) - 1].name;
                const auto name = fmt::format("task_{}_{}_{}.json", run.requests[task].name, after, splitId(split));
                writeFileAtomically(options.out / name, mluBenchResults(run, stage, static_cast<int>(task), split));
                ++files;
            }
    fmt::print("{} files in {}\n", files, options.out.string());
}

}  // namespace

void addExportCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("export", "Write a run's answers as another project's files");
    command->add_option("RUN", options->run, "A run folder or run.h5")->required();
    command->add_option("--as", options->format, "mlubench: result files that MLUBench's own metrics read")
        ->required()
        ->check(CLI::IsMember({"mlubench"}));
    command->add_option("--out", options->out, "The folder they go into; files of the same names are replaced")
        ->required();
    command->add_option("--stage", options->stage, "One stage alone (0 = the original model; default: all)")
        ->check(CLI::NonNegativeNumber);
    command->callback([options] { exportRun(*options); });
}

}  // namespace lacuna::cli
