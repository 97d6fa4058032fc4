// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/runs/gate_figures.h"
#include "core/runs/run_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    fs::path run;
    int stage = 0;  ///< 0 = all
    std::optional<double> threshold, falseAbstention;
    bool json = false;
};

/// Of known pictures, in the table of thresholds.
constexpr std::array shares{0.0, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1};

/// The figures as columns; `help` explains one.
struct Column {
    const char* id;
    const char* title;
    Share GateFigures::*share;
    const char* help;
};
constexpr std::array columns{
    Column{"exact_route", "exact", &GateFigures::exact, "known pictures sent where they belong"},
    Column{"forget_recall", "recall", &GateFigures::recall, "pictures of what was to be forgotten, sent to an expert"},
    Column{"retain_sent", "retained", &GateFigures::retained, "pictures of what was to stay, sent to an expert"},
    Column{"later_sent", "later", &GateFigures::later, "pictures of later requests' entities, sent to an expert"},
    Column{"bystanders_sent", "bystanders", &GateFigures::bystanders, "pictures nobody asked about, sent to an expert"},
    Column{"known_abstained", "abstained", &GateFigures::abstained, "known pictures below the threshold"},
};

Json jsonOf(const GateFigures& figures) {
    Json all{{"threshold", figures.threshold}};
    for (const auto& column : columns) {
        const auto& share = figures.*column.share;
        const auto value = share.value();
        all[column.id] = {{"share", value ? Json(*value) : Json()}, {"count", share.count}, {"of", share.of}};
    }
    all["failed"] = {{"count", figures.failed.count}, {"of", figures.failed.of}};
    return all;
}

std::string line(const std::string& first, const GateFigures& figures) {
    auto text = fmt::format("{:<10}{:>10.3f}", first, figures.threshold);
    for (const auto& column : columns) {
        const auto value = (figures.*column.share).value();
        text += fmt::format("{:>12}", value ? fmt::format("{:.3f}", *value) : "–");
    }
    return text;
}

std::string heading(const char* first) {
    auto text = fmt::format("{:<10}{:>10}", first, "threshold");
    for (const auto& column : columns)
        text += fmt::format("{:>12}", column.title);
    return text;
}

std::optional<double> wanted(const Options& options, const std::vector<RoutedPicture>& pictures) {
    return options.falseAbstention ? thresholdAt(pictures, *options.falseAbstention) : options.threshold;
}

/// The figures over thresholds, the run's own (or the one that was asked for) among them.
std::vector<std::pair<bool, GateFigures>> tradeOff(const std::vector<RoutedPicture>& pictures,
                                                   const GateFigures& operating) {
    std::vector<std::pair<bool, GateFigures>> all{{true, operating}};
    for (const double share : shares)
        all.emplace_back(false, gateFigures(pictures, thresholdAt(pictures, share)));
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.second.threshold < b.second.threshold; });
    return all;
}

void printGate(const Options& options) {
    const auto run = readRun(options.run, {.only = {AnswerRow::table}});
    if (options.stage >= run.stages)
        throw inputError("{}: stage {} is not measured; its last is {}.", options.run.string(), options.stage,
                         run.stages - 1);
    Json stages = Json::array();
    std::string table, curve;
    for (int stage = 1; stage < run.stages; ++stage) {
        if (options.stage > 0 && stage != options.stage)
            continue;
        const auto pictures = routedPictures(run, stage);
        if (pictures.empty())
            throw inputError("{}: no gate routed at stage {} of this run. Give a run of a method that uses one.",
                             options.run.string(), stage);
        const auto figures = gateFigures(pictures, wanted(options, pictures));
        const auto area = rocArea(pictures);
        const auto& name = run.requests[static_cast<std::size_t>(stage) - 1].name;
        Json one{{"stage", stage},
                 {"after", name},
                 {"figures", jsonOf(figures)},
                 {"roc_area", area ? Json(*area) : Json()},
                 {"roc", Json::array()}};
        table += fmt::format("{}{:>8}\n", line(fmt::format("{} {}", stage, name), figures),
                             area ? fmt::format("{:.4f}", *area) : "–");
        if (figures.failed.count > 0)
            table += fmt::format(
                "{:<10}{} of {} pictures got no decision: the original model answered, and no figure counts "
                "them\n",
                "", figures.failed.count, figures.failed.of);
        if (hasMovableThreshold(pictures)) {
            curve = fmt::format("\nStage {}, over thresholds (→ {}):\n{}\n", stage,
                                options.threshold || options.falseAbstention ? "the one asked for" : "the run's own",
                                heading(""));
            for (const auto& [own, at] : tradeOff(pictures, figures)) {
                curve += line(own ? "→" : "", at) + "\n";
                one["roc"].push_back(jsonOf(at));
            }
        }
        stages.push_back(std::move(one));
    }
    if (options.json) {
        fmt::print("{}\n",
                   Json{{"run", shownName(run)}, {"gate", run.spec.gate}, {"stages", std::move(stages)}}.dump(2));
        return;
    }
    fmt::print("Gate \"{}\" of {}, by the pictures that were asked about{}\n\n{}{:>8}\n{}{}\n", run.spec.gate,
               shownName(run),
               options.threshold || options.falseAbstention ? ", as it would route at another threshold" : "",
               heading("stage"), "area", table, curve);
    for (const auto& column : columns)
        fmt::print("{:<12}share of {}\n", column.title, column.help);
    fmt::print("{:<12}under the curve of known against unknown pictures accepted (ROC); 1 = they never mix\n", "area");
}

}  // namespace

void addGateCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("gate", "How a run's gate routed, and what would follow at another threshold");
    command->add_option("RUN", options->run, "A run folder or run.h5")->required();
    command->add_option("--stage", options->stage, "One stage alone (default: all)")->check(CLI::PositiveNumber);
    auto* threshold =
        command->add_option("--threshold", options->threshold, "As if the gate had abstained below this score");
    command
        ->add_option("--false-abstention", options->falseAbstention,
                     "As if it had abstained on this share of the known pictures that were asked about")
        ->check(CLI::Range(0.0, 1.0))
        ->excludes(threshold);
    command->add_flag("--json", options->json, "JSON, with the curve of each stage");
    command->footer(
        "Nothing is changed or trained. A run with another threshold: lacuna run --gate-set false_abstention=SHARE.");
    command->callback([options] { printGate(*options); });
}

}  // namespace lacuna::cli
