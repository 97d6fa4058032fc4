// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/manual_page.h"
#include "core/catalog/attacks.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/catalog/methods.h"
#include "core/runs/spec_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

namespace lacuna::cli {
namespace {

constexpr const char* shells = "bash zsh fish man";

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

/// What stands behind an option or in a command's own place: words, besides them folders or files.
struct Offer {
    std::vector<std::string> options;  ///< without their dashes
    std::string words;                 ///< with spaces between them
    bool folders = false;
    bool files = false;
    bool unfinished = false;  ///< more follows a word: "lora_rank="
};

/// What a command takes besides options, if anything.
Offer placeOffer(const CLI::App& command) {
    for (const auto* option : command.get_options())
        if (option->get_positional()) {
            if (option->get_name() == "SHELL")
                return {{}, shells};
            if (command.get_name() == "compare")  // run.h5 files too
                return {{}, "", false, true};
            return {{}, option->get_name() == "PATH" || command.get_name() == "run" ? "embedded" : "", true};
        }
    return {};
}

/// As bash's compgen says it.
std::string bashOffer(const Offer& offer) {
    std::string all;
    if (!offer.words.empty())
        all += fmt::format(" $(compgen -W '{}' -- \"$word\")", offer.words);
    if (offer.folders)
        all += " $(compgen -d -- \"$word\")";
    if (offer.files)
        all += " $(compgen -f -- \"$word\")";
    return all;
}

/// As the arguments of fish's complete.
std::string fishOffer(const Offer& offer) {
    if (offer.files)
        return "-F";
    return fmt::format("-a '{}{}'", offer.words, offer.folders ? " (__fish_complete_directories)" : "");
}

/// Of every option that has values to offer, from the catalog.
std::vector<Offer> optionOffers() {
    std::set<std::string> parameters, gateParameters, judgeParameters;
    std::string methods;
    const auto add = [](std::set<std::string>& names, const ParameterTable& table) {
        for (const auto& parameter : table)
            names.insert(parameter.id + "=");
    };
    for (const auto& method : methodRows()) {
        add(parameters, method.parameters);
        methods += (methods.empty() ? "" : " ") + method.id;
    }
    for (const auto& gate : gateRows())
        add(gateParameters, gate.parameters);
    for (const auto& judge : judgeRows())
        add(judgeParameters, judge.parameters);
    std::string kinds;
    for (const auto& attack : attackRows()) {
        add(parameters, attack.parameters);
        kinds += (kinds.empty() ? "" : " ") + attack.id;
    }
    std::vector<Offer> all{{{"kind"}, kinds},
                           {{"set"}, fmt::format("{}", fmt::join(parameters, " ")), false, false, true},
                           {{"gate-set"}, fmt::format("{}", fmt::join(gateParameters, " ")), false, false, true},
                           {{"judge-set"}, fmt::format("{}", fmt::join(judgeParameters, " ")), false, false, true},
                           {{"as"}, "mlubench"},
                           {{"only"}, methods},
                           {{"out", "adapter", "figures", "extend", "branch", "stages"}, "", true},
                           {{"image", "spec", "dump", "requests"}, "", false, true}};
    for (const auto& row : specRows()) {
        std::vector<std::string> words;
        for (const auto& choice : row.choices)
            words.push_back(choice.id);
        const bool place = row.kind == SpecRow::Kind::Place;
        if (place)
            words.emplace_back("embedded");
        if (!words.empty())
            all.push_back({{row.option().substr(2)}, fmt::format("{}", fmt::join(words, " ")), place});
    }
    return all;
}

/// Options that take a value and have none to offer: numbers and free text.
void findFreeOptions(const CLI::App& app, std::set<std::string>& found) {
    for (const auto* option : app.get_options())
        if (option->get_items_expected_max() > 0)
            found.insert(option->get_lnames().begin(), option->get_lnames().end());
    for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
        findFreeOptions(*below, found);
}

std::set<std::string> freeOptions(const CLI::App& app) {
    std::set<std::string> all;
    findFreeOptions(app, all);
    for (const auto& values : optionOffers())
        for (const auto& option : values.options)
            all.erase(option);
    return all;
}

/// A case of bash for what stands behind an option.
void printBashValues(const CLI::App& app) {
    for (const auto& offer : optionOffers())
        fmt::print("        --{}) {}COMPREPLY=({}); return;;\n", fmt::join(offer.options, "|--"),
                   offer.unfinished ? "compopt -o nospace 2>/dev/null; " : "", bashOffer(offer));
    fmt::print("        --{}) return;;\n", fmt::join(freeOptions(app), "|--"));
}

void printCommand(const std::string& pattern, const CLI::App& command) {
    fmt::print("        {}) COMPREPLY=($(compgen -W '{}{}' -- \"$word\"){}); return;;\n", pattern, names(command),
               options(command), bashOffer(placeOffer(command)));
}

/// Made from the commands themselves and the catalog, so that it never falls behind them.
void printBash(const CLI::App& app) {
    const auto all = [](const CLI::App*) { return true; };
    fmt::print(
        "_lacuna() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    case $before in\n");
    printBashValues(app);
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

/// zsh reads bash's completion by its own means.
void printZsh(const CLI::App& app) {
    fmt::print(
        "#compdef lacuna\nautoload -Uz compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n");
    printBash(app);
    // As a file in one of zsh's folders all this is the body of a function, which the first Tab calls.
    fmt::print("[[ ${{funcstack[1]}} != _lacuna ]] || _bash_complete -o filenames -F _lacuna\n");
}

std::string fishQuoted(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("\\'", at)) != std::string::npos; at += 2)
        text.insert(at, 1, '\\');
    return "'" + text + "'";
}

/// The options of the command that stands at `path`, with their help and values.
void printFishOptions(const std::string& path, const CLI::App& command) {
    const auto offers = optionOffers();
    for (const auto* option : command.get_options())
        for (const auto& name : option->get_lnames()) {
            const auto offer = std::find_if(offers.begin(), offers.end(), [&](const Offer& row) {
                return std::find(row.options.begin(), row.options.end(), name) != row.options.end();
            });
            const auto* value = option->get_items_expected_max() == 0 ? "" : " -x";  // one is needed, and it is no file
            if (offer != offers.end())
                value = offer->files ? " -r " : " -x ";
            fmt::print("complete -c lacuna -n '__lacuna_at {}' -l {} -d {}{}{}\n", path, name,
                       fishQuoted(option->get_description()), value, offer == offers.end() ? "" : fishOffer(*offer));
        }
    for (const auto* group : command.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); }))
        printFishOptions(path, *group);
}

