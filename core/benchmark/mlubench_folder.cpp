// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/mlubench_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/base/unicode_path.h"
#include "core/benchmark/folder_reader.h"
#include "core/benchmark/folder_records.h"
#include "core/benchmark/side_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Whether the record files are those the side file was written with: then it alone tells everything.
bool unchanged(const fs::path& folder, const FolderFiles& files, const SideFile& side) {
    const auto paths = files.paths();
    if (paths.size() != side.fileHashes.size() || files.requests.size() != side.benchmark.requests.size())
        return false;
    return std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
        const auto recorded = side.fileHashes.find(path);
        return recorded != side.fileHashes.end() &&
               recorded->second == sha256OfFile(folder / spelledOnDisk(folder, path));
    });
}

void spellAsOnDisk(Benchmark& benchmark) {
    for (auto* entities : {&benchmark.entities, &benchmark.bystanders})
        for (auto& entity : *entities)
            for (auto& view : entity.views)
                view.image = spelledOnDisk(benchmark.folder, view.image);
    for (auto& distractor : benchmark.distractors)
        distractor.image = spelledOnDisk(benchmark.folder, distractor.image);
}

std::string folderName(const fs::path& folder) {
    const auto whole = fs::absolute(folder).lexically_normal();
    return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump();
}

/// The file's text, in MLUBench's order: every item with its first phrasing, then every item with the second, …
std::string recordsText(const Benchmark& benchmark, const std::vector<Item>& items) {
    std::string text = "[";
    std::size_t most = 0;
    for (const auto& item : items)
        most = std::max(most, benchmark.entities[static_cast<std::size_t>(item.entity)]
                                  .questions[static_cast<std::size_t>(item.question)]
                                  .phrasings.size());
    for (std::size_t p = 0; p < most; ++p)
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto& entity = benchmark.entities[static_cast<std::size_t>(items[i].entity)];
            const auto& question = entity.questions[static_cast<std::size_t>(items[i].question)];
            if (p >= question.phrasings.size())
                continue;
            text += fmt::format(
                "{}\n{{\"id\": \"{}\", \"image\": {}, \"conversations\": [{{\"from\": \"human\", \"value\": {}}}, "
                "{{\"from\": \"gpt\", \"value\": {}}}]}}",
                text.size() > 1 ? "," : "", 100000 * p + i + 1,
                quoted(entity.views[static_cast<std::size_t>(items[i].view)].image),
                quoted("<image>\n" + question.phrasings[p]), quoted(question.answer));
        }
    return text + "\n]\n";
}

/// Every record file of the benchmark: path below the folder → text.
std::map<std::string, std::string> recordFiles(const Benchmark& benchmark) {
    std::map<std::string, std::string> files;
    std::vector<std::vector<Item>> perEntity(benchmark.entities.size());
    std::set<std::tuple<int, int, int>> seen;
    for (const auto& request : benchmark.requests) {
        files[taskFilePath(request.name, "forget")] = recordsText(benchmark, request.forget);
        files[taskFilePath(request.name, "retain")] = recordsText(benchmark, request.retain);
        for (const auto* items : {&request.forget, &request.retain})
            for (const auto& item : *items)
                if (seen.emplace(item.entity, item.view, item.question).second)
                    perEntity[static_cast<std::size_t>(item.entity)].push_back(item);
    }
    for (std::size_t e = 0; e < perEntity.size(); ++e)
        files[entityFilePath(benchmark.entities[e].id)] = recordsText(benchmark, perEntity[e]);
    return files;
}

/// Pictures may lie there already; records of another benchmark may not.
void refuseForeign(const fs::path& folder, const std::map<std::string, std::string>& files) {
    if (fs::exists(folder) && !fs::is_directory(folder))
        throw inputError("{}: is a file. Give a folder.", folder.string());
    const bool ours = fs::exists(folder / sideFileName);
    for (const char* part : {"Entities", "Tasks"}) {
        if (!fs::is_directory(folder / part))
            continue;
        for (const auto& entry : fs::recursive_directory_iterator(folder / part)) {
            const auto path = entry.path().lexically_relative(folder).generic_string();
            if (entry.is_regular_file() && (!ours || !files.contains(path)))
                throw inputError("{}: holds {} of another benchmark. Give an empty folder.", folder.string(), path);
        }
    }
}

}  // namespace

