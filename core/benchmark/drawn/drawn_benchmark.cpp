// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/drawn_benchmark.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/drawn/content.h"
#include "core/benchmark/drawn/pictures.h"
#include "core/benchmark/mlubench_folder.h"

#include <algorithm>
#include <map>
#include <utility>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::uint64_t kEmbeddedSeed = 127;

/// Every picture of the content, each with a seed of its own.
std::vector<drawn::PictureJob> jobsOf(const drawn::Content& content, std::uint64_t seed) {
    std::vector<drawn::PictureJob> jobs;
    const auto add = [&](const drawn::Look& look, const std::string& image) {
        jobs.push_back({look, deriveSeed(seed, image), image});
    };
    const auto addAll = [&](const std::vector<Entity>& entities, const std::vector<drawn::Look>& looks) {
        for (std::size_t i = 0; i < entities.size(); ++i)
            for (const View& view : entities[i].views)
                add(looks[i], view.image);
    };
    addAll(content.benchmark.entities, content.entityLooks);
    addAll(content.benchmark.bystanders, content.bystanderLooks);
    for (std::size_t i = 0; i < content.benchmark.distractors.size(); ++i)
        add(content.distractorLooks[i], content.benchmark.distractors[i].image);
    return jobs;
}

/// Records and side file anew, whatever was there.
void rewriteRecords(const Benchmark& benchmark, const fs::path& folder) {
    for (const char* part : {"Entities", "Tasks", "lacuna.json"})
        fs::remove_all(folder / part);
    writeBenchmarkFolder(benchmark, folder);
}

/// Seeds by position, not by name: a name from a foreign file is never used as a path.
drawn::Content standIns(const Benchmark& benchmark) {
    drawn::Content content;
    content.benchmark = benchmark;
    std::map<drawn::Figure, int> counts;
    const auto figureOf = [](const Entity& entity) { return drawn::figureOfClass(entity.className); };
    for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
        for (const Entity& entity : *entities)
            ++counts[figureOf(entity)];
    counts[drawn::Figure::Emblem] += static_cast<int>(benchmark.distractors.size());
    std::map<drawn::Figure, std::vector<drawn::Look>> looks;
    for (const auto& [figure, count] : counts)
        looks[figure] = drawn::distinctLooks(figure, count, kEmbeddedSeed);
    std::map<drawn::Figure, std::size_t> used;
    const auto dress = [&](drawn::Figure figure, const std::string& name) {
        drawn::Look look = looks[figure][used[figure]++];
        // The strokes OpenCV writes with know ASCII alone.
        std::copy_if(name.begin(), name.end(), std::back_inserter(look.title),
                     [](char c) { return c >= ' ' && c <= '~'; });
        look.feminine = deriveSeed(1, name) % 2 == 0;
        return look;
    };
    int position = 0;
    const auto dressAll = [&](std::vector<Entity>& entities, std::vector<drawn::Look>& into) {
        for (Entity& entity : entities) {
            entity.views = drawn::viewPaths("surrogate", fmt::format("{:04}", position++));
            into.push_back(dress(figureOf(entity), entity.name));
        }
    };
    dressAll(content.benchmark.entities, content.entityLooks);
    dressAll(content.benchmark.bystanders, content.bystanderLooks);
    for (Distractor& distractor : content.benchmark.distractors) {
        distractor.image = fmt::format("downloaded_images/surrogate/{:04}.jpg", position++);
        content.distractorLooks.push_back(dress(drawn::Figure::Emblem, distractor.name));
    }
    return content;
}

/// The items of one kind of question about one entity see one training view after the other.
void spreadOverViews(std::vector<Item>& items) {
    std::map<std::pair<int, int>, int> seen;
    for (Item& item : items)
        item.view = (5 * item.question + seen[{item.entity, item.question}]++) % drawn::kTrainingViews;
}

/// Throws InputError when a picture of the benchmark is not there.
void requirePhotos(const Benchmark& benchmark) {
    const auto images = picturePaths(benchmark);
    const auto missing = missingPictures(benchmark.folder, images);
    if (missing.empty())
        return;
    using Why = MissingPicture::Why;
    const auto why = missing.front().why;
    throw inputError(
        "{}: {} of {} pictures are missing, the first is {}{}. Put them there, or add --images present to leave out "
        "what asks about them, or --images surrogate to run with drawn stand-ins.",
        benchmark.folder.string(), missing.size(), images.size(), missing.front().image,
        why == Why::Empty    ? " (an empty file)"
        : why == Why::Folder ? " (a folder)"
                             : "");
}

