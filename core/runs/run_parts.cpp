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

std::vector<TableSpec> specsFor(const PartRequest& request) {
    auto specs = tableSpecs(request.tables);
    const auto& first = request.first;
    const std::map<std::string, std::size_t> firstRows{{"steps", first.steps},
                                                       {"cells", first.cells},
                                                       {"answers", first.answers},
                                                       {"tokens", first.tokens},
                                                       {"resources", first.resources}};
    for (auto& spec : specs)
        if (const auto found = firstRows.find(spec.name); found != firstRows.end())
            spec.firstRow = found->second;
    return specs;
}

RunPart partFrom(TableFileResult&& result, const fs::path& file, const RowCounts& first = {}) {
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
        if (table.name == "tokens")
            part.counts.tokens = table.rows();
    part.rows = rowsFromTables(result.content, file.string(), first.answers);
    part.counts.steps = part.rows.steps.size();
    part.counts.cells = part.rows.cells.size();
    part.counts.answers = part.rows.answers.size();
    part.counts.resources = part.rows.resources.size();
    checkRange(part.rows, part.requests.size(), file.string());
    return part;
}

/// The live file of the stage in work: the newest that belongs to it and can be read.
void takeLive(FolderParts& parts, const RunFolder& folder, const std::vector<int>& numbers, TableFileResult&& newest,
              const PartRequest& request) {
    const auto stage = static_cast<int>(parts.manifest.sealed.size());
    for (auto number = numbers.rbegin(); number != numbers.rend() && !parts.live; ++number) {
        try {
            // NOLINTNEXTLINE(bugprone-use-after-move): by the first alone
            auto part = number == numbers.rbegin() ? partFrom(std::move(newest), folder.live(*number))
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
    auto results = readTableFiles(files, specsFor(request), request.timeLimit);
    for (std::size_t i = 0; i < sealed; ++i)
        parts.sealed.push_back(partFrom(std::move(results[i]), files[i]));
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
    PartRequest request;
    request.tables.steps = options.steps;
    request.tables.answers = options.answers;
    request.tables.tokens = options.tokens;
    request.tables.resources = options.resources;
    request.timeLimit = options.timeLimit;
    return request;
}

RowCounts& RowCounts::operator+=(const RowCounts& more) {
    steps += more.steps;
    cells += more.cells;
    answers += more.answers;
    tokens += more.tokens;
    resources += more.resources;
    return *this;
}

RunPart readPart(const fs::path& file, const PartRequest& request) {
    auto results = readTableFiles({file}, specsFor(request), request.timeLimit);
    return partFrom(std::move(results.front()), file, request.first);
}

FolderParts readParts(const RunFolder& folder, const PartRequest& request) {
    return readSteadily(folder, request, true);
}

FolderParts readWorkPart(const RunFolder& folder) {
    auto parts = readSteadily(folder, {}, false);
    if (!parts.live && !parts.manifest.sealed.empty())
        parts.sealed.push_back(
            readPart(folder.sealedStage(parts.manifest.sealed.back().stage),
                     partRequest({.steps = false, .answers = false, .tokens = false, .resources = false})));
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
    const PartRequest all;
    auto results = readTableFiles(files, specsFor(all), all.timeLimit);
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto part = partFrom(std::move(results[i]), files[i]);
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
    const auto check = [&](bool good, const char* table, int stage, int task) {
        if (!good)
            throw inputError(
                "{}: /{} has a row of stage {}, task {}, and the run has {} requests. The file is damaged.", where,
                table, stage, task, most);
    };
    for (const auto stage : rows.steps.stage)
        check(stage >= 0 && stage <= most, "steps", stage, 0);
    const auto checkRows = [&](const auto& all, const char* table) {
        for (const auto& row : all)
            check(row.stage >= 0 && row.stage <= most && row.task >= 0 && row.task < most, table, row.stage, row.task);
    };
    checkRows(rows.cells, "cells");
    checkRows(rows.answers, "answers");
}

}  // namespace lacuna
