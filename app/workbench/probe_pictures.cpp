// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/probe_pictures.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/images/picture_header.h"

#include <algorithm>

namespace lacuna {

void nameBenchmarkPicture(OwnProbe& probe, const Benchmark& benchmark) {
    for (const auto& entity : benchmark.entities)
        for (std::size_t view = 0; view < entity.views.size(); ++view)
            if (benchmark.imagePath(entity.views[view]) == probe.image) {
                probe.entity = entity.id;
                probe.view = static_cast<int>(view);
                return;
            }
}

std::string pictureOf(const OwnProbe& probe, const Benchmark& benchmark) {
    const auto endsLike = [&](const View& view) { return probe.image.ends_with("/" + view.image); };
    const bool lost = probe.view < 0 && !isThere(probe.image);
    for (const auto& entity : benchmark.entities) {
        if (probe.view >= 0 && entity.id == probe.entity && static_cast<std::size_t>(probe.view) < entity.views.size())
            return benchmark.imagePath(entity.views[static_cast<std::size_t>(probe.view)]).string();
        if (const auto view = std::find_if(entity.views.begin(), entity.views.end(), endsLike);
            lost && entity.id == probe.about && view != entity.views.end())
            return benchmark.imagePath(*view).string();
    }
    return probe.image;
}

std::string pictureProblem(const std::filesystem::path& file) {
    constexpr std::size_t mostBytes = std::size_t{512} << 20;
    try {
        return readPictureHeader(readFile(file, mostBytes)).problem;
    } catch (const Error& error) {
        std::string what = error.what();
        return what.ends_with('.') ? what.substr(0, what.size() - 1) : what;
    }
}

}  // namespace lacuna
