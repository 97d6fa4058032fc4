// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_error.h"

#include <cerrno>

namespace lacuna {
namespace {

const char* remedyFor(const std::error_code& reason) {
    const bool system = reason.category() == std::system_category() || reason.category() == std::generic_category();
    switch (system ? reason.value() : 0) {
        case ENOSPC:
        case EDQUOT:
            return "Free some space on that disk and try again.";
        case EFBIG:
            return "That disk, or a limit of this session (ulimit -f), allows no file so large. Choose another disk, "
                   "or raise the limit.";
        case EROFS:
            return "That disk can only be read. Choose a folder on another.";
        case ENAMETOOLONG:
            return "The name is longer than that disk allows. Choose a shorter one.";
        case ENOTDIR:
        case EEXIST:
            return "A file stands where a folder should. Choose another place, or move that file away.";
        case ENOENT:
            return "Something of that path is not there, or was removed meanwhile. Check the path.";
        case EMFILE:
        case ENFILE:
            return "Too many files are open. Close some programs, or raise the limit (ulimit -n).";
        case EIO:
        case ESTALE:
        case ENODEV:
        case ENXIO:
            return "Check that disk, and that it is still connected.";
        case EAGAIN:
        case ENOMEM:
            return "The system has no room for it at the moment. Close some programs and try again.";
        default:
            return "Check the folder and its permissions.";
    }
}

/// "cannot create directories" out of "filesystem error: cannot create directories: Not a directory [/x/y]".
std::string actionOf(const std::filesystem::filesystem_error& error) {
    std::string text = error.what();
    constexpr std::string_view opening = "filesystem error: ";
    if (text.starts_with(opening))
        text.erase(0, opening.size());
    if (const auto end = text.find(": " + error.code().message()); end != std::string::npos && end > 0)
        return text.substr(0, end);
    return "cannot be used";
}

}  // namespace

Error fileError(const std::filesystem::path& path, const std::error_code& reason, std::string_view what) {
    return resourceError("{}: {} ({}). {}", path.string(), what, reason.message(), remedyFor(reason));
}

Error fileError(const std::filesystem::filesystem_error& error) {
    if (error.path1().empty())
        return systemError(error);
    const auto action = actionOf(error);
    return error.path2().empty()
               ? fileError(error.path1(), error.code(), action)
               : fileError(error.path1(), error.code(), fmt::format("{} to {}", action, error.path2().string()));
}

Error systemError(const std::system_error& error) {
    // what() ends with the reason already.
    return resourceError("The system refused: {}. {}", error.what(), remedyFor(error.code()));
}

}  // namespace lacuna
