// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/run_watch.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/number.h"
#include "core/runs/run_branch.h"

#include <fmt/format.h>

#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

/// What the command line says on top of a spec file; empty = not said.
struct Said {
    std::string specFile, model, benchmark, images, requests, extend, branch, order, method, preset, gate, judge, train,
        phrasings, plan, device, precision;
    std::vector<std::string> values, gateValues, judgeValues;
    std::optional<std::uint64_t> seed;
    int threads = 0;
    fs::path out;
    bool gradientCheckpointing = false, asReleased = false, json = false;
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
    const auto take = [](const std::string& value, std::string& field) {
        if (!value.empty())
            field = value;
    };
    // Another method's parameters do not carry over from the file.
    if (!said.method.empty() && said.method != spec.method)
        spec.parameters.clear();
    if (!said.gate.empty() && said.gate != spec.gate)
        spec.gateParameters.clear();
    if (!said.judge.empty() && said.judge != spec.judge)
        spec.judgeParameters.clear();
    take(said.model, spec.model);
    take(said.benchmark, spec.benchmark);
    take(said.images, spec.images);
    take(said.method, spec.method);
    take(said.preset, spec.preset);
    take(said.gate, spec.gate);
    take(said.judge, spec.judge);
    take(said.train, spec.train);
    take(said.phrasings, spec.trainPhrasings);
    take(said.plan, spec.plan);
    take(said.device, spec.device);
    take(said.precision, spec.precision);
    if (!said.order.empty())
        spec.order = {said.order};  // split by the engine, which knows the benchmark's names
    spec.asReleased = spec.asReleased || said.asReleased;
    spec.gradientCheckpointing = spec.gradientCheckpointing || said.gradientCheckpointing;
    if (said.seed)
        spec.seed = *said.seed;
    if (said.threads > 0)
        spec.threads = said.threads;
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
    command->add_option("--method", said->method, "One of `lacuna methods` (default: lumoe)");
    command->add_option("--preset", said->preset, "Named values of the method (default: small)");
    command->add_option("--set", said->values, "A parameter on top of the preset, NAME=NUMBER; may be repeated");
    command->add_option_function<std::string>(
        "--order",
        [said](const std::string& order) {
            if (order.empty())
                throw inputError("--order \"\": names no request. Leave it out for the benchmark's own order.");
            said->order = order;
        },
        "Requests in the order they arrive: CABD, or C,A,B,D");
    command->add_option("--requests", said->requests,
                        "Own requests in place of the benchmark's: a JSON list of {\"name\", \"forget\": [entities], "
                        "\"retain\": [entities]}");
    auto* extend = command->add_option("--extend", said->extend,
                                       "Go on from the last stage of this run with the requests of --requests");
    command
        ->add_option("--branch", said->branch,
                     "RUN@STAGE: go on from that stage, with --requests or what that run had left, and other settings")
        ->excludes(extend);
    command->add_option("--gate", said->gate, "Of methods with experts: prototype or oracle");
    command->add_option("--gate-set", said->gateValues, "A parameter of the gate, NAME=NUMBER; may be repeated");
    command->add_option("--judge", said->judge, "Who says what an answer shows: rubric");
    command->add_option("--judge-set", said->judgeValues, "A parameter of the judge, NAME=NUMBER; may be repeated");
    command->add_option("--spec", said->specFile, "A spec.json to start from; other options override it")
        ->excludes("--extend")
        ->excludes("--branch");
    command->add_option("--model", said->model, "\"embedded\", or a checkpoint folder");
    command->add_option("--benchmark", said->benchmark, "\"embedded\", or a folder in MLUBench's layout");
    command->add_option("--images", said->images, "auto, photos, or surrogate (drawn stand-ins)");
    command->add_flag("--as-released", said->asReleased, asReleasedHelp);
    command->add_option(
        "--train", said->train,
        "What is trained: language (LoRA on the decoder), vision (tower and projector themselves), or both");
    command->add_option("--train-phrasings", said->phrasings,
                        "Unlearn on the first phrasing of each question, or on all");
    command->add_option("--plan", said->plan, "Evaluation: default (two held-out views), or full");
    command->add_option("--seed", said->seed, "Same spec, seed and threads: same numbers (default: 42)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--threads", said->threads, "0 = one per core")->check(CLI::NonNegativeNumber);
    command->add_option("--device", said->device, "auto, cpu, cuda or cuda:N");
    command->add_option("--precision", said->precision,
                        "auto (float32 on the CPU, bf16 on a GPU), float32, bf16, fp16, or nf4 (the decoder's linears "
                        "in 4 bits)");
    command->add_flag("--gradient-checkpointing", said->gradientCheckpointing,
                      "Keep each layer's input alone while training: less memory, about a third more time");
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
