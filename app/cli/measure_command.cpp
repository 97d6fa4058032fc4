// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/set_option.h"
#include "app/cli/spec_options.h"
#include "core/base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

constexpr const char* kOriginal = "original";
/// Rows of the spec that say what is measured and by what; the others say how to train.
constexpr std::array kMeasured{"order",  "judge",     "plan",    "metrics", "seed",      "model",
                               "images", "benchmark", "threads", "device",  "precision", "as_released"};

struct Options {
    std::shared_ptr<std::map<std::string, std::string>> fields = std::make_shared<std::map<std::string, std::string>>();
    std::vector<std::string> stages, judgeValues;
    std::string requests;
    fs::path out;
    bool json = false;
};

RunSpec specOf(const Options& options, const std::string& name) {
    if (options.stages.front() != kOriginal || options.stages.size() < 2)
        throw inputError(
            "--stages: begins with the word {}, which is the model itself, and goes on with a folder for each request: "
            "--stages {},DIR,DIR.",
            kOriginal, kOriginal);
    RunSpec spec;
    spec.method = givenMethod().id;
    spec.stages.assign(options.stages.begin() + 1, options.stages.end());
    if (!options.requests.empty())
        spec.requests = requestsFromFile(options.requests);
    setFields(spec, *options.fields);
    takeValues("--judge-set", options.judgeValues, spec.judgeParameters);
    spec.name = name;
    return checkedRunSpec(located(spec, {}));
}

}  // namespace

void addMeasureCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("measure", "Measure models that were unlearnt elsewhere, as a run like any other");
    command
        ->add_option("--stages", options->stages,
                     "The word original, then the model after each request, parted by commas: a LoRA adapter folder "
                     "in PEFT's layout, or a whole checkpoint folder of the same architecture and vocabulary")
        ->delimiter(',')
        ->required();
    command->add_option("--out", options->out, "The run's new folder, e.g. runs/theirs")->required();
    addSpecOptions(*command, options->fields, [](const SpecRow& row) {
        return std::find(kMeasured.begin(), kMeasured.end(), row.id) != kMeasured.end();
    });
    command->add_option("--judge-set", options->judgeValues, "A parameter of the judge, NAME=NUMBER; may be repeated");
    command->add_option("--requests", options->requests,
                        "What these models were to forget, in place of the benchmark's requests: a JSON list of "
                        "{\"name\", \"forget\": [entities], \"retain\": [entities]}");
    command->add_flag("--json", options->json, "Events as JSON lines on standard output, no progress");
    command->footer(
        "Nothing is trained. Stage t is the model after the t-th request of the order, and is measured as a run's "
        "stage "
        "t is, on the sets of all its requests. With fewer folders than requests the sequence has the first of them "
        "alone; more folders than requests are refused. A model that was to forget several requests at once has one "
        "stage: give it one request that holds them (--requests).\n"
        "An adapter is copied into the run; a checkpoint stays where it is, is held by its hash, and needs the memory "
        "of a second model beside the original. `lacuna resume RUN` goes on with what was interrupted.");
    command->callback([options] {
        const auto place = runPlace(options->out);
        startAndWatch(specOf(*options, place.name), place.runs, options->json);
    });
}

}  // namespace lacuna::cli
