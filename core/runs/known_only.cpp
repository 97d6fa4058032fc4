// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/known_only.h"

#include "core/catalog/metrics.h"
#include "core/runs/answer_values.h"
#include "core/runs/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace lacuna {
namespace {

using Asked = std::tuple<std::string, std::string, int>;

Asked asked(const AnswerRow& row) {
    return {row.entity, row.question, row.view};
}

using Sets = std::map<std::tuple<int, int, Split>, std::vector<const AnswerRow*>>;

std::vector<double> valuesOf(const std::vector<const AnswerRow*>& rows, AnswerValue value) {
    std::vector<double> values;
    for (const auto* row : rows)
        if (const auto brought = value(*row))
            values.push_back(*brought);
    return values;
}

Area meanOf(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0};
}

std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& answers, const std::set<std::string_view>& measured) {
    Sets sets;
    std::map<int, std::vector<const AnswerRow*>> bystanders;
    for (const auto& row : answers) {
        sets[{row.stage, row.task, row.split}].push_back(&row);
        if (row.split == Split::Bystander)
            bystanders[row.stage].push_back(&row);
    }
    std::vector<CellRow> cells;
    for (const auto& [key, rows] : sets)
        for (const auto& metric : metricRows()) {
            const auto& [stage, task, split] = key;
            const auto membership = membershipValue(metric.id);
            const auto value = membership ? membership : answerValue(metric.id);
            if (!value || !measured.contains(metric.id) || (membership && split == Split::Bystander))
                continue;
            const auto values = valuesOf(rows, value);
            const auto others = membership ? valuesOf(bystanders[stage], membership) : std::vector<double>();
            if (values.empty() || (membership && others.empty()))
                continue;
            const auto figure = membership ? areaUnderCurve(values, others) : meanOf(values);
            cells.push_back(
                {stage, task, split, metric.id, figure.value, figure.standardError, static_cast<int>(values.size())});
        }
    return cells;
}

}  // namespace

KnownOnly knownOnly(RunHistory run) {
    std::set<Asked> all, known;
    for (const auto& row : run.answers)
        if (row.stage == 0 && row.split != Split::Bystander) {
            all.insert(asked(row));
            if (row.exact)
                known.insert(asked(row));
        }
    std::erase_if(run.answers,
                  [&](const auto& row) { return row.split != Split::Bystander && !known.contains(asked(row)); });
    std::set<std::string_view> measured;
    const auto before = std::exchange(run.cells, {});
    for (const auto& cell : before)
        measured.insert(cell.metric);
    run.cells = cellsOf(run.answers, measured);
    return {std::move(run), static_cast<int>(known.size()), static_cast<int>(all.size())};
}

}  // namespace lacuna