Benchmark loadBenchmarkFolder(const fs::path& folder, bool asReleased) {
    const auto strict = [&](const FolderProblem& problem) {
        if (problem.record < 0)
            throw inputError("{}: {}{}", (folder / problem.file).string(), problem.what,
                             problem.what.ends_with('.') ? "" : ".");
        throw inputError("{}, record {}: {}. Fix the record, or remove it.", (folder / problem.file).string(),
                         problem.record, problem.what);
    };
    const auto files = listFolder(folder, strict);
    Mending mending{asReleased, {}};
    auto side = readSideFile(folder);
    mendSideFile(side, mending);
    auto benchmark = unchanged(folder, files, side) ? std::move(side.benchmark)
                                                    : readFolder(folder, files, side, mending, strict).benchmark;
    benchmark.folder = folder;
    if (benchmark.title.empty())
        benchmark.title = folderName(folder);
    benchmark.hash = contentHash(benchmark);
    benchmark.asReleased = asReleased;
    if (std::any_of(mending.found.begin(), mending.found.end(), [](const auto& text) { return text.isMended(); }))
        benchmark.releasedHash = loadBenchmarkFolder(folder, true).hash;
    spellAsOnDisk(benchmark);
    return benchmark;
}

void writeBenchmarkFolder(const Benchmark& benchmark, const fs::path& folder) {
    checkBenchmark(benchmark, benchmark.title);
    try {
        const auto files = recordFiles(benchmark);
        refuseForeign(folder, files);
        SideFile side{true, benchmark, {}};
        fs::remove(folder / sideFileName);  // nothing vouches for a half-written folder
        for (const auto& [path, text] : files) {
            fs::create_directories((folder / path).parent_path());
            writeFileUnsynced(folder / path, text);
            side.fileHashes[path] = sha256(text);
        }
        writeFileAtomically(folder / sideFileName, sideFileText(side));  // last: it vouches for the others
    } catch (const fs::filesystem_error& error) {
        throw fileError(error);
    } catch (const nlohmann::json::exception&) {
        throw inputError("{}: a text of it is not valid UTF-8. Mend the benchmark.", benchmark.title);
    }
}

FolderReport checkFolder(const fs::path& folder) {
    std::vector<FolderProblem> problems;
    const auto collect = [&](const FolderProblem& problem) { problems.push_back(problem); };
    const auto files = listFolder(folder, collect);
    SideFile side;
    Mending mending;
    try {
        side = readSideFile(folder);
        mendSideFile(side, mending);
    } catch (const Error& error) {
        std::string what = error.what();
        const auto prefix = (folder / sideFileName).string() + ": ";
        problems.push_back(
            {std::string(sideFileName), -1, what.starts_with(prefix) ? what.substr(prefix.size()) : what});
    }
    auto content = readFolder(folder, files, side, mending, collect);
    if (unchanged(folder, files, side) && content.benchmark.requests != side.benchmark.requests)
        problems.push_back({std::string(sideFileName), -1, "lists other items than the files in Tasks/"});
    auto report = std::move(content.counts);
    content.benchmark.folder = folder;
    spellAsOnDisk(content.benchmark);
    const auto images = picturePaths(content.benchmark, true);
    report.images = static_cast<int>(images.size());
    report.missingImages = missingPictures(folder, images);
    auto missing = report.missingImages.begin();
    for (const auto& image : images)
        if (missing != report.missingImages.end() && missing->image == image)
            ++missing;
        else
            report.presentImages.push_back(image);
    report.problems = std::move(problems);
    report.misread = std::move(mending.found);
    return report;
}

}  // namespace lacuna
