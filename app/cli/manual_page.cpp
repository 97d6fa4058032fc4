// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/manual_page.h"

#include "core/installation/environment.h"

#include <fmt/format.h>

#include <cstdio>

namespace lacuna::cli {
namespace {

/// Text that roff takes as it stands: no escapes, no line that begins with a command's dot, dashes that can be copied.
std::string roff(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        const bool lineBegins = safe.empty() || safe.back() == '\n';
        if (lineBegins && (c == '.' || c == '\''))
            safe += "\\&";
        if (c == '\\')
            safe += "\\e";
        else if (c == '-')
            safe += "\\-";
        else
            safe += c;
    }
    return safe;
}

/// "--out DIR": what stands on a command line.
std::string optionTerm(const CLI::Option& option) {
    if (option.get_positional())
        return fmt::format("\\fI{}\\fR", roff(option.get_name()));
    std::string term;
    for (const auto& name : option.get_snames())
        term += fmt::format("{}\\fB\\-{}\\fR", term.empty() ? "" : ", ", roff(name));
    for (const auto& name : option.get_lnames())
        term += fmt::format("{}\\fB\\-\\-{}\\fR", term.empty() ? "" : ", ", roff(name));
    if (option.get_items_expected_max() > 0 && !option.get_type_name().empty())
        term += fmt::format(" \\fI{}\\fR", roff(option.get_type_name()));
    return term;
}

void printOptions(const CLI::App& command) {
    for (const auto* option : command.get_options()) {
        if (option->get_group().empty())
            continue;  // not in --help either
        fmt::print(".TP\n{}\n{}", optionTerm(*option), roff(option->get_description()));
        if (!option->get_default_str().empty())
            fmt::print(" [default: {}]", roff(option->get_default_str()));
        fmt::print("\n");
    }
    for (const auto* group : command.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); }))
        printOptions(*group);
}

void printCommand(const std::string& path, const CLI::App& command) {
    const auto own = path + " " + command.get_name();
    fmt::print(".SS {}\n{}\n", roff(own), roff(command.get_description()));
    printOptions(command);
    if (const auto footer = command.get_footer(); !footer.empty())
        fmt::print(".P\n.nf\n{}\n.fi\n", roff(footer));
    for (const auto* below : command.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); }))
        printCommand(own, *below);
}

}  // namespace

void printManualPage(const CLI::App& app) {
    fmt::print(".TH LACUNA 1 \"\" \"Lacuna {}\" \"User Commands\"\n", LACUNA_VERSION);
    fmt::print(".SH NAME\nlacuna \\- lifelong unlearning of multimodal language models\n");
    fmt::print(".SH SYNOPSIS\n\\fBlacuna\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...]\n");
    fmt::print(".SH DESCRIPTION\n{}\n", roff(app.get_description()));
    fmt::print(".SH OPTIONS\n");
    printOptions(app);
    fmt::print(".SH COMMANDS\n");
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        printCommand("lacuna", *command);
    fmt::print(".SH EXIT STATUS\n{}\n.SH ENVIRONMENT\n", roff(app.get_footer()));
    for (const auto& row : environmentRows)
        fmt::print(".TP\n\\fB{}\\fR\n{}\n", row.name, roff(row.help));
    fmt::print(".SH SEE ALSO\n\\fBlacuna\\-workbench\\fR(1), \\fBlacuna\\-get\\-torch\\fR(1)\n");
}

}  // namespace lacuna::cli
