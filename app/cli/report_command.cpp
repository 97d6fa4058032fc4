// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison.h"
#include "app/cli/console.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/runs/report.h"
#include "core/runs/run_reader.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    std::vector<fs::path> runs;
    std::vector<std::string> askedBy;
    fs::path out;
};

std::map<std::string, std::string> askedBy(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> told;
    for (const auto& text : texts) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            throw inputError("--asked-by {}: expected REQUEST=TEXT, e.g. --asked-by \"A=letter of 3 May\".", text);
        told[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return told;
}

/// Entities by their names, where the benchmark of a run is at hand; without it by their ids.
std::map<std::string, std::string> entityNames(const std::vector<ReportRun>& runs) {
    std::map<std::string, std::string> names;
    for (const auto& run : runs)
        try {
            const auto& spec = run.history.spec;
            const auto benchmark = openBenchmark(spec.benchmark, spec.images, spec.asReleased, {});
            for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
                for (const auto& entity : *entities)
                    names.emplace(entity.id, entity.name);
        } catch (const Error& error) {
            fmt::print(stderr, "{}: entities are called by their ids: {}\n", run.history.name, error.what());
        }
    return names;
}

void report(const Options& options) {
    const auto file = fs::absolute(options.out).lexically_normal();
    const bool pdf = file.extension() == ".pdf";
    if (!pdf && file.extension() != ".html" && file.extension() != ".htm")
        throw inputError("--out {}: a report is written as .html or as .pdf. Give the file one of these endings.",
                         options.out.string());
    std::vector<ReportRun> runs;
    for (const auto& path : runsAmong(options.runs)) {
        auto history = readRun(path);
        AnswerLog answers(std::exchange(history.answers, {}));
        const bool folder = fs::is_directory(path);
        runs.push_back({std::move(history), std::move(answers), folder ? readRunExtra(path) : RunExtra{}});
    }
    ReportContext context{fmt::format("{:%Y-%m-%d %H:%M UTC}", fmt::gmtime(std::time(nullptr))), entityNames(runs),
                          askedBy(options.askedBy)};
    const auto html = reportHtml(runs, comparisonFigures(options.runs), context);
    if (pdf)
        writePdf(html, file);
    else
        writeFileAtomically(file, html);
    fmt::print("{}\n", file.string());
}

}  // namespace

void addReportCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "report",
        "One page (HTML or PDF) of several runs: figures, tables, every setting, and an audit page per request");
    command->add_option("DIR", options->runs, "Run folders, run.h5 files, or folders of runs")->required();
    command->add_option("--out", options->out, "The file to write: report.html, or report.pdf")->required();
    command->add_option("--asked-by", options->askedBy,
                        "Who asked for a request, in free words: REQUEST=TEXT; may be repeated");
    command->callback([options] { report(*options); });
}

}  // namespace lacuna::cli
