#include "app/cli/commands.h"
#include "core/catalog/methods.h"

#include <fmt/format.h>

#include <cstdio>

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

/// Made from the commands themselves, so that it never falls behind them.
void printBash(const CLI::App& app) {
    std::string methods;
    for (const auto& row : methodRows())
        methods += row.id + " ";
    std::string gates;
    for (const auto& row : gateRows())
        gates += row.id + " ";
    fmt::print(
        "_lacuna() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    case $before in\n"
        "        --method) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return;;\n"
        "        --gate) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return;;\n"
        "        --device) COMPREPLY=($(compgen -W 'auto cpu cuda' -- \"$word\")); return;;\n"
        "        --images) COMPREPLY=($(compgen -W 'auto photos surrogate' -- \"$word\")); return;;\n"
        "        --plan) COMPREPLY=($(compgen -W 'default full' -- \"$word\")); return;;\n"
        "        --train-phrasings) COMPREPLY=($(compgen -W 'first all' -- \"$word\")); return;;\n    esac\n"
        "    if [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); return; fi\n"
        "    case ${{COMP_WORDS[1]}} in\n",
        methods, gates, names(app));
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        fmt::print("        {}) COMPREPLY=($(compgen -W '{}{}' -- \"$word\") $(compgen -f -- \"$word\"));;\n",
                   command->get_name(), names(*command), options(*command));
    fmt::print("    esac\n}}\ncomplete -o filenames -F _lacuna lacuna\n");
}

}  // namespace

void addCompletionCommand(CLI::App& app) {
    auto* command = app.add_subcommand("completion", "Print shell completion for bash: source <(lacuna completion)");
    command->callback([&app] { printBash(app); });
}

}  // namespace lacuna::cli
