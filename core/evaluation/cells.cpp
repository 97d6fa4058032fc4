// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/cells.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace lacuna {
namespace {

struct MeanAndError {
    double mean = 0, standardError = 0;
};

MeanAndError meanOf(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += std::pow(value - mean, 2);
    return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0};
}

TruthStates inFloat(const TruthStates& states) {
    return {states.subject.to(at::kFloat), states.original.to(at::kFloat)};
}

}  // namespace

std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests,
                             const std::vector<TruthStates>& states, const std::vector<Measure>& measures) {
    std::map<std::tuple<int, int, Split>, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < rows.size(); ++i)
        groups[{rows[i].stage, rows[i].task, rows[i].split}].push_back(i);
    std::vector<CellRow> cells;
    for (const auto& [key, group] : groups)
        for (const auto& measure : measures) {
            std::vector<double> values;
            for (const auto i : group)
                if (const auto value =
                        measure.of({rows[i], requests, measure.needsStates ? inFloat(states.at(i)) : TruthStates()}))
                    values.push_back(*value);
            const bool zero = std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
            if (values.empty() || (measure.absentAtZero && zero))
                continue;
            const auto [mean, standardError] = meanOf(values);
            const auto& [stage, task, split] = key;
            cells.push_back({stage, task, split, std::string(measure.metric), mean, standardError,
                             static_cast<int>(values.size())});
        }
    return cells;
}

}  // namespace lacuna
