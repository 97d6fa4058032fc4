// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/catalog/methods.h"
#include "core/runs/run_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace lacuna::cli {
namespace {

std::string names(const CLI::App& app) {
    std::string all;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        all += command->get_name() + " ";
    return all;
}

std::string options(const CLI::App& app) {
    std::string all;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            all += "--" + name + " ";
    for (const auto* group : app.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); }))
        all += options(*group);
    return all;
}

template <class Row>
std::string ids(const std::vector<Row>& rows) {
    std::set<std::string> all;
    for (const auto& row : rows)
        all.insert(row.id);
    return fmt::format("{}", fmt::join(all, " "));
}

void printValues(const std::string& option, const std::string& words) {
    fmt::print("        --{}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return;;\n", option, words);
}

/// What goes behind an option: words, folders or files.
void printOptionValues() {
    std::set<std::string> presets, parameters;
    for (const auto& method : methodRows()) {
        for (const auto& preset : method.presets)
            presets.insert(preset.id);
        for (const auto& parameter : method.parameters)
            parameters.insert(parameter.id + "=");
    }
    printValues("method", ids(methodRows()));
    printValues("gate", ids(gateRows()));
    printValues("preset", fmt::format("{}", fmt::join(presets, " ")));
    for (const auto& [key, values] : specChoices()) {
        auto option = key;
        std::replace(option.begin(), option.end(), '_', '-');
        printValues(option, fmt::format("{}", fmt::join(values, " ")));
    }
    fmt::print(
        "        --set) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W '{}' -- \"$word\")); return;;\n"
        "        --model|--benchmark) COMPREPLY=($(compgen -W embedded -- \"$word\") $(compgen -d -- \"$word\")); "
        "return;;\n"
        "        --out|--adapter|--figures) COMPREPLY=($(compgen -d -- \"$word\")); return;;\n"
        "        --image|--spec|--dump) COMPREPLY=($(compgen -f -- \"$word\")); return;;\n"
        // Free text and numbers: nothing to offer.
        "        --order|--seed|--threads|--prompt|--answer|--question|--entity|--stage|--max-tokens|--temperature|"
        "--top-p) return;;\n",
        fmt::join(parameters, " "));
}

/// `compgen` of what a command takes besides options: folders of runs and models, files where those do too.
std::string places(const CLI::App& command) {
    for (const auto* option : command.get_options())
        if (option->get_positional())
            return command.get_name() == "compare" ? " $(compgen -f -- \"$word\")"
                   : option->get_name() == "PATH" || command.get_name() == "run"
                       ? " $(compgen -W embedded -- \"$word\") $(compgen -d -- \"$word\")"
                       : " $(compgen -d -- \"$word\")";
    return "";
}

void printCommand(const std::string& pattern, const CLI::App& command) {
    fmt::print("        {}) COMPREPLY=($(compgen -W '{}{}' -- \"$word\"){}); return;;\n", pattern, names(command),
               options(command), places(command));
}

/// Made from the commands themselves and the catalog, so that it never falls behind them.
void printBash(const CLI::App& app) {
    const auto all = [](const CLI::App*) { return true; };
    fmt::print(
        "_lacuna() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    case $before in\n");
    printOptionValues();
    fmt::print(
        "    esac\n"
        "    if [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); return; fi\n"
        "    if [ \"$COMP_CWORD\" -gt 2 ]; then case \"${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}\" in\n",
        names(app));
    for (const auto* command : app.get_subcommands(all))
        for (const auto* below : command->get_subcommands(all))
            if (!below->get_name().empty())
                printCommand("'" + command->get_name() + " " + below->get_name() + "'", *below);
    fmt::print("    esac; fi\n    case ${{COMP_WORDS[1]}} in\n");
    for (const auto* command : app.get_subcommands(all))
        printCommand(command->get_name(), *command);
    fmt::print("    esac\n}}\ncomplete -o filenames -F _lacuna lacuna\n");
}

}  // namespace

void addCompletionCommand(CLI::App& app) {
    auto* command = app.add_subcommand("completion", "Print shell completion for bash: source <(lacuna completion)");
    command->callback([&app] { printBash(app); });
}

}  // namespace lacuna::cli
