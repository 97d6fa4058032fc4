// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/route_labels.h"

#include "core/base/error.h"
#include "core/benchmark/folder_records.h"

namespace lacuna {

std::map<std::string, RouteLabel> routeLabels(const std::filesystem::path& folder) {
    std::map<std::string, RouteLabel> labels;
    const ProblemSink ignored = [](const FolderProblem&) {};  // opening the benchmark told them
    for (const auto& file : listFolder(folder, ignored).paths())
        for (const auto& pair : readPairs(folder, file, ignored))
            if (pair.label)
                labels.emplace(pair.image, *pair.label);
    if (labels.empty())
        throw inputError(
            "{}: none of its records says what another gate took the picture for (\"task\", \"class_type\", "
            "\"entity\"), which is what the gate \"labels\" routes by. Choose another gate, \"relative\" for one.",
            folder.string());
    return labels;
}

}  // namespace lacuna
