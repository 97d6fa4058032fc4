// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// lacuna-reader BUILD SECONDS TABLES FILE…: reads run files and hands their tables to whoever started it, through
// standard output. A program of its own, because a damaged HDF5 file can hang or crash the library: this process may
// die.
#include "core/base/error.h"
#include "core/base/number.h"
#include "core/runs/tables/table_wire.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <lacuna_build_id.h>
#include <malloc.h>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

using namespace lacuna;

namespace {

void writeAll(const void* bytes, std::size_t count) {
    const auto* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const auto written = ::write(STDOUT_FILENO, at, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            std::_Exit(1);  // nobody listens any more
        at += written;
        count -= static_cast<std::size_t>(written);
    }
}

void limitMemory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve more than this
    constexpr rlim_t most = rlim_t{6} << 30;
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_DATA, &limit);
#endif
}

void answer(const char* path, const std::vector<TableSpec>& wanted) {
    WireSink sink(writeAll);
    try {
        readTableFile(path, wanted, sink);
        sink.end();
    } catch (const Error& e) {
        sink.failed(e);
    } catch (const std::bad_alloc&) {
        sink.failed(inputError("{}: asks for more memory than a run file may. It is damaged.", path));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("lacuna-reader is started by Lacuna itself, to read run files safely.\n", stderr);
        return 2;
    }
    ::alarm(numberFrom<unsigned>(argv[2]).value_or(1));  // also when whoever started it died
    limitMemory();
    // Buffers of columns and chunks are used again, not given back to the system each time: half the system's share.
    ::mallopt(M_MMAP_THRESHOLD, 256 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 512 << 20);
    const bool ofOneBuild = std::string_view(argv[1]) == LACUNA_BUILD_ID;
    const auto wanted = ofOneBuild ? decodeSpecs(argv[3]) : std::vector<TableSpec>{};
    for (int i = 4; i < argc; ++i) {
        if (ofOneBuild)
            answer(argv[i], wanted);
        else
            WireSink(writeAll).failed(
                inputError("{}: cannot be read: lacuna-reader is of another build of Lacuna ({}) than the library it "
                           "stands beside "
                           "({}). Install Lacuna again.",
                           argv[i], LACUNA_BUILD_ID, argv[1]));
    }
    return 0;
}