/// A command below `path` ("" at the top) and all that it takes.
void printFishCommand(const std::string& path, const CLI::App& command) {
    const auto own = path.empty() ? command.get_name() : path + " " + command.get_name();
    fmt::print("complete -c lacuna -n '__lacuna_in {}' -a {} -d {}\n", path, command.get_name(),
               fishQuoted(command.get_description()));
    printFishOptions(own, command);
    if (const auto place = placeOffer(command); place.files || place.folders || !place.words.empty())
        fmt::print("complete -c lacuna -n '__lacuna_at {}' {}\n", own, fishOffer(place));
    for (const auto* below : command.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); }))
        printFishCommand(own, *below);
}

void printFish(const CLI::App& app) {
    // __lacuna_at: the line begins with these commands; __lacuna_in: and the word after them is being written.
    fmt::print(
        "function __lacuna_at\n    set -q argv[1]; or return 0\n    set -l words (commandline -opc)\n"
        "    set -l last (math 1 + (count $argv))\n"
        "    test \"$words[2..$last]\" = \"$argv\"\nend\n"
        "function __lacuna_in\n    test (count (commandline -opc)) = (math 1 + (count $argv)); and __lacuna_at $argv\n"
        "end\ncomplete -c lacuna -f\n");
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        printFishCommand("", *command);
}

}  // namespace

void addCompletionCommand(CLI::App& app) {
    auto* command = app.add_subcommand(
        "completion", "Print a shell's completion, e.g. source <(lacuna completion bash), or the manual page");
    command->footer(
        "bash, zsh: source <(lacuna completion SHELL)\nfish: lacuna completion fish | source\nman: lacuna completion "
        "man | man -l -");
    auto shell = std::make_shared<std::string>("bash");
    command->add_option("SHELL", *shell, "bash, zsh, fish; or man for the manual page")
        ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}))
        ->capture_default_str();
    command->callback([&app, shell] {
        if (*shell == "man")
            printManualPage(app);
        else
            *shell == "bash" ? printBash(app) : *shell == "zsh" ? printZsh(app) : printFish(app);
    });
}

}  // namespace lacuna::cli
