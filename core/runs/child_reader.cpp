// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/child_reader.h"

#include "core/base/build_id.h"
#include "core/base/interruption.h"

#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t mostMsAtOnce = 50;

/// The child stopped answering: died, or ran out of time. `what` completes "FILE: reading it …".
struct ChildLost {
    const char* what;
};

/// Stands beside the library this function is in.
fs::path readerProgram() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&readTableFiles), &info) == 0 || !info.dli_fname)
        throw internalError("Lacuna cannot tell where its library is. Please report this.");
    return fs::absolute(info.dli_fname).parent_path() / "lacuna-reader";
}

class Child {
public:
    Child(std::vector<std::string> arguments, std::chrono::milliseconds timeLimit) : m_end(Clock::now() + timeLimit) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw resourceError("Run files cannot be read ({}). Close some programs.", std::strerror(errno));
        m_output = ends[0];
        ::fcntl(m_output, F_SETPIPE_SZ, 1 << 20);  // fewer turns between the two; refused = slower
        const int code = spawn(arguments, ends[1]);
        ::close(ends[1]);
        if (code != 0) {
            ::close(m_output);
            throw resourceError("{} cannot be started ({}). It belongs beside Lacuna's library: install Lacuna again.",
                                arguments[0], std::strerror(code));
        }
    }

    ~Child() {
        ::close(m_output);
        ::kill(m_process, SIGKILL);  // finished or not: it has nothing to lose
        while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Fills all of `bytes`; throws ChildLost.
    void read(void* bytes, std::size_t count) const {
        auto* at = static_cast<char*>(bytes);
        while (count > 0) {
            quietInterruptionPoint();
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_end - Clock::now()).count();
            if (left <= 0)
                throw ChildLost{"took too long"};
            pollfd readable{m_output, POLLIN, 0};
            if (::poll(&readable, 1, static_cast<int>(std::min<std::int64_t>(left, mostMsAtOnce))) == 0)
                continue;
            const auto got = ::read(m_output, at, count);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                throw ChildLost{"ended the reading process"};
            at += got;
            count -= static_cast<std::size_t>(got);
        }
    }

private:
    int spawn(std::vector<std::string>& arguments, int output) {
        std::vector<char*> argv;
        for (auto& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        // The starter may block or ignore signals the child must die of.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        const int code = ::posix_spawn(&m_process, argv[0], &actions, &attributes, argv.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }

    Clock::time_point m_end;
    pid_t m_process = 0;
    int m_output = -1;
};

}  // namespace

std::vector<TableFileResult> readTableFiles(const std::vector<fs::path>& files, const std::vector<TableSpec>& wanted,
                                            std::chrono::milliseconds timeLimit) {
    std::vector<TableFileResult> results(files.size());
    if (files.empty())
        return results;
    const auto alarmSeconds = std::chrono::ceil<std::chrono::seconds>(timeLimit).count() + 1;
    std::vector<std::string> arguments{readerProgram().string(), lacunaPlainBuild(), fmt::to_string(alarmSeconds),
                                       encodeSpecs(wanted)};
    for (const auto& file : files)
        arguments.push_back(file.string());
    const Child child(std::move(arguments), timeLimit);
    const WireRead read = [&](void* bytes, std::size_t count) { child.read(bytes, count); };
    for (std::size_t i = 0; i < files.size(); ++i) {
        try {
            results[i] = readFromWire(read);
        } catch (const ChildLost& lost) {
            for (auto at = i; at < files.size(); ++at)
                results[at].error =
                    inputError("{}: reading it {}. {}", files[at].string(), lost.what,
                               at == i ? "The file is damaged." : "A file before it is damaged; move that one away.");
            break;
        }
    }
    return results;
}

}  // namespace lacuna
