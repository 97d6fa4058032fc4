// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/run_watch.h"
#include "app/cli/set_option.h"
#include "app/cli/spec_options.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_branch.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

/// What the command line says on top of a spec file.
struct Options {
    std::shared_ptr<std::map<std::string, std::string>> fields =
        std::make_shared<std::map<std::string, std::string>>();  ///< by id of their row
    std::string specFile, requests, extend, branch;
    std::vector<std::string> values, gateValues, judgeValues;
    std::optional<double> matchUtility;
    fs::path out;
    bool json = false;
};

RunSpec specOf(const Options& options) {
    RunSpec spec;
    if (!options.specFile.empty())
        spec = withoutProvenance(located(runSpecFromJson(readFile(options.specFile, 1 << 24), options.specFile),
                                         fs::absolute(options.specFile).parent_path()));
    spec.title.clear();  // that of another run
    std::vector<SpecRequest> requests;
    if (!options.requests.empty())
        requests = requestsFromFile(options.requests);
    if (!options.extend.empty() && requests.empty())
        throw inputError("--extend {}: say what is to be forgotten next with --requests FILE.", options.extend);
    if (const auto& parent = options.extend.empty() ? options.branch : options.extend; !parent.empty())
        spec = branchedSpec(branchPoint(parent), requests);
    else if (!requests.empty())
        spec.requests = requests;
    setFields(spec, *options.fields);
    takeValues("--set", options.values, spec.parameters);
    if (options.matchUtility)
        spec.parameters["match_utility"] = *options.matchUtility;
    takeValues("--gate-set", options.gateValues, spec.gateParameters);
    takeValues("--judge-set", options.judgeValues, spec.judgeParameters);
    spec.name = runPlace(options.out).name;
    return checkedRunSpec(spec);
}

void run(const Options& options) {
    startAndWatch(specOf(options), runPlace(options.out).runs, options.json);
}

}  // namespace

void addRunCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "Run one method over the sequence of requests and measure every stage");
    command->add_option("--out", options->out, "The run's new folder, e.g. runs/lumoe")->required();
    command->add_option("--spec", options->specFile, "A spec.json to start from; other options override it");
    addSpecOptions(*command, options->fields, [](const SpecRow&) { return true; });
    command->add_option("--set", options->values, "A parameter on top of the preset, NAME=NUMBER; may be repeated");
    command->add_option(
        "--match-utility", options->matchUtility,
        "The same as --set match_utility=: search the learning rates at which this share of the original "
        "model's utility is left after the first request, e.g. 0.8");
    command->add_option("--gate-set", options->gateValues, "A parameter of the gate, NAME=NUMBER; may be repeated");
    command->add_option("--judge-set", options->judgeValues, "A parameter of the judge, NAME=NUMBER; may be repeated");
    command->add_option("--requests", options->requests,
                        "Own requests in place of the benchmark's: a JSON list of {\"name\", \"forget\": [entities], "
                        "\"retain\": [entities]}");
    auto* extend = command
                       ->add_option("--extend", options->extend,
                                    "Go on from the last stage of this run with the requests of --requests")
                       ->excludes("--spec");
    command
        ->add_option(
            "--branch", options->branch,
            "RUN@STAGE: go on from that stage, with --requests or what that run had left, and other settings. Where "
            "nothing was left, its adapters are measured otherwise: --set lambda=… of a merged run, --serve, "
            "--plan, --judge")
        ->excludes("--spec")
        ->excludes(extend);
    command->add_flag("--json", options->json, "Events as JSON lines on standard output, no progress");
    command->callback([options] { run(*options); });
}

void addResumeCommand(CLI::App& app) {
    auto folder = std::make_shared<fs::path>();
    auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("resume", "Go on with a stopped or killed run from its last checkpoint");
    command->add_option("DIR", *folder, "The run folder")->required();
    command->add_flag("--json", *json, "Events as JSON lines on standard output, no progress");
    command->callback([folder, json] {
        auto engine = startEngine();
        for (const auto& path :
             watchRuns(*engine, {engine->send(command::Resume{fs::absolute(*folder).lexically_normal()})}, {*json}))
            if (!*json)
                fmt::print("{}\n", path.string());
    });
}

}  // namespace lacuna::cli
