// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_parts.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/runs/child_reader.h"
#include "core/runs/makers.h"
#include "core/runs/run_reader.h"
#include "core/runs/run_tables.h"

#include <algorithm>
#include <charconv>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

RunPart partFrom(TableFileResult&& result, const fs::path& file, const std::vector<TableSpec>& asked) {
    if (result.error)
        throw *result.error;
    RunPart part;
    auto& attributes = result.content.attributes;
    part.specJson = attributes["spec"];
    part.makers = makersFromJson(attributes["made_with"]);
    const auto& stage = attributes["stage"];
    std::from_chars(stage.data(), stage.data() + stage.size(), part.stage);
    part.requests = requestsFromTables(result.content, file.string());
    for (const auto& table : result.content.tables)
        if (table.rows() > 0 && table.name != RequestRow::table)
            part.counts[table.name] = table.rows();
    part.rows = rowsFromTables(result.content, asked, file.string());
    checkRange(part.rows, part.requests.size(), file.string());
    return part;
}

/// The live file of the stage in work: the newest that belongs to it and can be read.
void takeLive(FolderParts& parts, const RunFolder& folder, const std::vector<int>& numbers, TableFileResult&& newest,
              const PartRequest& request) {
    const auto asked = tableSpecs(request.tables);
    const auto stage = static_cast<int>(parts.manifest.sealed.size());
    for (auto number = numbers.rbegin(); number != numbers.rend() && !parts.live; ++number) {
        try {
            // NOLINTNEXTLINE(bugprone-use-after-move): by the first alone
            auto part = number == numbers.rbegin() ? partFrom(std::move(newest), folder.live(*number), asked)
                                                   : readPart(folder.live(*number), request);
            if (part.stage != stage)
                continue;
            parts.live = std::move(part);
            parts.liveNumber = *number;
        } catch (const Error& e) {
            parts.notes.push_back(e.what());
        }
    }
}

/// False when the writer sealed a stage in the meantime, so that what was read does not fit together.
bool readOnce(FolderParts& parts, const RunFolder& folder, const PartRequest& request, bool withSealed) {
    parts = {};
    parts.manifest = readManifest(folder);
    const auto numbers = folder.liveNumbers();
    std::vector<fs::path> files;
    for (const auto& stage : parts.manifest.sealed)
        if (withSealed)
            files.push_back(folder.sealedStage(stage.stage));
    const auto sealed = files.size();
    if (!numbers.empty())
        files.push_back(folder.live(numbers.back()));
    const auto asked = tableSpecs(request.tables);
    auto results = readTableFiles(files, asked, request.timeLimit);
    for (std::size_t i = 0; i < sealed; ++i)
        parts.sealed.push_back(partFrom(std::move(results[i]), files[i], asked));
    if (!numbers.empty())
        takeLive(parts, folder, numbers, std::move(results.back()), request);
    return readManifest(folder) == parts.manifest;
}

FolderParts readSteadily(const RunFolder& folder, const PartRequest& request, bool withSealed) {
    FolderParts parts;
    constexpr int tries = 5;  // a stage takes far longer to make than to read
    for (int i = 0; i < tries; ++i)
        if (readOnce(parts, folder, request, withSealed))
            break;
    return parts;
}

}  // namespace

PartRequest partRequest(const ReadOptions& options) {
    PartRequest request{{.only = {options.only.begin(), options.only.end()}}, options.timeLimit};
    if (!options.only.empty())
        request.tables.only.insert({RequestRow::table, CellRow::table});
    return request;
}

PartRequest requestsAlone() {
    return {.tables = {.only = {RequestRow::table}}};
}

RunPart readPart(const fs::path& file, const PartRequest& request) {
    const auto asked = tableSpecs(request.tables);
    auto results = readTableFiles({file}, asked, request.timeLimit);
    return partFrom(std::move(results.front()), file, asked);
}

FolderParts readParts(const RunFolder& folder, const PartRequest& request) {
    return readSteadily(folder, request, true);
}

FolderParts readWorkPart(const RunFolder& folder) {
    auto parts = readSteadily(folder, {}, false);
    if (!parts.live && !parts.manifest.sealed.empty())
        parts.sealed.push_back(readPart(folder.sealedStage(parts.manifest.sealed.back().stage), requestsAlone()));
    return parts;
}

RunHistory readSealed(const RunFolder& folder) {
    RunHistory run;
    run.spec = folder.readSpec();
    const auto manifest = readManifest(folder);
    std::vector<fs::path> files;
    for (const auto& stage : manifest.sealed) {
        checkSealed(folder, stage);
        files.push_back(folder.sealedStage(stage.stage));
    }
    const auto asked = tableSpecs({});
    auto results = readTableFiles(files, asked, PartRequest().timeLimit);
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto part = partFrom(std::move(results[i]), files[i], asked);
        run.requests = std::move(part.requests);
        run.append(std::move(part.rows));
    }
    run.makers = manifest.makers;
    run.stages = static_cast<int>(manifest.sealed.size());
    return run;
}

bool isAsSealed(const RunFolder& folder, const SealedStage& stage) {
    std::error_code code;
    const auto file = folder.sealedStage(stage.stage);
    return fs::file_size(file, code) == stage.bytes && !code && sha256OfFile(file) == stage.sha256;
}

void checkSealed(const RunFolder& folder, const SealedStage& stage) {
    if (!isAsSealed(folder, stage))
        throw inputError("{}: not as it was sealed. Restore it from a copy, or start the run anew.",
                         folder.sealedStage(stage.stage).string());
}

void checkRange(const RunRows& rows, std::size_t requests, const std::string& where) {
    const auto most = static_cast<int>(requests);
    RunRows::tables([&](auto table) {
        const auto& all = rows.*table;
        visitPlaces(all, [&](int stage, std::optional<int> task) {
            if (stage < 0 || stage > most || (task && (*task < 0 || *task >= most)))
                throw inputError(
                    "{}: /{} has a row of stage {}, task {}, and the run has {} requests. The file is damaged.", where,
                    std::decay_t<decltype(all)>::value_type::table, stage, task.value_or(0), most);
        });
    });
}

}  // namespace lacuna
