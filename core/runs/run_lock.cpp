// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace lacuna {
namespace {

/// A writer on another host cannot be asked whether it lives: it touches its lock while it works.
constexpr std::time_t otherHostSilentS = 600;

/// In clock ticks since the machine started; with the id it names a process for good. Nothing when there is none.
std::optional<std::uint64_t> startOfProcess(long process) {
    std::ifstream stream(fmt::format("/proc/{}/stat", process));
    std::string text;
    if (!std::getline(stream, text, '\0'))
        return std::nullopt;
    std::istringstream fields(text.substr(text.rfind(')') + 1));  // the name before it may hold anything
    std::string skipped;
    constexpr int before = 19;  // proc(5): the start is field 22, the first after the name is 3
    for (int i = 0; i < before; ++i)
        fields >> skipped;
    std::uint64_t start = 0;
    if (!(fields >> start))
        return std::nullopt;
    return start;
}

std::string hostName() {
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

/// A write lock on the whole file, of the kind that belongs to the open descriptor: the kernel drops it with the
/// process, and it also keeps two writers of one process apart.
struct flock wholeFile() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool lockedByKernel(int descriptor) {
    auto lock = wholeFile();
    return ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string contentOf(int descriptor) {
    char buffer[512];
    const auto count = ::pread(descriptor, buffer, sizeof buffer, 0);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(0, count))};
}

/// By what the lock file says: for file systems without kernel locks, and other hosts.
bool writerLives(int descriptor) {
    const auto json = nlohmann::json::parse(contentOf(descriptor), nullptr, false);
    if (!json.is_object() || !json.contains("process") || !json.contains("started") || !json.contains("host") ||
        !json["process"].is_number_integer() || !json["started"].is_number_unsigned() || !json["host"].is_string())
        return false;  // empty after a clean end
    if (json["host"] != hostName()) {
        struct stat info {};
        return ::fstat(descriptor, &info) == 0 && std::time(nullptr) - info.st_mtime < otherHostSilentS;
    }
    return startOfProcess(json["process"].get<long>()) == json["started"].get<std::uint64_t>();
}

}  // namespace

bool hasWriter(const RunFolder& folder) {
    const int descriptor = ::open(folder.lock().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    const bool lives = lockedByKernel(descriptor) || writerLives(descriptor);
    ::close(descriptor);
    return lives;
}

RunLock::RunLock(const RunFolder& folder) {
    const auto path = folder.lock();
    m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw fileError(path, {errno, std::system_category()});
    auto lock = wholeFile();
    m_byKernel = ::fcntl(m_descriptor, F_OFD_SETLK, &lock) == 0;
    const bool taken = !m_byKernel && (errno == EAGAIN || errno == EACCES);
    if (taken || writerLives(m_descriptor)) {
        ::close(m_descriptor);
        throw inputError("{}: another process is writing this run. Wait for it, or stop it first.",
                         folder.path.string());
    }
    const auto text = nlohmann::json{
        {"process", ::getpid()},
        {"started", startOfProcess(::getpid()).value_or(0)},
        {"host",
         hostName()}}.dump();
    if (::ftruncate(m_descriptor, 0) != 0 ||
        ::pwrite(m_descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        const int code = errno;
        ::close(m_descriptor);
        throw fileError(path, {code, std::system_category()});
    }
}

RunLock::~RunLock() {
    // Emptied, not removed: another writer may have opened it already and must not lock a file without a name.
    [[maybe_unused]] const int ignored = ::ftruncate(m_descriptor, 0);
    ::close(m_descriptor);
}

void RunLock::touch() const {
    ::futimens(m_descriptor, nullptr);
}

}  // namespace lacuna
