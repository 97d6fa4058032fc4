// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/benchmark/misread_text.h"
#include "core/benchmark/missing_pictures.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// Reads a folder in MLUBench's layout (`Entities/`, `Tasks/`, pictures below it, and our side file `lacuna.json` where
/// there is one). Pictures need not exist: see checkFolder. Record files may be lists or JSON Lines, UTF-8 or UTF-16.
/// Names are compared by NFC: pictures are taken as the disk spells them, ids are composed, and the hash depends on
/// neither. Questions and answers that were UTF-8 read as GBK are mended where the way back is certain (see
/// mendMisreading), unless they are wanted `asReleased`; paths and entity ids are never touched. Throws InputError that
/// names file and record of the first malformed one.
Benchmark loadBenchmarkFolder(const std::filesystem::path& folder, bool asReleased = false);

/// Writes everything but the pictures in that layout, so that loadBenchmarkFolder gives the same back.
/// Throws InputError when `folder` holds something else, ResourceError when it cannot be written.
void writeBenchmarkFolder(const Benchmark& benchmark, const std::filesystem::path& folder);

/// One thing wrong with a folder: which file, which record (−1: the file itself), what.
struct FolderProblem {
    std::string file;
    int record = -1;
    std::string what;
};

/// A question or answer that was UTF-8 and was read as GBK before it was written: which file, which record (−1: of the
/// side file).
struct MisreadText {
    std::string file;
    int record = -1;
    std::string part;  ///< "question", "answer"
    std::string asReleased;
    MendedText mended;
    /// Whether any of it is mended.
    bool isMended() const { return mended.text != asReleased; }
};

/// What `lacuna data check` prints.
struct FolderReport {
    std::map<std::string, int> entitiesPerClass;
    struct RequestCounts {
        std::string name;
        int forgetPairs = 0, forgetImages = 0, forgetEntities = 0;
        int retainPairs = 0, retainImages = 0, retainEntities = 0;
    };
    std::vector<RequestCounts> requests;
    std::map<std::string, int> pairsPerEntity;
    int entities = 0;
    int classes = 0;
    int pairs = 0;
    int images = 0;                          ///< distinct picture paths
    std::vector<std::string> presentImages;  ///< paths below the folder of files that can be looked into
    std::vector<MissingPicture> missingImages;
    std::vector<FolderProblem> problems;  ///< malformed records
    std::vector<MisreadText> misread;     ///< a warning: loading mends what is certain
    bool clean() const { return missingImages.empty() && problems.empty(); }
};

/// Looks at every record and whether every picture is there (not into it: see examinePictures); never stops at the
/// first problem. Throws InputError when it is no such folder.
FolderReport checkFolder(const std::filesystem::path& folder);

}  // namespace lacuna
