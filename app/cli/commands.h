// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <CLI/CLI.hpp>

namespace lacuna::cli {

/// One function per file `<name>_command.cpp`: adds its subcommand to `app`. What a subcommand does happens in its
/// callback, which throws lacuna::Error; main turns that into a line on standard error and an exit code.
void addRunCommand(CLI::App& app);
void addResumeCommand(CLI::App& app);
void addMeasureCommand(CLI::App& app);
void addGoldCommand(CLI::App& app);
void addDemoCommand(CLI::App& app);
void addCompareCommand(CLI::App& app);
void addExportCommand(CLI::App& app);
void addGateCommand(CLI::App& app);
void addProbeCommand(CLI::App& app);
void addAttackCommand(CLI::App& app);
void addReportCommand(CLI::App& app);
void addMethodsCommand(CLI::App& app);
void addDataCommand(CLI::App& app);
void addLessonCommand(CLI::App& app);
void addTrainSmallCommand(CLI::App& app);
void addModelCommand(CLI::App& app);
void addModelRunCommand(CLI::App& model);    ///< below `model`
void addModelMergeCommand(CLI::App& model);  ///< below `model`
void addCompletionCommand(CLI::App& app);

/// Throws InputError when Lacuna's libraries are of another build than the program.
void checkLibraries();

/// True after Ctrl+C: the next interruption point of the main thread throws Cancelled. A second Ctrl+C ends the program
/// at once.
bool interrupted();

/// "embedded", or a folder that must be there: throws InputError.
std::filesystem::path checkpointFolder(const std::filesystem::path& named);

}  // namespace lacuna::cli
