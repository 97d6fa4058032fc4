#include "core/base/atomic_file.h"

#include "core/base/error.h"
#include "core/base/file_error.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

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

void writeAll(const Descriptor& descriptor, std::string_view bytes, const fs::path& path) {
    if (descriptor.get() < 0)
        throw cannotWrite(path);
    for (std::size_t at = 0; at < bytes.size();) {
        const auto written = ::write(descriptor.get(), bytes.data() + at, bytes.size() - at);
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

void writeFileAtomically(const fs::path& path, std::string_view bytes) {
    static std::atomic<unsigned> counter{0};  // two threads may write the same file
    auto temporary = path;
    temporary += fmt::format(".{}-{}.part", ::getpid(), counter++);
    try {
        Descriptor descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        writeAll(descriptor, bytes, path);
        if (::fsync(descriptor.get()) != 0 || descriptor.close() != 0)
            throw cannotWrite(path);
        if (::rename(temporary.c_str(), path.c_str()) != 0)
            throw cannotWrite(path);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    syncFolderOf(path);
}

void writeFileUnsynced(const fs::path& path, std::string_view bytes) {
    Descriptor descriptor(path, O_WRONLY | O_CREAT | O_TRUNC);
    writeAll(descriptor, bytes, path);
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
