// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack_pictures.h"

#include "core/base/atomic_file.h"
#include "core/base/file_error.h"
#include "core/base/sha256.h"
#include "core/benchmark/cache_folder.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace lacuna {

fs::path attackPicture(const Picture& picture) {
    const auto bytes = pngBytes(picture);
    const auto folder = cacheFolder() / "attacks";
    const auto path = folder / (sha256(bytes).substr(0, 32) + ".png");
    std::error_code failed;
    if (fs::is_regular_file(path, failed) && fs::file_size(path, failed) == bytes.size())
        return path;
    fs::create_directories(folder, failed);
    if (failed)
        throw fileError(folder, failed, "cannot be made");
    writeFileUnsynced(path, bytes);
    return path;
}

}  // namespace lacuna
