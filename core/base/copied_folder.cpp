// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/copied_folder.h"

#include "core/base/file_error.h"
#include "core/base/interruption.h"

#include <cerrno>
#include <fstream>
#include <vector>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::size_t copiedAtOnce = std::size_t{1} << 20;

Error refused(const fs::path& path, const char* what) {
    return fileError(path, {errno != 0 ? errno : EIO, std::system_category()}, what);
}

void copyFile(const fs::path& from, const fs::path& to) {
    errno = 0;
    std::ifstream in(from, std::ios::binary);
    if (!in)
        throw refused(from, "cannot be read");
    std::ofstream out(to, std::ios::binary | std::ios::trunc);
    for (std::vector<char> piece(copiedAtOnce); out && in;) {
        interruptionPoint();
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        if (in.bad())
            throw refused(from, "cannot be read");
        out.write(piece.data(), in.gcount());
    }
    if (out)
        out.close();
    if (!out)
        throw refused(to, "cannot be written");
}

}  // namespace

void copyFolder(const fs::path& from, const fs::path& to) {
    try {
        fs::create_directories(to);
        for (const auto& entry : fs::recursive_directory_iterator(from)) {
            const auto target = to / entry.path().lexically_relative(from);
            if (entry.is_directory())
                fs::create_directories(target);
            else
                copyFile(entry.path(), target);
        }
    } catch (const fs::filesystem_error& error) {
        throw fileError(error);
    }
}

}  // namespace lacuna
