// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/run_watch.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/number.h"
#include "core/runs/run_branch.h"
#include "core/runs/spec_rows.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

/// What the command line says on top of a spec file.
struct Said {
    std::map<std::string, std::string> fields;  ///< by id of their row
    std::string specFile, requests, extend, branch;
    std::vector<std::string> values, gateValues, judgeValues;
    fs::path out;
    bool json = false;
};

void takeValues(const char* option, const std::vector<std::string>& values, ParameterValues& into) {
    for (const auto& text : values) {
        const auto equals = text.find('=');
        const auto value =
            equals == std::string::npos ? std::nullopt : numberFrom<double>(std::string_view(text).substr(equals + 1));
        if (!value || equals == 0)
            throw inputError("{} {}: expected NAME=NUMBER, e.g. --set lr=0.001.", option, text);
        into[text.substr(0, equals)] = *value;
    }
}

RunSpec specOf(const Said& said) {
    RunSpec spec;
    if (!said.specFile.empty())
        spec = withoutProvenance(located(runSpecFromJson(readFile(said.specFile, 1 << 24), said.specFile),
                                         fs::absolute(said.specFile).parent_path()));
    std::vector<SpecRequest> requests;
    if (!said.requests.empty())
        requests = requestsFromJson(readFile(said.requests, 1 << 24), said.requests);
    if (!said.extend.empty() && requests.empty())
        throw inputError("--extend {}: say what is to be forgotten next with --requests FILE.", said.extend);
    if (const auto& parent = said.extend.empty() ? said.branch : said.extend; !parent.empty())
        spec = branchedSpec(branchPoint(parent), requests);
    else if (!requests.empty())
        spec.requests = requests;
    for (const auto& [id, value] : said.fields)
        setField(spec, specRow(id), value);
    takeValues("--set", said.values, spec.parameters);
    takeValues("--gate-set", said.gateValues, spec.gateParameters);
    takeValues("--judge-set", said.judgeValues, spec.judgeParameters);
    const auto folder = fs::absolute(said.out).lexically_normal();
    spec.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    return checkedRunSpec(spec);
}

void run(const Said& said) {
    const auto spec = specOf(said);
    const auto folder = fs::absolute(said.out).lexically_normal();
    const auto parent = (folder.has_filename() ? folder : folder.parent_path()).parent_path();
    auto engine = startEngine(spec.threads);
    const auto finished = watchRuns(*engine, {engine->send(command::Start{spec, parent})}, {said.json});
    if (!said.json)
        for (const auto& path : finished)
            fmt::print("{}\nNext: lacuna compare {} · lacuna probe {} --entity NAME\n", path.string(), path.string(),
                       path.string());
}

}  // namespace

void addRunCommand(CLI::App& app) {
    auto said = std::make_shared<Said>();
    auto* command = app.add_subcommand("run", "Run one method over the sequence of requests and measure every stage");
    command->add_option("--out", said->out, "The run's new folder, e.g. runs/lumoe")->required();
    command->add_option("--spec", said->specFile, "A spec.json to start from; other options override it");
    for (const auto& row : specRows()) {
        const auto take = [said, id = row.id](const std::string& value) { said->fields[id] = value; };
        if (row.kind == SpecRow::Kind::Flag)
            command->add_flag_callback(
                row.option(), [take] { take("true"); }, row.optionHelp());
        else
            command->add_option_function<std::string>(row.option(), take, row.optionHelp());
    }
    command->add_option("--set", said->values, "A parameter on top of the preset, NAME=NUMBER; may be repeated");
    command->add_option("--gate-set", said->gateValues, "A parameter of the gate, NAME=NUMBER; may be repeated");
    command->add_option("--judge-set", said->judgeValues, "A parameter of the judge, NAME=NUMBER; may be repeated");
    command->add_option("--requests", said->requests,
                        "Own requests in place of the benchmark's: a JSON list of {\"name\", \"forget\": [entities], "
                        "\"retain\": [entities]}");
    auto* extend = command
                       ->add_option("--extend", said->extend,
                                    "Go on from the last stage of this run with the requests of --requests")
                       ->excludes("--spec");
    command
        ->add_option("--branch", said->branch,
                     "RUN@STAGE: go on from that stage, with --requests or what that run had left, and other settings")
        ->excludes("--spec")
        ->excludes(extend);
    command->add_flag("--json", said->json, "Events as JSON lines on standard output, no progress");
    command->callback([said] { run(*said); });
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
