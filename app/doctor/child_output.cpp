// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/doctor/child_output.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lacuna {
namespace {

constexpr auto mostTime = std::chrono::seconds(30);

void readAll(int file, std::string& text) {
    const auto end = std::chrono::steady_clock::now() + mostTime;
    std::array<char, 4096> buffer;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd readable{file, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0)
            return;
        const auto got = ::read(file, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

ChildOutput childOutput(std::vector<std::string> commandLine) {
    ChildOutput output;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return output;
    std::vector<char*> arguments;
    for (auto& argument : commandLine)
        arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    pid_t process = 0;
    const int code = ::posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (code == 0) {
        readAll(ends[0], output.text);
        ::kill(process, SIGKILL);  // where it has ended, or said all it had to say
        int status = 0;
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        output.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    ::close(ends[0]);
    while (output.text.ends_with('\n'))
        output.text.pop_back();
    return output;
}

}  // namespace lacuna
