// lacuna-reader SECONDS TABLES FILE…: reads run files and hands their tables to whoever started it, through standard
// output. A program of its own, because a damaged HDF5 file can hang or crash the library: this process may die.
#include "core/base/error.h"
#include "core/runs/tables/table_read.h"
#include "core/runs/tables/table_wire.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
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

/// One line of state (0 = read; 1, 2, 3 = an error's kind + 1), then the tables or the message.
void answer(const char* path, const std::vector<TableSpec>& wanted) {
    const auto failed = [](ErrorKind kind, std::string_view message) {
        const auto state = static_cast<unsigned char>(1 + static_cast<int>(kind));
        writeAll(&state, 1);
        writeText(message, writeAll);
    };
    try {
        const auto content = readTableFile(path, wanted);
        const unsigned char state = 0;
        writeAll(&state, 1);
        writeTables(content, writeAll);
    } catch (const Error& e) {
        failed(e.kind(), e.what());
    } catch (const std::bad_alloc&) {
        failed(ErrorKind::Input, fmt::format("{}: asks for more memory than a run file may. It is damaged.", path));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("lacuna-reader is started by Lacuna itself, to read run files safely.\n", stderr);
        return 2;
    }
    ::alarm(static_cast<unsigned>(std::atoi(argv[1])));  // also when whoever started it died
    limitMemory();
    const auto wanted = decodeSpecs(argv[2]);
    for (int i = 3; i < argc; ++i)
        answer(argv[i], wanted);
    return 0;
}
