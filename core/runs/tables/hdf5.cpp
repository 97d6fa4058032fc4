// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/hdf5.h"

#include <algorithm>
#include <mutex>

namespace lacuna::hdf5 {

void begin() {
    static std::once_flag once;
    std::call_once(once, [] { H5dont_atexit(); });
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void fail(ErrorKind kind, const std::filesystem::path& path, std::string_view action) {
    std::string words;
    const auto keepInnermost = [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
        if (error->desc)
            *static_cast<std::string*>(data) = error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keepInnermost, &words);
    H5Eclear2(H5E_DEFAULT);
    std::replace(words.begin(), words.end(), '\n', ' ');  // it puts a time in, with a line's end
    const bool full = words.find("No space left") != std::string::npos || words.find("quota") != std::string::npos;
    const bool locks = words.find("lock file") != std::string::npos;  // only where the variable insists on it
    if (locks)
        throw resourceError(
            "{}: cannot {} ({}). Unset HDF5_USE_FILE_LOCKING: run.lock keeps other writers out, and this drive has no "
            "file locks.",
            path.string(), action, words.substr(0, 200));
    if (full)
        throw resourceError("{}: cannot {}, the disk is full. Free some space and resume.", path.string(), action);
    throw Error(kind, fmt::format("{}: cannot {} ({}). {}", path.string(), action, words.substr(0, 200),
                                  kind == ErrorKind::Input ? "The file is damaged, or not a run file of Lacuna."
                                                           : "Check the disk and its permissions."));
}

Handle textType(const Caller& call, std::size_t width) {
    Handle type = call.handle(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
    call(H5Tset_size(type.get(), width), "make a text type");
    call(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
    call(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "make a text type");
    return type;
}

}  // namespace lacuna::hdf5
