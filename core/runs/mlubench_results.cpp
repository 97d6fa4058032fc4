// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/mlubench_results.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>

namespace lacuna {

std::string mluBenchResults(const RunHistory& run, int stage, int task, Split split) {
    auto records = nlohmann::ordered_json::array();
    for (const auto& row : run.answers) {
        if (row.stage != stage || row.task != task || row.split != split)
            continue;
        records.push_back(
            {{"id", std::to_string(records.size() + 1)},
             {"image", row.image},
             {"conversations",
              {{{"from", "human"}, {"value", "<image>\n" + row.question}}, {{"from", "gpt"}, {"value", row.truth}}}},
             {"answer", row.answer},
             {"task", run.requests.at(static_cast<std::size_t>(task)).name},
             {"class_type", std::filesystem::path(row.image).parent_path().parent_path().filename().string()},
             {"entity", row.entity}});
        if (row.verdict)
            records.back()["gpt_score"] = fmt::format("Rating: [[{}]]", std::lround(row.score));
    }
    if (records.empty())
        throw inputError("{}: no answers of stage {}, task {}, {} set. Choose a stage that is measured.", run.name,
                         stage, task, splitId(split));
    return records.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace lacuna
