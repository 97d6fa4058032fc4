// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/catalog/methods.h"
#include "core/catalog/metrics.h"
#include "core/runs/spec_rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace lacuna::cli {
namespace {

nlohmann::ordered_json describe(const ParameterTable& table) {
    auto parameters = nlohmann::ordered_json::array();
    for (const auto& row : table)
        parameters.push_back({{"id", row.id},
                              {"label", row.label},
                              {"default", row.defaultValue},
                              {"minimum", row.minimum},
                              {"maximum", row.maximum},
                              {"integer", row.integer},
                              {"help", row.help}});
    return parameters;
}

/// A gate or a judge.
template <typename Row>
nlohmann::ordered_json describe(const Row& row) {
    return {{"id", row.id}, {"name", row.name}, {"summary", row.summary}, {"parameters", describe(row.parameters)}};
}

nlohmann::ordered_json describe(const MethodRow& method) {
    nlohmann::ordered_json presets = nlohmann::ordered_json::array();
    for (const auto& preset : method.presets)
        presets.push_back({{"id", preset.id}, {"help", preset.help}, {"values", methodParameters(method, preset.id)}});
    return {{"id", method.id},
            {"name", method.name},
            {"summary", method.summary},
            {"formula", method.formula},
            {"source", method.source},
            {"uses_retain", method.usesRetain},
            {"uses_reference", method.usesReference},
            {"arrangement", method.arrangement},
            {"uses_gate", arrangementRow(method.arrangement).usesGate},
            {"parameters", describe(method.parameters)},
            {"presets", presets}};
}

nlohmann::ordered_json describe(const SpecRow& row) {
    nlohmann::ordered_json choices = nlohmann::ordered_json::array();
    for (const auto& choice : row.choices)
        choices.push_back({{"id", choice.id}, {"name", choice.name}, {"help", choice.help}});
    return {{"id", row.id},
            {"option", row.option()},
            {"label", row.label},
            {"help", row.help},
            {"default", fieldText(RunSpec(), row)},
            {"choices", choices}};
}

void printAsJson() {
    nlohmann::ordered_json all;
    for (const auto& row : specRows())
        all["spec"].push_back(describe(row));
    for (const auto& method : methodRows())
        all["methods"].push_back(describe(method));
    for (const auto& gate : gateRows())
        all["gates"].push_back(describe(gate));
    for (const auto& judge : judgeRows())
        all["judges"].push_back(describe(judge));
    for (const auto& metric : metricRows())
        all["metrics"].push_back(
            {{"id", metric.id}, {"name", metric.name}, {"formula", metric.formula}, {"help", metric.help}});
    fmt::print("{}\n", all.dump(2));
}

void printMethod(const MethodRow& method) {
    fmt::print("{}  {}: {}\n    loss: {}\n    source: {}\n", method.id, method.name, method.summary, method.formula,
               method.source);
    for (const auto& preset : method.presets) {
        fmt::print("    preset {}: {}\n       ", preset.id, preset.help);
        for (const auto& [id, value] : methodParameters(method, preset.id))
            fmt::print(" {}={}", id, value);
        fmt::print("\n");
    }
}

/// A table's rows that no earlier one had.
void print(const ParameterTable& table, std::vector<std::string>& printed, const char* indent) {
    for (const auto& row : table)
        if (std::find(printed.begin(), printed.end(), row.id) == printed.end()) {
            printed.push_back(row.id);
            fmt::print("{}{:16} {} to {}. {}\n", indent, row.id, row.minimum, row.maximum, row.help);
        }
}

template <typename Row>
void print(const std::vector<Row>& rows) {
    std::vector<std::string> printed;
    for (const auto& row : rows) {
        fmt::print("  {:14} {}\n", row.id, row.summary);
        print(row.parameters, printed, "      ");
    }
}

void print() {
    fmt::print("Methods (lacuna run --method ID --set NAME=VALUE):\n\n");
    for (const auto& method : methodRows())
        printMethod(method);
    fmt::print("\nParameters:\n");
    std::vector<std::string> printed;
    for (const auto& method : methodRows())
        print(method.parameters, printed, "  ");
    fmt::print("\nGates (lacuna run --method lumoe --gate ID --gate-set NAME=VALUE):\n");
    print(gateRows());
    fmt::print("\nJudges (lacuna run --judge ID --judge-set NAME=VALUE):\n");
    print(judgeRows());
    fmt::print("\nMetrics:\n");
    for (const auto& metric : metricRows())
        fmt::print("  {:18} {} {}\n", metric.id, metric.help, metric.formula);
}

}  // namespace

void addMethodsCommand(CLI::App& app) {
    auto* command = app.add_subcommand(
        "methods",
        "List methods, presets, parameters, gates, judges and metrics; with --json also the fields of a spec.json");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Print as JSON");
    command->callback([json] { *json ? printAsJson() : print(); });
}

}  // namespace lacuna::cli
