// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: the files of a run folder, put together.
#include "core/runs/run_reader.h"
#include "core/runs/run_tables.h"

#include <optional>

namespace lacuna {

struct PartRequest {
    TableChoice tables = TableChoice();
    std::chrono::milliseconds timeLimit{30000};
};
PartRequest partRequest(const ReadOptions& options);
PartRequest requestsAlone();

/// What one file of a run holds.
struct RunPart {
    std::vector<RequestRow> requests;
    std::string specJson;
    std::vector<StageMaker> makers;
    int stage = -1;  ///< of a live file: the stage in the making
    RunRows rows;
    RowCounts counts;  ///< of those; tables without any are not in it
};

/// Throws InputError when the file cannot be read.
RunPart readPart(const std::filesystem::path& file, const PartRequest& request = {});

/// A folder as it stands, while its writer may be at work.
struct FolderParts {
    RunManifest manifest;
    std::vector<RunPart> sealed;
    std::optional<RunPart> live;  ///< of the first stage that is not sealed
    int liveNumber = -1;
    std::vector<std::string> notes;  ///< live files that could not be read
};
FolderParts readParts(const RunFolder& folder, const PartRequest& request);

/// The stage in work alone, and the requests.
FolderParts readWorkPart(const RunFolder& folder);

/// The same as one history.
RunHistory historyFromParts(const RunFolder& folder, FolderParts&& parts);

/// All sealed stages as one history. Throws InputError when one cannot be read or is not as it was sealed.
RunHistory readSealed(const RunFolder& folder);

/// True when the file of a sealed stage is what the manifest says.
bool isAsSealed(const RunFolder& folder, const SealedStage& stage);

/// Throws InputError unless it is.
void checkSealed(const RunFolder& folder, const SealedStage& stage);

/// Throws InputError (opening with `where`) unless stages and tasks lie within the run's requests.
void checkRange(const RunRows& rows, std::size_t requests, const std::string& where);

}  // namespace lacuna
