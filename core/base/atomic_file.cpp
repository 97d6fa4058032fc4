// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Bytes that a slow disk takes in a fifth of a second.
constexpr std::size_t writtenAtOnce = std::size_t{16} << 20;

class Descriptor {
public:
    Descriptor(const fs::path& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
    ~Descriptor() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    int close() { return ::close(std::exchange(m_fd, -1)); }

private:
    int m_fd;
};

Error cannotWrite(const fs::path& path) {
    return fileError(path, {errno, std::system_category()});
}

void syncFolderOf(const fs::path& path) {
    syncFolder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void writeAll(int descriptor, std::string_view bytes, const fs::path& path) {
    if (descriptor < 0)
        throw cannotWrite(path);
    for (std::size_t at = 0; at < bytes.size();) {
        const auto written = ::write(descriptor, bytes.data() + at, bytes.size() - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw cannotWrite(path);
        at += static_cast<std::size_t>(written);
    }
}

}  // namespace

void syncFolder(const fs::path& folder) {
    const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
    if (descriptor.get() < 0)
        throw cannotWrite(folder);
    // Some network and foreign drives cannot sync a folder: there its entries are as safe as they get.
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        throw cannotWrite(folder);
}

AtomicFile::AtomicFile(fs::path path) : m_path(std::move(path)), m_temporary(m_path) {
    static std::atomic<unsigned> counter{0};  // two threads may write the same file
    m_temporary += fmt::format(".{}-{}.part", ::getpid(), counter++);
    m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw cannotWrite(m_path);
}

AtomicFile::~AtomicFile() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void AtomicFile::write(std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), writtenAtOnce))) {
        quietInterruptionPoint();
        const auto piece = bytes.substr(0, writtenAtOnce);
        writeAll(m_descriptor, piece, m_path);
        m_written += piece.size();
        if (m_written - m_onDisk < writtenAtOnce)
            continue;
        // Not left to the sync at the end, which would be one wait for gigabytes.
        constexpr unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
        if (::sync_file_range(m_descriptor, static_cast<off64_t>(m_onDisk), static_cast<off64_t>(m_written - m_onDisk),
                              all) != 0 &&
            (errno == EIO || errno == ENOSPC || errno == EDQUOT))
            throw cannotWrite(m_path);
        m_onDisk = m_written;
    }
}

void AtomicFile::sync() {
    if (m_descriptor < 0)
        return;
    if (::fsync(m_descriptor) != 0 || ::close(std::exchange(m_descriptor, -1)) != 0)
        throw cannotWrite(m_path);
}

void AtomicFile::replace() {
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        throw cannotWrite(m_path);
    m_temporary.clear();
}

void AtomicFile::movedTo(const fs::path& folder) {
    m_path = folder / m_path.filename();
    m_temporary = folder / m_temporary.filename();
}

void AtomicFile::publish() {
    sync();
    replace();
    syncFolderOf(m_path);
}

void writeFileAtomically(const fs::path& path, std::string_view bytes) {
    AtomicFile file(path);
    file.write(bytes);
    file.publish();
}

void writeFileUnsynced(const fs::path& path, std::string_view bytes) {
    Descriptor descriptor(path, O_WRONLY | O_CREAT | O_TRUNC);
    writeAll(descriptor.get(), bytes, path);
    if (descriptor.close() != 0)
        throw cannotWrite(path);
}

void publishFile(const fs::path& temporary, const fs::path& path) {
    const Descriptor descriptor(temporary, O_RDONLY);
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0)
        throw cannotWrite(temporary);
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        throw cannotWrite(path);
    syncFolderOf(path);
}

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

std::string readFile(const fs::path& path, std::size_t limitBytes) {
    std::error_code code;
    const auto size = fs::file_size(path, code);
    if (code || fs::is_directory(path))
        throw inputError("{}: cannot be read ({}). Check the path.", path.string(),
                         code ? code.message() : "it is a folder");
    if (size > limitBytes)
        throw inputError("{}: {} bytes, more than the {} expected of such a file. Is it the right one?", path.string(),
                         size, limitBytes);
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(size, '\0');
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)))
        throw inputError("{}: cannot be read to its end. Check the file and its permissions.", path.string());
    return bytes;
}

}  // namespace lacuna
