// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>

#ifdef LACUNA_FIGURES
#include "widgets/common/pdf_page.h"
#include "widgets/common/runtime_folder.h"
#include "widgets/curves/write_figures.h"

#include <QApplication>
#include <QTemporaryDir>
#endif

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "core/runs/agreement.h"
#include "core/runs/attack_table.h"
#include "core/runs/export.h"
#include "core/runs/known_only.h"
#include "core/runs/published_figures.h"
#include "core/runs/run_reader.h"
#include "core/runs/run_store.h"

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

RunHistory toldKnownOnly(RunHistory run) {
    auto known = knownOnly(std::move(run));
    if (known.known == 0)
        throw inputError(
            "--known-only: {} holds no answer of its original model that is right (of {} that were asked). Leave the "
            "run "
            "out.",
            shownName(known.run), known.asked);
    fmt::print(stderr, "{}: {} of {} questions that its original model answered rightly count.\n", shownName(known.run),
               known.known, known.asked);
    return std::move(known.run);
}

/// `answers`: with what intervals are made of.
std::vector<RunHistory> readAll(const Compared& compared, bool answers) {
    answers = answers || compared.knownOnly;
    std::set<std::string_view> tables{ResourceRow::table};
    if (answers)
        tables.insert(AnswerRow::table);
    std::vector<RunHistory> runs;
    for (const auto& path : runsAmong(compared.runs)) {
        runs.push_back(readRun(path, {.only = tables}));
        if (!answers && isReference(runs.back().spec.method))  // the others are held against its answers
            return readAll(compared, true);
    }
    if (compared.knownOnly)
        for (auto& run : runs)
            run = toldKnownOnly(std::move(run));
    for (const auto& file : compared.published)
        for (auto& run : readPublishedFigures(file))
            runs.push_back(std::move(run));
    return runs;
}

/// The run's name with what keeps its row from being held against the others.
std::string labelled(const CompareRow& row, const CompareTable& table) {
    auto label = shownName(row) + (row.endedEarly.empty() ? "" : " *");
    if (std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& other) { return other.order != row.order; }))
        label += fmt::format(", order {}", row.order);
    if (row.stage + 1 < row.stageCount)
        label += fmt::format(", stage {} of {}", row.stage, row.stageCount - 1);
    return label;
}

void printPlain(const CompareTable& table) {
    std::size_t longest = 16;
    for (const auto& row : table.rows)
        longest = std::max(longest, labelled(row, table).size());
    fmt::print("{:{}}", "run", longest);
    for (const auto& column : table.columns)
        fmt::print(" {:>{}}", column.id, std::max<std::size_t>(column.id.size(), 7));
    fmt::print("\n");
    for (const auto& row : table.rows) {
        fmt::print("{:{}}", labelled(row, table), longest);
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const auto width = std::max<std::size_t>(table.columns[c].id.size(), 7);
            if (row.values[c])
                fmt::print(" {:>{}.{}f}", *row.values[c], width, table.columns[c].decimals);
            else
                fmt::print(" {:>{}}", "-", width);
        }
        fmt::print("\n");
    }
    for (const auto& row : table.rows)
        if (!row.endedEarly.empty())
            fmt::print("* {}: training ended early: {}.\n", row.name, endedEarlyText(row));
    for (const auto& row : table.rows)
        if (!row.makers.empty())
            fmt::print("{}: {}. Its numbers may differ in the last bits from those of an undisturbed run.\n", row.name,
                       row.makers);
    for (const auto& note : publishedNotes(table))
        fmt::print("published: {}.\n", note);
    const auto& columns = table.columns;
    if (std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.id == "time_s"; }))
        fmt::print(
            "time_s: training and testing, without the preparation before. `lacuna compare --json` explains all "
            "columns.\n");
}

}  // namespace

std::vector<fs::path> runsAmong(const std::vector<fs::path>& paths) {
    std::vector<fs::path> all;
    for (const auto& path : paths) {
        std::error_code none;
        const auto inside = fs::is_directory(path, none) && !fs::exists(path / "spec.json", none)
                                ? RunStore(path).list()
                                : std::vector<RunListing>{};
        if (inside.empty())
            all.push_back(path);  // a run, or what is wrong with it is said when it is read
        for (auto listing = inside.rbegin(); listing != inside.rend(); ++listing)
            all.push_back(listing->folder);
    }
    return all;
}

