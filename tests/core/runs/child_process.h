// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace lacuna::testing {

/// `work` in a process of its own, which ends with what it returns, or with 1 after an exception. Forked, not started
/// anew: a test process has one thread of work and no HDF5 file open, and a run must take milliseconds. A child that
/// hangs dies after a minute, one that is not waited for with this object: neither keeps the test, nor what reads its
/// output, waiting for ever.
class ChildProcess {
public:
    explicit ChildProcess(const std::function<int()>& work) : m_id(::fork()) {
        if (m_id < 0)
            throw std::runtime_error("no process could be forked");
        if (m_id > 0)
            return;
        ::alarm(60);
        int status = 1;
        try {
            status = work();
        } catch (const std::exception& e) {
            std::fprintf(stderr, "child: %s\n", e.what());
        }
        ::_exit(status);
    }
    ~ChildProcess() {
        kill();
        wait();
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void kill() const {
        if (m_id > 0)
            ::kill(m_id, SIGKILL);
    }
    /// Its exit status; −1 when a signal ended it.
    int wait() {
        while (m_id > 0 && ::waitpid(m_id, &m_status, 0) < 0 && errno == EINTR) {
        }
        m_id = 0;
        return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : -1;
    }

private:
    pid_t m_id;
    int m_status = 0;
};

}  // namespace lacuna::testing
