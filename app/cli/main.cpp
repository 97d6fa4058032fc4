// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/doctor/doctor_command.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/base/legal_notice.h"
#include "core/base/parameter.h"
#include "core/tensors/torch_errors.h"

#include <fmt/ranges.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace lacuna::cli {
namespace {

volatile std::sig_atomic_t interrupts = 0;

extern "C" void onInterrupt(int) {
    if (interrupts == 1)
        _exit(130);
    interrupts = 1;
}

/// Throws InputError for a word where a command should stand: CLI11 alone would only say that one is missing.
void refuseUnknownCommand(const CLI::App& app, int argc, char** argv) {
    const auto* at = &app;
    for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
        std::vector<std::string> known;
        const CLI::App* next = nullptr;
        for (const auto* command : at->get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); })) {
            known.push_back(command->get_name());
            if (command->get_name() == argv[i])
                next = command;
        }
        if (known.empty())
            return;
        const auto near = nearestWord(argv[i], known);
        if (!next)
            throw inputError("There is no command \"{}\". {}", argv[i],
                             near.empty() ? fmt::format("Known are: {}.", fmt::join(known, ", "))
                                          : fmt::format("Did you mean \"{}\"?", near));
        at = next;
    }
}

/// What was printed may stand in a buffer still, and the disk behind it be full.
void finishOutput() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw lacuna::fileError("standard output", {errno, std::system_category()});
}

/// Parses, runs the command and returns the exit code. Throws what it throws.
int run(CLI::App& app, int argc, char** argv) {
    try {
        checkLibraries();
        refuseUnknownCommand(app, argc, argv);
        app.parse(argc, argv);
        finishOutput();
        return 0;
    } catch (const CLI::ParseError& error) {
        if (app.exit(error) != 0)
            return 2;
        finishOutput();
        return 0;
    } catch (const std::system_error& error) {
        if (std::ferror(stdout) != 0)
            throw lacuna::fileError("standard output", error.code());
        throw;
    }
}

}  // namespace

bool interrupted() {
    return interrupts > 0;
}

}  // namespace lacuna::cli

/// All of the program but finding libtorch, which is app/launcher's.
extern "C" int lacunaCommandLine(int argc, char** argv) {
    using namespace lacuna::cli;
    CLI::App app{"Lacuna: lifelong unlearning of multimodal language models, run, measured and compared.", "lacuna"};
    app.set_version_flag("--version", fmt::format("lacuna {}\n{}", LACUNA_VERSION, lacuna::legalNotice));
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 2 input to mend, 3 out of memory, disk or device, 4 a bug, 130 interrupted.");
    addRunCommand(app);
    addResumeCommand(app);
    addMeasureCommand(app);
    addGoldCommand(app);
    addDemoCommand(app);
    addCompareCommand(app);
    addExportCommand(app);
    addGateCommand(app);
    addProbeCommand(app);
    addAttackCommand(app);
    addReportCommand(app);
    addMethodsCommand(app);
    addDataCommand(app);
    addLessonCommand(app);
    addTrainSmallCommand(app);
    addModelCommand(app);
    lacuna::addDoctorCommand(app);
    addCompletionCommand(app);
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    const lacuna::Interruptions ends([] {
        if (interrupted())
            throw lacuna::Cancelled{};
    });
    std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit of this session is an error of its write
    try {
        return run(app, argc, argv);
    } catch (const lacuna::Error& error) {
        fmt::print(stderr, "lacuna: {}\n", printable(error.what()));
        return lacuna::exitCode(error.kind());
    } catch (const lacuna::Cancelled&) {
        fmt::print(stderr, "lacuna: interrupted.\n");
        return 130;
    } catch (const std::exception& error) {
        const auto failure = lacuna::unforeseen(error);
        fmt::print(stderr, "lacuna: {}\n", printable(failure.message));
        if (failure.kind == lacuna::ErrorKind::Internal && !failure.detail.empty())
            fmt::print(stderr, "{}\n", failure.detail);
        return lacuna::exitCode(failure.kind);
    }
}
