// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison.h"
#include "core/base/error.h"

namespace fs = std::filesystem;

namespace lacuna::cli {

void addCompareCommand(CLI::App& app) {
    struct Options {
        Compared compared;
        bool csv = false, latex = false, markdown = false, json = false;
        fs::path figures;
        bool attacks = false, agreement = false;
        int stage = -1;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("compare", "Methods against metrics of several runs, as a table and as figures");
    command->add_option("DIR", options->compared.runs, "Run folders, run.h5 files, or folders of runs")->required();
    auto* formats = command->add_option_group("format", "How the table is printed (default: for reading)");
    formats->add_flag(
        "--csv", options->csv,
        "Comma-separated; behind the figures their 95 % intervals (whole entities drawn 1,000 times) and the "
        "answers and entities they rest on");
    formats->add_flag("--latex", options->latex, "LaTeX, booktabs");
    formats->add_flag("--markdown", options->markdown, "Markdown");
    formats->add_flag("--json", options->json, "JSON");
    formats->require_option(0, 1);
    command
        ->add_option("--columns", options->compared.columns,
                     "Some of the columns, e.g. fq,mu,time_s (default: all; --json names them)")
        ->delimiter(',');
    command->add_option("--paper", options->compared.published,
                        "Figures that others published beside these, from a JSON file (docs/file-formats.md); "
                        "may be repeated");
    command->add_option("--figures", options->figures, "Write the figures into this folder, PNG and SVG");
    auto* attacks = command->add_flag(
        "--attacks", options->attacks,
        "What attacks win back of each run (`lacuna attack`), with 95 % intervals, in place of the metrics");
    command->add_option("--stage", options->stage, "Of --attacks: the stage (default: the last that was attacked)")
        ->check(CLI::PositiveNumber)
        ->needs(attacks);
    command
        ->add_flag(
            "--agreement", options->agreement,
            "Do the metrics rank the runs alike? Kendall's tau of each with each, and, where a gold run is among "
            "them, Spearman's rho with nearness to gold")
        ->excludes(attacks);
    command
        ->add_flag("--known-only", options->compared.knownOnly,
                   "Count the questions alone that the run's original model answered rightly, and say how many")
        ->excludes(attacks);
    command->callback([options] {
#ifndef LACUNA_FIGURES
        if (!options->figures.empty())
            throw inputError(
                "--figures: this build of lacuna is headless and draws none. Use one built with LACUNA_GUI=ON.");
#endif
        const auto format = options->csv        ? TableFormat::Csv
                            : options->latex    ? TableFormat::Latex
                            : options->markdown ? TableFormat::Markdown
                            : options->json     ? TableFormat::Json
                                                : TableFormat::Plain;
        if (options->attacks)
            return printAttacks(options->compared.runs, options->stage, format);
        if (options->agreement)
            return printAgreement(options->compared, format);
        printComparison(options->compared, format);
#ifdef LACUNA_FIGURES
        if (!options->figures.empty())
            writeComparisonFigures(options->compared, options->figures);
#endif
    });
}

}  // namespace lacuna::cli
