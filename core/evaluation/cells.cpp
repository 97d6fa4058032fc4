// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/cells.h"

#include "core/runs/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace lacuna {
namespace {

using Groups = std::map<std::tuple<int, int, Split>, std::vector<std::size_t>>;

struct Figure {
    double value = 0, standardError = 0;
};

Figure meanOf(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += std::pow(value - mean, 2);
    return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0};
}

std::vector<std::size_t> bystandersAt(const Groups& groups, int stage) {
    std::vector<std::size_t> all;
    for (const auto& [key, group] : groups)
        if (std::get<0>(key) == stage && std::get<2>(key) == Split::Bystander)
            all.insert(all.end(), group.begin(), group.end());
    return all;
}

TruthStates inFloat(const TruthStates& states) {
    return {states.subject.to(at::kFloat), states.original.to(at::kFloat)};
}

}  // namespace

std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests,
                             const std::vector<TruthStates>& states, const std::vector<Measure>& measures) {
    Groups groups;
    for (std::size_t i = 0; i < rows.size(); ++i)
        groups[{rows[i].stage, rows[i].task, rows[i].split}].push_back(i);
    const auto valuesOf = [&](const Measure& measure, const std::vector<std::size_t>& group) {
        std::vector<double> values;
        for (const auto i : group)
            if (const auto value =
                    measure.of({rows[i], requests, measure.needs.states ? inFloat(states.at(i)) : TruthStates()}))
                values.push_back(*value);
        return values;
    };
    std::vector<CellRow> cells;
    for (const auto& [key, group] : groups)
        for (const auto& measure : measures) {
            const auto& [stage, task, split] = key;
            const auto values = valuesOf(measure, group);
            const bool zero = std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
            if (values.empty() || (measure.absentAtZero && zero))
                continue;
            auto figure = meanOf(values);
            if (measure.againstBystanders) {
                const auto others = valuesOf(measure, bystandersAt(groups, stage));
                if (others.empty() || split == Split::Bystander)
                    continue;
                const auto area = areaUnderCurve(values, others);
                figure = {area.value, area.standardError};
            }
            cells.push_back({stage, task, split, std::string(measure.metric), figure.value, figure.standardError,
                             static_cast<int>(values.size())});
        }
    return cells;
}

}  // namespace lacuna
