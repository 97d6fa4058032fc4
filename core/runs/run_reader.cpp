// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_reader.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_parts.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <future>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// The commonest mistake deserves better words than the HDF5 library's, and no child process.
void checkSignature(const fs::path& file) {
    std::error_code code;
    if (!fs::exists(file, code))
        throw inputError("{}: there is no such file or folder. Check the path.", file.string());
    constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
    std::string start(signature.size(), '\0');
    std::ifstream stream;
    if (fs::is_regular_file(file, code))  // a pipe would keep us waiting
        stream.open(file, std::ios::binary);
    if (!stream.read(start.data(), static_cast<std::streamsize>(start.size())) || start != signature)
        throw inputError("{}: not a run file, it is no HDF5. Choose a run folder or its run.h5.", file.string());
}

std::string nameOf(const fs::path& path) {
    const auto plain = path.lexically_normal();
    return (plain.has_filename() ? plain : plain.parent_path()).filename().string();
}

RunHistory readFile(const fs::path& file, const ReadOptions& options) {
    checkSignature(file);
    auto part = readPart(file, partRequest(options));
    RunHistory run;
    run.spec = storedRunSpec(part.specJson, file.string() + ", spec");
    run.name = run.spec.name.empty() ? file.stem().string() : run.spec.name;
    run.requests = std::move(part.requests);
    run.makers = std::move(part.makers);
    run.append(std::move(part.rows));
    for (const auto& cell : run.cells)
        run.stages = std::max(run.stages, cell.stage + 1);
    run.status = run.stages == run.stageCount() ? RunStatus::Finished : RunStatus::Interrupted;
    run.source = file;
    return run;
}

std::vector<std::string> changedStages(const RunFolder& folder, const RunManifest& manifest) {
    std::vector<std::string> notes;
    for (const auto& stage : manifest.sealed)
        if (!isAsSealed(folder, stage))
            notes.push_back(
                fmt::format("{} is not as it was sealed: what it shows may be wrong. Restore it from a copy.",
                            folder.sealedStage(stage.stage).string()));
    return notes;
}

}  // namespace

RunHistory historyFromParts(const RunFolder& folder, FolderParts&& parts) {
    RunHistory run;
    run.name = nameOf(folder.path);
    run.spec = folder.readSpec();
    run.stages = static_cast<int>(parts.manifest.sealed.size());
    run.status = runStatus(folder, parts.manifest);
    run.notes = std::move(parts.notes);
    run.makers = std::move(parts.manifest.makers);
    if (parts.live)
        run.makers.insert(run.makers.end(), parts.live->makers.begin(), parts.live->makers.end());
    if (parts.live)
        parts.sealed.push_back(*std::move(parts.live));
    for (auto& part : parts.sealed) {
        run.requests = std::move(part.requests);
        run.append(std::move(part.rows));
    }
    if (run.requests.empty())  // seen between the folder's making and its first file
        for (const auto& name : parts.manifest.requests)
            run.requests.push_back({name, {}, {}});
    run.source = folder.path;
    return run;
}

fs::path wholeRunFile(const fs::path& path) {
    std::error_code code;
    if (!fs::is_directory(path, code))
        return path;
    const RunFolder folder{path};
    const bool alone = isThere(folder.merged()) && !isThere(folder.manifest()) && !isThere(folder.sealedStage(0)) &&
                       folder.liveNumbers().empty();
    return alone ? folder.merged() : fs::path();
}

RunHistory readRun(const fs::path& path, const ReadOptions& options) {
    if (const auto file = wholeRunFile(path); !file.empty()) {
        auto run = readFile(file, options);
        if (const RunFolder folder{path}; file != path && isThere(folder.spec())) {
            run.name = nameOf(path);
            run.spec.title = folder.readSpec().title;  // renamed since the file was made
            run.source = path;
        }
        return run;
    }
    const auto folder = RunFolder::open(path);
    // The child reads on one core while the checksums are made on another.
    auto changed = std::async(options.checkSeals ? std::launch::async : std::launch::deferred, [&] {
        return options.checkSeals ? changedStages(folder, readManifest(folder)) : std::vector<std::string>();
    });
    auto run = historyFromParts(folder, readParts(folder, partRequest(options)));
    for (auto& note : changed.get())
        run.notes.push_back(std::move(note));
    return run;
}

StepColumns readSteps(const fs::path& path, const std::vector<std::string>& columns,
                      std::chrono::milliseconds timeLimit) {
    const PartRequest request{
        .tables = {.only = {RequestRow::table, StepRow::table}, .columns = {columns.begin(), columns.end()}},
        .timeLimit = timeLimit};
    if (const auto file = wholeRunFile(path); !file.empty()) {
        checkSignature(file);
        return std::move(readPart(file, request).rows.steps);
    }
    auto parts = readParts(RunFolder::open(path), request);
    if (parts.live)
        parts.sealed.push_back(*std::move(parts.live));
    StepColumns steps;
    for (const auto& part : parts.sealed)
        steps.appendColumns(part.rows.steps);
    return steps;
}

}  // namespace lacuna
