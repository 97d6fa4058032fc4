// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace lacuna {

/// A file that takes the place of `path` as a whole, written piece by piece: what is written never stands in memory
/// together. Until `publish` the old file is untouched; an object that ends before it leaves nothing behind.
class AtomicFile {
public:
    /// Throws ResourceError when nothing can be written beside `path`.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Throws ResourceError (disk full).
    void write(std::string_view bytes);
    /// Synced, renamed, folder synced: once, after the last `write`. Throws ResourceError with the old file untouched.
    void publish();
    // `publish` in pieces, for a file whose folder is renamed in between.
    void sync();     ///< on the disk, beside the old file; nothing more is written. Throws ResourceError.
    void replace();  ///< takes the old file's place. Throws ResourceError.
    void movedTo(const std::filesystem::path& folder);  ///< where the folder of `path` is now

private:
    std::filesystem::path m_path, m_temporary;
    int m_descriptor = -1;
    std::uint64_t m_written = 0, m_onDisk = 0;  ///< bytes
};

/// Replaces `path` as a whole: written beside it, synced, renamed, folder synced. A reader sees the old file or the new
/// one, also after a power cut. Throws ResourceError (disk full, no permission) with the old file untouched.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

/// The last half of it, for files another library wrote: sync `temporary`, rename it to `path`, sync the folder.
void publishFile(const std::filesystem::path& temporary, const std::filesystem::path& path);

/// Writes `path` without the syncing, many times as fast: for a file whose loss is noticed (another file holds its
/// hash) and that can be made again. Throws ResourceError.
void writeFileUnsynced(const std::filesystem::path& path, std::string_view bytes);

/// Puts what was created, renamed or removed in a folder on the disk. Throws ResourceError.
void syncFolder(const std::filesystem::path& folder);

/// Is something at `path`, be it a link to nowhere or out of reach? Reading it then says what is wrong with it. Never
/// throws, unlike std::filesystem::exists.
bool isThere(const std::filesystem::path& path);

/// The whole file as bytes. Throws InputError when it cannot be read or is larger than `limitBytes`.
std::string readFile(const std::filesystem::path& path, std::size_t limitBytes = std::size_t{1} << 30);

}  // namespace lacuna
