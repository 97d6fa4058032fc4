// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_watch.h"
#include "app/cli/set_option.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/unicode.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/runs/run_folder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <deque>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    fs::path run, image;
    std::string entity, question;
    int stage = -1;
    std::vector<std::string> values;
    ParameterValues parameters;  ///< what `values` says
    bool json = false;
};

const Entity& entityOf(const Benchmark& benchmark, const std::string& wanted) {
    std::vector<std::string> known;
    const Entity* alike = nullptr;
    for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
        for (const auto& entity : *entities) {
            if (entity.id == wanted || entity.name == wanted)
                return entity;
            if (comparable(entity.id) == comparable(wanted) || comparable(entity.name) == comparable(wanted))
                alike = &entity;
            known.push_back(entity.name);
        }
    if (alike)
        return *alike;
    auto near = nearestWord(wanted, known);
    // A part of a name, perhaps misspelt, stands for the whole.
    for (auto name = known.begin(); near.empty() && name != known.end(); ++name)
        for (std::size_t begin = 0, end = 0; end < name->size(); begin = end + 1) {
            end = std::min(name->find(' ', begin), name->size());
            if (!nearestWord(wanted, {name->substr(begin, end - begin)}).empty())
                near = *name;
        }
    throw inputError(
        "There is no entity \"{}\" in {}. {}", wanted, benchmark.title,
        near.empty() ? "The window's list of entities shows all names." : fmt::format("Did you mean \"{}\"?", near));
}

const View& firstHeldOut(const Entity& entity) {
    const auto held = std::find_if(entity.views.begin(), entity.views.end(), [](const View& v) { return v.heldOut; });
    return held == entity.views.end() ? entity.views.front() : *held;
}

/// What is asked: one question of one's own, or all of the entity's in their first phrasing.
std::vector<command::Probe> probesOf(const Options& options, const Benchmark& benchmark,
                                     const std::vector<int>& stages) {
    std::vector<command::Probe> probes;
    const Entity* entity = options.entity.empty() ? nullptr : &entityOf(benchmark, options.entity);
    if (!entity && options.image.empty())
        throw inputError("Say which picture is meant: --entity NAME, or --image FILE.");
    if (!entity && options.question.empty())
        throw inputError("Say what to ask about the picture: --question TEXT.");
    const auto image = options.image.empty() ? benchmark.imagePath(firstHeldOut(*entity)) : fs::absolute(options.image);
    for (const int stage : stages) {
        if (!options.question.empty())
            probes.push_back({options.run, stage, image, options.question, "", options.parameters});
        else
            for (const auto& question : entity->questions)
                probes.push_back(
                    {options.run, stage, image, question.phrasings.front(), question.answer, options.parameters});
        // A question of the benchmark is judged even when it is typed by hand.
        if (!options.question.empty() && entity)
            for (const auto& question : entity->questions)
                if (std::any_of(question.phrasings.begin(), question.phrasings.end(), [&](const auto& phrasing) {
                        return comparable(phrasing) == comparable(options.question);
                    }))
                    probes.back().truth = question.answer;
    }
    return probes;
}

void print(const AnswerRow& row, bool json) {
    if (json) {
        nlohmann::ordered_json all{
            {"stage", row.stage}, {"question", row.question}, {"answer", row.answer}, {"truth", row.truth}};
        if (!row.truth.empty()) {
            all["verdict"] = row.verdict ? nlohmann::ordered_json(verdictRow(*row.verdict).id) : nullptr;
            all["probability"] = row.probability;
            all["rouge_l"] = row.rougeL;
        }
        if (!row.gateChoice.empty()) {
            all["gate"] = {{"choice", row.gateChoice},
                           {"score", row.gateScore},
                           {"threshold", row.gateThreshold},
                           {"abstained", row.abstained}};
            for (const auto& near : row.nearest)
                all["gate"]["nearest"].push_back({{"entity", near.entity}, {"score", near.score}});
        }
        fmt::print("{}\n", all.dump());
        return;
    }
    fmt::print("stage {}  {}\n         {}", row.stage, row.question, row.answer.empty() ? "(no answer)" : row.answer);
    if (!row.truth.empty())
        fmt::print("   [{}; truth: {}; p {:.2f}]",
                   row.verdict ? fmt::format("{} {}", verdictRow(*row.verdict).sign, verdictRow(*row.verdict).id)
                               : "not judged",
                   row.truth, row.probability);
    if (!row.gateChoice.empty())
        fmt::print("   [{}; score {:.2f}, threshold {:.2f}]", row.gateChoice, row.gateScore, row.gateThreshold);
    fmt::print("\n");
}

void probe(Options options) {
    options.run = fs::absolute(options.run).lexically_normal();
    takeValues("--set", options.values, options.parameters);
    const auto folder = RunFolder::open(options.run);
    const auto spec = folder.readSpec();
    const auto sealed = static_cast<int>(readManifest(folder).sealed.size());
    std::vector<int> stages;
    for (int stage = 0; stage < sealed; ++stage)
        if (options.stage < 0 || options.stage == stage)
            stages.push_back(stage);
    if (sealed == 0)
        throw inputError("{}: no stage of it is finished yet. Wait for its run, or go on with `lacuna resume`.",
                         options.run.string());
    if (stages.empty())
        throw inputError("{}: stage {} is not there; stages 0 to {} are.", options.run.string(), options.stage,
                         sealed - 1);
    requirePlaces(spec, options.run);
    ConsoleProgress console(options.json);
    const auto benchmark = openBenchmark(spec.benchmark, spec.images, spec.asReleased, console.function());
    auto engine = startEngine(spec.threads);
    std::vector<std::uint64_t> waiting;
    for (auto& one : probesOf(options, benchmark, stages))
        waiting.push_back(engine->send(std::move(one)));
    while (!waiting.empty()) {
        interruptionPoint();
        engine->waitForEvents(100);
        for (const auto& event : engine->takeEvents()) {
            if (const auto* working = std::get_if<event::Working>(&event))
                console.show(working->progress);
            if (const auto* note = std::get_if<event::Note>(&event)) {
                console.clear();
                fmt::print(stderr, "{}\n", note->message);
            }
            if (const auto* failed = std::get_if<event::Failed>(&event))
                throw Error(failed->kind, failed->message + (failed->detail.empty() ? "" : "\n" + failed->detail));
            if (const auto* answered = std::get_if<event::ProbeAnswered>(&event)) {
                console.clear();
                print(answered->answer, options.json);
                std::erase(waiting, answered->command);
            }
        }
    }
}

}  // namespace

void addProbeCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("probe", "Ask the model of a run's stages about an entity or a picture");
    command->add_option("DIR", options->run, "The run folder")->required();
    command->add_option("--entity", options->entity, "Name or id of an entity (bystanders too)");
    command
        ->add_option("--stage", options->stage,
                     "0 = the original model, 1 = after the first request (default: every stage)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--question", options->question, "A question of your own (default: all of the entity's)");
    command->add_option("--image", options->image, "A picture of your own (default: a held-out view of the entity)");
    command->add_option("--set", options->values,
                        "NAME=NUMBER, what may change after training: lambda=0.3, the weight of merged adapters");
    command->add_flag("--json", options->json, "One JSON object per answer");
    command->callback([options] { probe(*options); });
}

}  // namespace lacuna::cli
