// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/mlubench_folder.h"
#include "core/benchmark/route_labels.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Told of every problem met. The loader's throws at the first, the checker's collects.
using ProblemSink = std::function<void(const FolderProblem&)>;

/// One question–answer pair as a record of a JSON file holds it.
struct PairRecord {
    int number = 0;  ///< position in its file, from 0
    std::string image;
    std::string question;  ///< without the "<image>" tag
    std::string answer;
    std::optional<RouteLabel> label;
};

/// The files of a folder in MLUBench's layout, in order. Paths are below the folder.
struct FolderFiles {
    struct EntityFile {
        std::string id;
        std::string file;
    };
    struct RequestFiles {
        std::string name;
        std::string forget;
        std::string retain;
    };
    std::vector<EntityFile> entities;    ///< sorted by id
    std::vector<RequestFiles> requests;  ///< sorted by name

    /// All of them.
    std::vector<std::string> paths() const;
};

/// "Entities/variants_<id>_updated.json" and "Tasks/Task<name>/task<name>_<split>.json".
std::string entityFilePath(const std::string& id);
std::string taskFilePath(const std::string& request, const std::string& split);

/// Throws InputError when there is no `Entities/` or no `Tasks/` in it.
FolderFiles listFolder(const std::filesystem::path& folder, const ProblemSink& problem);

/// The well-formed records of one file.
std::vector<PairRecord> readPairs(const std::filesystem::path& folder, const std::string& file,
                                  const ProblemSink& problem);

/// Class and entity that `…/<Class>/<Entity>/<picture>` names, or nothing when it is shorter.
struct ImageOwner {
    std::string className;
    std::string entity;
};
std::optional<ImageOwner> imageOwner(const std::string& image);

/// Empty when `image` is a plain path below the folder; else what is wrong with it ("leaves the folder", …).
std::string imagePathFault(const std::string& image);

/// Whether `name` may be part of a file name: an entity id, a request name.
bool isFileName(const std::string& name);

}  // namespace lacuna
