// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/interposed_calls.h"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/types.h>
#include <thread>
#include <unistd.h>
#include <utility>

using lacuna::testing::Break;
using lacuna::testing::killedStatus;

namespace {

std::atomic<bool> armed = false;
std::atomic<Break> mode = Break::Nothing;
std::atomic<long> breakAt = -1;
std::atomic<long> calls = 0;
std::function<void()> inRename;
std::atomic<int> readMs = 0, writeMs = 0;

void wait(int ms) {
    if (ms > 0 && ::gettid() != ::getpid())
        std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// True when the call is to fail as on a full disk. `tear` writes half of what was asked.
template <typename Tear>
bool broken(bool writes, Tear&& tear) {
    if (!armed)
        return false;
    const auto call = calls++;
    if (breakAt < 0 || call < breakAt)
        return false;
    if (mode == Break::DiskFull && writes) {
        errno = ENOSPC;
        return true;
    }
    if (call == breakAt && (mode == Break::Kill || mode == Break::TearKill)) {
        if (mode == Break::TearKill)
            tear();
        ::_exit(killedStatus);
    }
    return false;
}

/// True when a file lock is to fail.
bool lockless() {
    if (!armed || mode != Break::NoLocks)
        return false;
    errno = ENOLCK;
    return true;
}

}  // namespace

namespace lacuna::testing {

void slowReads(std::chrono::milliseconds each) {
    readMs = static_cast<int>(each.count());
}

void slowWrites(std::chrono::milliseconds each) {
    writeMs = static_cast<int>(each.count());
}

void duringRename(std::function<void()> work) {
    inRename = std::move(work);
}

void breakCall(Break how, long at) {
    armed = false;
    mode = how;
    breakAt = at;
    calls = 0;
    armed = true;
}

long countedCalls() {
    return calls;
}

}  // namespace lacuna::testing

extern "C" {

ssize_t read(int file, void* bytes, size_t count) {
    static auto* real = next<ssize_t(int, void*, size_t)>("read");
    wait(readMs);
    return real(file, bytes, count);
}

ssize_t pread(int file, void* bytes, size_t count, off_t at) {
    static auto* real = next<ssize_t(int, void*, size_t, off_t)>("pread");
    wait(readMs);
    return real(file, bytes, count, at);
}

ssize_t pread64(int file, void* bytes, size_t count, off64_t at) {
    static auto* real = next<ssize_t(int, void*, size_t, off64_t)>("pread64");
    wait(readMs);
    return real(file, bytes, count, at);
}

ssize_t write(int file, const void* bytes, size_t count) {
    static auto* real = next<ssize_t(int, const void*, size_t)>("write");
    wait(writeMs);
    return broken(true, [&] { real(file, bytes, count / 2); }) ? -1 : real(file, bytes, count);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
    static auto* real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    return broken(true, [&] { real(file, bytes, count / 2, at); }) ? -1 : real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
    static auto* real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    return broken(true, [&] { real(file, bytes, count / 2, at); }) ? -1 : real(file, bytes, count, at);
}

int ftruncate(int file, off_t size) noexcept {
    static auto* real = next<int(int, off_t)>("ftruncate");
    return broken(false, [] {}) ? -1 : real(file, size);
}

int ftruncate64(int file, off64_t size) noexcept {
    static auto* real = next<int(int, off64_t)>("ftruncate64");
    return broken(false, [] {}) ? -1 : real(file, size);
}

int flock(int file, int operation) noexcept {
    static auto* real = next<int(int, int)>("flock");
    return lockless() ? -1 : real(file, operation);
}

int fcntl(int file, int command, ...) {
    static auto* real = next<int(int, int, ...)>("fcntl");
    va_list more;
    va_start(more, command);
    auto* argument = va_arg(more, void*);  // a number travels in the same register
    va_end(more);
    const bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLK ||
                       command == F_OFD_SETLKW || command == F_OFD_GETLK;
    return locks && lockless() ? -1 : real(file, command, argument);
}

int fcntl64(int file, int command, ...) {
    va_list more;
    va_start(more, command);
    auto* argument = va_arg(more, void*);
    va_end(more);
    return fcntl(file, command, argument);
}

int fsync(int file) {
    static auto* real = next<int(int)>("fsync");
    return broken(false, [] {}) ? -1 : real(file);
}

int fdatasync(int file) {
    static auto* real = next<int(int)>("fdatasync");
    return broken(false, [] {}) ? -1 : real(file);
}

int rename(const char* from, const char* to) noexcept {
    static auto* real = next<int(const char*, const char*)>("rename");
    return broken(true, [] {}) ? -1 : real(from, to);
}

int renameat2(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags) noexcept {
    static auto* real = next<int(int, const char*, int, const char*, unsigned)>("renameat2");
    if (const auto work = std::exchange(inRename, {}))
        work();
    return broken(true, [] {}) ? -1 : real(fromFolder, from, toFolder, to, flags);
}

int unlink(const char* path) noexcept {
    static auto* real = next<int(const char*)>("unlink");
    return broken(false, [] {}) ? -1 : real(path);
}

int remove(const char* path) noexcept {
    static auto* real = next<int(const char*)>("remove");
    return broken(false, [] {}) ? -1 : real(path);
}

}  // extern "C"
