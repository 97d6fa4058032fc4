// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program `lacuna`: finds libtorch, which no package of Lacuna holds, and hands over to the command line, a library
// that is linked with the engine. What must work without libtorch is done here.
#include "app/doctor/doctor_command.h"
#include "core/base/file_error.h"
#include "core/base/legal_notice.h"
#include "core/installation/installation.h"
#include "core/installation/torch_library.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

namespace {

using CommandLine = int(int argc, char** argv);

CommandLine* loadCommandLine() {
    lacuna::loadTorch();
    const auto library = lacuna::libraryFolder() / "liblacuna_cli.so";
    // Its symbols and the engine's stand as if the program were linked with them.
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
    auto* run = handle ? reinterpret_cast<CommandLine*>(::dlsym(handle, "lacunaCommandLine")) : nullptr;
    if (!run)
        throw lacuna::resourceError(
            "Lacuna's engine cannot be loaded: {}. Say \"lacuna doctor\" to see what is there, or install Lacuna "
            "again.",
            ::dlerror());
    return run;
}

/// What was printed may stand in a buffer still, and the disk behind it be full.
void finishOutput() {
    if (std::fflush(stdout) != 0)
        throw lacuna::fileError("standard output", {errno, std::system_category()});
}

/// `doctor`, which must tell what is wrong with an engine that cannot be loaded.
int runDoctor(int argc, char** argv) {
    CLI::App app{"", "lacuna"};
    app.require_subcommand(1);
    lacuna::addDoctorCommand(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (app.exit(error) != 0)
            return 2;
    }
    finishOutput();
    return 0;
}

int start(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "doctor") == 0)
        return runDoctor(argc, argv);
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
        fmt::print("lacuna {}\n{}\n", LACUNA_VERSION, lacuna::legalNotice);
        finishOutput();
        return 0;
    }
    return loadCommandLine()(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const lacuna::Error& error) {
        std::fflush(stdout);
        fmt::print(stderr, "lacuna: {}\n", error.what());
        return lacuna::exitCode(error.kind());
    } catch (const std::exception& error) {
        fmt::print(stderr, "lacuna: {}\n", error.what());
        return lacuna::exitCode(lacuna::ErrorKind::Internal);
    }
}