void printComparison(const Compared& compared, TableFormat format) {
    const bool intervals = format == TableFormat::Csv || format == TableFormat::Json;
    const auto runs = readAll(compared, intervals);
    std::vector<const RunHistory*> pointers;
    pointers.reserve(runs.size());
    for (const auto& run : runs)
        pointers.push_back(&run);
    auto table = compareRuns(pointers, compared.columns);
    if (intervals)
        addIntervals(table, pointers);
    switch (format) {
        case TableFormat::Plain:
            return printPlain(table);
        case TableFormat::Csv:
            fmt::print("{}", compareCsv(table));
            return;
        case TableFormat::Latex:
            fmt::print("{}", compareLatex(table));
            return;
        case TableFormat::Markdown:
            fmt::print("{}", compareMarkdown(table));
            return;
        case TableFormat::Json:
            fmt::print("{}\n", compareJson(table));
            return;
    }
}

void printAgreement(const Compared& compared, TableFormat format) {
    const auto runs = readAll(compared, false);
    std::vector<const RunHistory*> pointers;
    for (const auto& run : runs)
        pointers.push_back(&run);
    const auto agreement = agreementOf(compareRuns(pointers, compared.columns));
    constexpr int fewest = 3;
    if (agreement.runs < fewest)
        throw inputError("--agreement: {} run{} cannot be ranked by metrics. Give at least {}.", agreement.runs,
                         agreement.runs == 1 ? "" : "s", fewest);
    switch (format) {
        case TableFormat::Csv:
            fmt::print("{}", agreementCsv(agreement));
            return;
        case TableFormat::Json:
            fmt::print("{}\n", agreementJson(agreement));
            return;
        case TableFormat::Latex:
            throw inputError("--agreement: has no LaTeX form. Take --markdown, --csv or --json.");
        default:
            fmt::print("{}", agreementText(agreement, format == TableFormat::Markdown));
    }
}

void printAttacks(const std::vector<fs::path>& paths, int stage, TableFormat format) {
    if (format == TableFormat::Latex)
        throw inputError("--attacks: has no LaTeX form. Take --markdown, --csv or --json.");
    std::vector<RunHistory> runs;
    std::vector<AttackLog> logs;
    std::string untried;
    for (const auto& path : runsAmong(paths)) {
        auto log = readAttackLog(path);
        if (attackedStage(log) < 0) {
            untried += fmt::format("{}: no attack was mounted on it. `lacuna attack {}` does.\n", path.string(),
                                   path.string());
            continue;
        }
        runs.push_back(readRun(path, {.only = {ResourceRow::table}}));
        logs.push_back(std::move(log));
    }
    if (runs.empty())
        throw inputError("{}", untried.empty() ? "There is no run to compare." : untried.substr(0, untried.size() - 1));
    std::vector<AttackedRun> attacked;
    for (std::size_t i = 0; i < runs.size(); ++i)
        attacked.push_back(attackedRun(runs[i], logs[i], stage < 0 ? std::nullopt : std::optional(stage)));
    if (format == TableFormat::Csv)
        fmt::print("{}", attackCsv(attacked));
    else if (format == TableFormat::Json)
        fmt::print("{}\n", attackJson(attacked));
    else
        fmt::print("{}{}{}\n", attackTable(attacked, format == TableFormat::Markdown),
                   format == TableFormat::Markdown ? "\n" : "", attackTableNote);
    fmt::print(stderr, "{}", untried);
}

#ifdef LACUNA_FIGURES
/// Qt wants an application object even for drawing into a file; it never needs a display here. It lives to the end.
static void beginDrawing() {
    static QApplication* application = nullptr;
    if (application)
        return;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    nameRuntimeFolder();
    static int count = 1;
    static char name[] = "lacuna";
    static char* arguments[] = {name, nullptr};
    application = new QApplication(count, arguments);
}

void writeComparisonFigures(const Compared& compared, const fs::path& folder) {
    beginDrawing();
    writeFigures(readAll(compared, false), QString::fromStdString(folder.string()));
}

std::vector<ReportFigure> comparisonFigures(const std::vector<fs::path>& paths) {
    const QTemporaryDir folder;
    const fs::path drawn = folder.path().toStdString();
    writeComparisonFigures({paths}, drawn);
    std::vector<ReportFigure> figures;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(drawn))
        if (entry.path().extension() == ".svg")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        auto svg = readFile(file, std::size_t{64} << 20);
        svg.erase(0, std::min(svg.size(), svg.find("<svg")));  // what stands before it belongs to a file of its own
        figures.push_back({file.stem().string(), std::move(svg)});
    }
    return figures;
}

void writePdf(const std::string& html, const fs::path& file) {
    beginDrawing();
    writePdfOf(html, QString::fromStdString(file.string()));
}
#else
std::vector<ReportFigure> comparisonFigures(const std::vector<fs::path>&) {
    return {};
}

void writePdf(const std::string&, const fs::path& file) {
    throw inputError("{}: this Lacuna was built without figures and writes no PDF. Name the report .html.",
                     file.string());
}
#endif

}  // namespace lacuna::cli
