// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/drawn/look.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lacuna::drawn {

/// One picture to be drawn: a view of a look, as a file below some folder.
struct PictureJob {
    Look look;
    std::uint64_t seed = 0;
    std::string image;
};

/// The jobs whose file is not in `folder`, or is empty.
std::vector<PictureJob> missingPictures(const std::filesystem::path& folder, const std::vector<PictureJob>& jobs);

/// Draws every job on two threads, each file renamed into place when whole. The bytes do not depend on the threads.
/// Throws ResourceError, Cancelled (what is drawn by then stays).
void drawPictures(const std::filesystem::path& folder, const std::vector<PictureJob>& jobs,
                  const ProgressFunction& progress);

/// Sees to it that `folder` holds every picture of `jobs` and what `finish` writes there. A new folder is made as a
/// sibling (see `unfinished`; there `finish` comes first) and renamed, an incomplete one mended in place; a second
/// process waits for the first. What a killed call had drawn is kept. `whole` says whether what `finish` writes is
/// there. Throws ResourceError, Cancelled.
void completeFolder(const std::filesystem::path& folder, const std::vector<PictureJob>& jobs,
                    const std::function<bool(const std::filesystem::path&)>& whole,
                    const std::function<void(const std::filesystem::path&)>& finish, const ProgressFunction& progress);

}  // namespace lacuna::drawn
