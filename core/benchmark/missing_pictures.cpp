// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/missing_pictures.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <unordered_set>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Where each view of an entity has gone, and the entity itself; −1 = it is left out.
struct Moved {
    int entity = -1;
    std::vector<int> views;
};

using Missing = std::unordered_set<std::string_view>;

/// What is left of the views; where each has gone.
std::vector<int> dropViews(Entity& entity, const Missing& missing) {
    std::vector<int> moved;
    std::vector<View> left;
    for (auto& view : entity.views) {
        const bool gone = missing.count(view.image) > 0;
        moved.push_back(gone ? -1 : static_cast<int>(left.size()));
        if (!gone)
            left.push_back(std::move(view));
    }
    entity.views = std::move(left);
    return moved;
}

std::vector<Moved> dropEntities(std::vector<Entity>& entities, const Missing& missing) {
    std::vector<Moved> moved;
    std::vector<Entity> left;
    for (auto& entity : entities) {
        Moved to{-1, dropViews(entity, missing)};
        if (!entity.views.empty()) {
            to.entity = static_cast<int>(left.size());
            left.push_back(std::move(entity));
        }
        moved.push_back(std::move(to));
    }
    entities = std::move(left);
    return moved;
}

void follow(std::vector<int>& entities, const std::vector<Moved>& moved) {
    for (auto& entity : entities)
        entity = moved[static_cast<std::size_t>(entity)].entity;
    std::erase(entities, -1);
}

void follow(std::vector<Item>& items, const std::vector<Moved>& moved) {
    for (auto& item : items) {
        const auto& to = moved[static_cast<std::size_t>(item.entity)];
        item.entity = to.entity;
        item.view = to.views[static_cast<std::size_t>(item.view)];
    }
    std::erase_if(items, [](const Item& item) { return item.view < 0; });
}

}  // namespace

std::vector<std::string> picturePaths(const Benchmark& benchmark, bool withDistractors) {
    std::vector<std::string> paths;
    for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
        for (const auto& entity : *entities)
            for (const auto& view : entity.views)
                paths.push_back(view.image);
    if (withDistractors)
        for (const auto& distractor : benchmark.distractors)
            paths.push_back(distractor.image);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

std::vector<MissingPicture> missingPictures(const fs::path& folder, const std::vector<std::string>& images) {
    using Why = MissingPicture::Why;
    std::vector<MissingPicture> missing;
    for (const auto& image : images) {
        interruptionPoint();
        std::error_code code;
        const auto status = fs::status(folder / image, code);
        if (fs::is_directory(status))
            missing.push_back({image, Why::Folder});
        else if (!fs::is_regular_file(status))
            missing.push_back({image, Why::Absent});
        else if (fs::file_size(folder / image, code) == 0)
            missing.push_back({image, Why::Empty});
    }
    return missing;
}

Benchmark withoutMissingPictures(Benchmark benchmark) {
    const auto pictures = missingPictures(benchmark.folder, picturePaths(benchmark));
    if (pictures.empty())
        return benchmark;
    Missing missing;
    for (const auto& picture : pictures)
        missing.insert(picture.image);
    const auto moved = dropEntities(benchmark.entities, missing);
    dropEntities(benchmark.bystanders, missing);
    for (auto& request : benchmark.requests) {
        const bool retained = !request.retain.empty();
        for (auto* entities : {&request.forgetEntities, &request.retainEntities})
            follow(*entities, moved);
        for (auto* items : {&request.forget, &request.retain})
            follow(*items, moved);
        if (request.forget.empty() || (retained && request.retain.empty()))
            throw inputError(
                "{}: {} pictures are missing, and without the questions about them request {} has nothing to {}. Put "
                "the pictures there, or run with drawn stand-ins (--images surrogate).",
                benchmark.folder.string(), pictures.size(), request.name, request.forget.empty() ? "forget" : "retain");
    }
    benchmark.leftOut = static_cast<int>(pictures.size());
    benchmark.hash = contentHash(benchmark);
    return benchmark;
}

}  // namespace lacuna
