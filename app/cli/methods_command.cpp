// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/catalog/attacks.h"
#include "core/catalog/combination.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/catalog/metrics.h"
#include "core/runs/spec_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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
            {"family", method.family},
            {"uses_retain", method.usesRetain},
            {"uses_reference", method.usesReference},
            {"arrangement", method.arrangement},
            {"trained", method.trained},
            {"serving", method.serving},
            {"uses_gate", servingRow(method.serving).usesGate},
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
    for (const auto& family : familyRows())
        all["families"].push_back({{"id", family.id}, {"name", family.name}, {"summary", family.summary}});
    for (const auto& gate : gateRows())
        all["gates"].push_back(describe(gate));
    for (const auto& judge : judgeRows())
        all["judges"].push_back(describe(judge));
    for (const auto& attack : attackRows()) {
        auto row = describe(attack);
        row["assumes"] = attack.assumes;
        all["attacks"].push_back(std::move(row));
    }
    for (const auto& metric : metricRows())
        all["metrics"].push_back({{"id", metric.id},
                                  {"name", metric.name},
                                  {"formula", metric.formula},
                                  {"help", metric.help},
                                  {"default", metric.asks.empty()}});
    fmt::print("{}\n", all.dump(2));
}

/// Whether every method that has parameters has this one, and says the same of it.
bool isCommon(const ParameterRow& parameter) {
    return std::all_of(methodRows().begin(), methodRows().end(), [&](const auto& method) {
        const auto* row = findParameter(method.parameters, parameter.id);
        return method.parameters.empty() || (row && row->help == parameter.help);
    });
}

void print(const ParameterRow& row, const char* indent) {
    fmt::print("{}{:16} {} to {}. {}\n", indent, row.id, row.minimum, row.maximum, row.help);
}

void printMethod(const MethodRow& method) {
    fmt::print("{}  {}: {}\n    family: {}\n    loss: {}\n    source: {}\n", method.id, method.name, method.summary,
               familyRow(method.family).name, method.formula, method.source);
    for (const auto& preset : method.presets) {
        fmt::print("    preset {}: {}\n       ", preset.id, preset.help);
        for (const auto& [id, value] : methodParameters(method, preset.id))
            fmt::print(" {}={}", id, value);
        fmt::print("\n");
    }
    for (const auto& row : method.parameters)
        if (!isCommon(row))
            print(row, "    ");
}

/// A table's rows that no earlier one had.
void print(const ParameterTable& table, std::vector<std::string>& printed, const char* indent) {
    for (const auto& row : table)
        if (std::find(printed.begin(), printed.end(), row.id) == printed.end()) {
            printed.push_back(row.id);
            print(row, indent);
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

/// As a cell of a table, whose bars part the columns.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

/// What preset `small` sets otherwise than the first method's, and what the others lack.
std::string ownValues(const MethodRow& method) {
    const auto values = methodParameters(method, method.presets.front().id);
    const auto usual = methodParameters(methodRows().front(), methodRows().front().presets.front().id);
    std::vector<std::string> own;
    for (const auto& row : method.parameters)
        if (!isCommon(row) || values.at(row.id) != usual.at(row.id))
            own.push_back(fmt::format("`{}` {}", row.id, values.at(row.id)));
    return fmt::format("{}", fmt::join(own, ", "));
}

/// docs/methods.md holds these tables.
void printAsMarkdown() {
    for (const auto& family : familyRows()) {
        std::string rows;
        for (const auto& method : methodRows()) {
            if (method.family == family.id)
                rows += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", method.id, method.name, cell(method.summary),
                                    cell(method.formula), ownValues(method), cell(method.source));
        }
        if (!rows.empty())
            fmt::print(
                "## {}\n{}\n\n| id | name | what it does | loss | preset `small` sets | source "
                "|\n|---|---|---|---|---|---|\n{}\n",
                family.name, family.summary, rows);
    }
    fmt::print("## Parameters of every method\n| id | default | range | |\n|---|--:|---|---|\n");
    for (const auto& row : methodRows().front().parameters)
        if (isCommon(row))
            fmt::print("| `{}` | {} | {} to {} | {} |\n", row.id, row.defaultValue, row.minimum, row.maximum, row.help);
}

void print() {
    fmt::print("Methods (lacuna run --method ID --set NAME=VALUE):\n\n");
    for (const auto& method : methodRows())
        printMethod(method);
    fmt::print("\nFamilies:\n");
    for (const auto& family : familyRows())
        fmt::print("  {:20} {}\n", family.name, family.summary);
    fmt::print("\nParameters of every method:\n");
    for (const auto& row : methodRows().front().parameters)
        if (isCommon(row))
            print(row, "  ");
    fmt::print("\nGates (lacuna run --method lumoe --gate ID --gate-set NAME=VALUE):\n");
    print(gateRows());
    fmt::print("\nJudges (lacuna run --judge ID --judge-set NAME=VALUE):\n");
    print(judgeRows());
    fmt::print("\nAttacks (lacuna attack RUN --kind ID --set NAME=VALUE):\n");
    print(attackRows());
    fmt::print("\nMetrics:\n");
    for (const auto& metric : metricRows())
        if (metric.asks.empty())
            fmt::print("  {:18} {} {}\n", metric.id, metric.help, metric.formula);
    fmt::print("\nMetrics that are asked for (lacuna run --metrics ID,ID or all):\n");
    for (const auto& metric : metricRows())
        if (!metric.asks.empty())
            fmt::print("  {:18} {} {}. {}\n", metric.id, metric.help, metric.formula, metric.asks);
}

}  // namespace

void addMethodsCommand(CLI::App& app) {
    auto* command = app.add_subcommand("methods",
                                       "List methods, presets, parameters, gates, judges, attacks and metrics; with "
                                       "--json also the fields of a spec.json");
    auto json = std::make_shared<bool>(false);
    auto markdown = std::make_shared<bool>(false);
    auto* flag = command->add_flag("--json", *json, "Print as JSON");
    command->add_flag("--markdown", *markdown, "Print the methods as the tables of docs/methods.md")->excludes(flag);
    command->callback([json, markdown] {
        if (*json)
            printAsJson();
        else if (*markdown)
            printAsMarkdown();
        else
            print();
    });
}

}  // namespace lacuna::cli
