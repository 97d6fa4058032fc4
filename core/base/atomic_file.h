#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace lacuna {

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
