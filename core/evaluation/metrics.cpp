// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"

#include "core/base/error.h"
#include "core/text/rouge.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

namespace lacuna {
namespace {

using Measure = std::function<double(const AnswerRow&)>;

CellRow cell(const std::vector<AnswerRow>& rows, const std::string& metric, const Measure& measure) {
    const auto count = static_cast<double>(rows.size());
    std::vector<double> values(rows.size());
    std::transform(rows.begin(), rows.end(), values.begin(), measure);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += std::pow(value - mean, 2);
    const double standardError = rows.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0;
    const auto& first = rows.front();
    return {first.stage, first.task, first.split, metric, mean, standardError, static_cast<int>(rows.size())};
}

/// A measure of verdicts: of the answers that have one alone.
void addJudged(std::vector<CellRow>& cells, const std::vector<AnswerRow>& judged, const std::string& metric,
               const Measure& measure) {
    if (!judged.empty())
        cells.push_back(cell(judged, metric, measure));
}

Measure share(Verdict verdict) {
    return [verdict](const AnswerRow& row) { return row.verdict == verdict ? 1.0 : 0.0; };
}

}  // namespace

std::string rightRoute(const std::vector<RequestRow>& requests, int stage, const std::string& entity) {
    for (int request = std::min(stage, static_cast<int>(requests.size())) - 1; request >= 0; --request) {
        const auto& forgotten = requests[static_cast<std::size_t>(request)].forgetEntities;
        if (std::find(forgotten.begin(), forgotten.end(), entity) != forgotten.end())
            return expertName(requests[static_cast<std::size_t>(request)].name);
    }
    return baseRoute;
}

std::vector<CellRow> cellsOf(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests) {
    if (rows.empty())
        return {};
    const auto& first = rows.front();
    for (const auto& row : rows)
        if (std::tie(row.stage, row.task, row.split) != std::tie(first.stage, first.task, first.split))
            throw internalError("Answers of several cells were averaged into one. Please report this.");
    std::vector<CellRow> cells{
        cell(rows, "exact", [](const auto& row) { return row.exact ? 1.0 : 0.0; }),
        cell(rows, "rouge_l", [](const auto& row) { return row.rougeL; }),
        cell(rows, "rouge_l_unicode", [](const auto& row) { return rougeLUnicode(row.truth, row.answer).f1; }),
        cell(rows, "probability", [](const auto& row) { return row.probability; }),
    };
    std::vector<AnswerRow> judged;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(judged), [](const auto& row) { return row.verdict; });
    addJudged(cells, judged, first.split == Split::Forget ? "fq" : "mu", [](const auto& row) { return row.score / 2; });
    addJudged(cells, judged, "refusal", share(Verdict::Refuses));
    addJudged(cells, judged, "leak", share(Verdict::Leaks));
    addJudged(cells, judged, "gibberish", share(Verdict::Gibberish));
    if (judged.size() < rows.size())
        cells.push_back(cell(rows, "unjudged", [](const auto& row) { return row.verdict ? 0.0 : 1.0; }));
    if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.gateChoice.empty(); }))
        return cells;
    cells.push_back(cell(rows, "route", [&](const auto& row) {
        return row.gateChoice == rightRoute(requests, row.stage, row.entity) ? 1.0 : 0.0;
    }));
    cells.push_back(
        cell(rows, "route_forget", [](const auto& row) { return row.gateChoice != baseRoute ? 1.0 : 0.0; }));
    cells.push_back(cell(rows, "abstain", [](const auto& row) { return row.abstained ? 1.0 : 0.0; }));
    return cells;
}

std::vector<CellRow> cellsOfStage(const std::vector<AnswerRow>& rows, const std::vector<RequestRow>& requests) {
    std::map<std::pair<int, Split>, std::vector<AnswerRow>> groups;
    for (const auto& row : rows)
        groups[{row.task, row.split}].push_back(row);
    std::vector<CellRow> cells;
    for (const auto& [key, group] : groups) {
        const auto found = cellsOf(group, requests);
        cells.insert(cells.end(), found.begin(), found.end());
    }
    return cells;
}

}  // namespace lacuna