/// Everything but the pictures.
drawn::Content surrogateContent(const Benchmark& benchmark) {
    drawn::Content content = standIns(benchmark);
    Benchmark& made = content.benchmark;
    for (Request& request : made.requests) {
        spreadOverViews(request.forget);
        spreadOverViews(request.retain);
    }
    made.surrogate = true;
    made.asReleased = benchmark.asReleased;
    made.releasedHash.clear();
    made.hash = contentHash(made);
    return content;
}

}  // namespace

void writeDrawnBenchmark(const fs::path& folder, const ProgressFunction& progress, std::uint64_t seed) {
    std::error_code code;
    if (fs::exists(folder) &&
        !(fs::is_directory(folder) && (fs::is_empty(folder, code) || fs::exists(folder / "lacuna.json") ||
                                       fs::exists(folder / "downloaded_images"))))
        throw inputError("{}: holds something else. Give an empty or a new folder.", folder.string());
    const drawn::Content content = drawn::inventContent(seed);
    fs::remove(folder / "lacuna.json", code);  // nothing vouches for a folder half drawn
    drawn::drawPictures(folder, jobsOf(content, seed), progress);
    rewriteRecords(content.benchmark, folder);
}

Benchmark embeddedRecords() {
    return drawn::inventContent(kEmbeddedSeed).benchmark;
}

Benchmark embeddedBenchmark(const ProgressFunction& progress) {
    const drawn::Content content = drawn::inventContent(kEmbeddedSeed);
    const std::string hash = contentHash(content.benchmark);
    Benchmark loaded;
    const auto whole = [&](const fs::path& folder) {
        try {
            if (!fs::exists(folder / "lacuna.json"))
                return false;
            loaded = loadBenchmarkFolder(folder);
            return loaded.hash == hash;
        } catch (const Error&) {
            return false;
        }
    };
    const auto finish = [&](const fs::path& folder) { rewriteRecords(content.benchmark, folder); };
    const fs::path folder = drawnBenchmarkFolder();
    drawn::completeFolder(folder, jobsOf(content, kEmbeddedSeed), whole, finish, progress);
    if (loaded.folder != folder)
        loaded = loadBenchmarkFolder(folder);
    return loaded;
}

Benchmark withSurrogatePictures(Benchmark benchmark, const ProgressFunction& progress) {
    drawn::Content content = surrogateContent(benchmark);
    Benchmark& made = content.benchmark;
    const std::string key = sha256(std::string(drawnBenchmarkVersion) + made.hash).substr(0, 12);
    made.folder = cacheFolder() / ("surrogate-" + key);
    drawn::completeFolder(
        made.folder, jobsOf(content, kEmbeddedSeed), [](const fs::path& folder) { return fs::exists(folder); },
        [](const fs::path&) {}, progress);
    return made;
}

Benchmark openBenchmark(const std::string& benchmark, const std::string& images, bool asReleased,
                        const ProgressFunction& progress) {
    if (images != "auto" && images != "photos" && images != "present" && images != "surrogate")
        throw inputError("images: \"{}\" is not known. Give auto, photos, present or surrogate.", images);
    if (benchmark == "embedded")
        return embeddedBenchmark(progress);  // its pictures are drawn in any case
    Benchmark loaded = loadBenchmarkFolder(benchmark, asReleased);
    if (images == "surrogate") {
        const bool mended = !loaded.releasedHash.empty();
        auto drawn = withSurrogatePictures(std::move(loaded), progress);
        if (mended)
            drawn.releasedHash = surrogateContent(loadBenchmarkFolder(benchmark, true)).benchmark.hash;
        return drawn;
    }
    if (images == "present") {
        const bool mended = !loaded.releasedHash.empty();
        auto present = withoutMissingPictures(std::move(loaded));
        if (mended && present.leftOut > 0)
            present.releasedHash = withoutMissingPictures(loadBenchmarkFolder(benchmark, true)).hash;
        return present;
    }
    requirePhotos(loaded);
    return loaded;
}

}  // namespace lacuna
