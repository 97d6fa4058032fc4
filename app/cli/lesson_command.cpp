// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/error.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/lessons/lesson.h"

#include <fmt/ranges.h>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

void printLine(const Lesson& lesson) {
    fmt::print("{:<14} {}{}\n", printable(lesson.id), printable(lesson.title),
               lesson.minutes > 0 ? fmt::format(" ({} min)", lesson.minutes) : "");
    if (!lesson.summary.empty())
        fmt::print("{:<14} {}\n", "", printable(lesson.summary));
}

void list(const fs::path& folder) {
    const auto benchmark = embeddedRecords();
    if (folder.empty()) {
        for (const auto& shipped : shippedLessons()) {
            auto lesson = lessonFromJson(shipped.text, std::string(shipped.id), &benchmark);
            lesson.id = shipped.id;
            printLine(lesson);
        }
        return;
    }
    const auto files = lessonFiles(folder);
    if (files.empty())
        throw inputError("{}: holds no lesson (*.json).", folder.string());
    for (const auto& file : files)
        printLine(readLesson(file, &benchmark));
}

/// All of them are looked at, whatever is wrong with the first.
void check(const std::vector<fs::path>& files) {
    const auto benchmark = embeddedRecords();
    std::vector<std::string> problems;
    for (const auto& file : files)
        try {
            const auto lesson = readLesson(file, &benchmark);
            std::size_t questions = 0;
            for (const auto& step : lesson.steps)
                questions += step.ask.empty() ? 0 : 1;
            fmt::print("{}: \"{}\", {} steps, {} questions, {} runs\n", printable(file.string()),
                       printable(lesson.title), lesson.steps.size(), questions, lesson.runs.size());
        } catch (const Error& error) {
            problems.emplace_back(error.what());
        }
    if (!problems.empty())
        throw inputError("{}", fmt::join(problems, "\n"));
}

void print(const std::string& id) {
    std::vector<std::string> known;
    for (const auto& shipped : shippedLessons()) {
        if (shipped.id == id) {
            fmt::print("{}", shipped.text);
            return;
        }
        known.emplace_back(shipped.id);
    }
    throw inputError("There is no lesson \"{}\". Known are: {}.", id, fmt::join(known, ", "));
}

}  // namespace

void addLessonCommand(CLI::App& app) {
    auto* command = app.add_subcommand("lesson", "List the workbench's lessons, or check one that you wrote");
    command->require_subcommand(1);

    auto folder = std::make_shared<fs::path>();
    auto* all = command->add_subcommand("list", "The lessons that come with Lacuna, or those of a folder");
    all->add_option("DIR", *folder, "A folder of lessons");
    all->callback([folder] { list(*folder); });

    auto files = std::make_shared<std::vector<fs::path>>();
    auto* checked = command->add_subcommand(
        "check", "Read lessons as the workbench would; says file, line and reason of what is wrong, exit code 2");
    checked->add_option("FILE", *files, "Lessons (docs/write-a-lesson.md)")->required();
    checked->callback([files] { check(*files); });

    auto id = std::make_shared<std::string>();
    auto* text = command->add_subcommand("print", "Print a lesson that comes with Lacuna, to begin one's own from");
    text->add_option("ID", *id, "As `lesson list` names it")->required();
    text->callback([id] { print(*id); });
}

}  // namespace lacuna::cli
