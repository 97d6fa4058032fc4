// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/folder_records.h"
#include "core/benchmark/side_file.h"

#include <string>
#include <vector>

namespace lacuna {

/// A folder read whole.
struct FolderContent {
    Benchmark benchmark;  ///< without folder and hash
    FolderReport counts;  ///< without pictures and problems
};

/// What becomes of texts that were wrongly decoded before they were written.
struct Mending {
    bool asReleased = false;  ///< leave them and do not look
    std::vector<MisreadText> found;
};

/// Texts of the side file.
void mendSideFile(SideFile& side, Mending& mending);

/// Turns the records of a folder into entities, questions and items.
///
/// A record is one (picture, phrasing, answer). Phrasings that share picture and answer are one question, put to one
/// view: an item. Where `lacuna.json` knows the question (by answer and phrasing), that one is taken. Entities' and
/// tasks' files are read together, so that a task which lists one phrasing of five still knows the other four.
/// Problems go to the sink; what is left is consistent.
FolderContent readFolder(const std::filesystem::path& folder, const FolderFiles& files, const SideFile& side,
                         Mending& mending, const ProblemSink& problem);

}  // namespace lacuna
