// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_history.h"

#include "core/catalog/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace lacuna {
namespace {

/// The cells of one metric and split by stage and task, found in one pass; null where nothing was measured.
class CellMatrix {
public:
    CellMatrix(const RunHistory& run, Split split, std::string_view metric)
        : m_tasks(static_cast<int>(run.requests.size())),
          m_cells(static_cast<std::size_t>(run.stageCount()) * run.requests.size()) {
        for (const auto& cell : run.cells)
            if (cell.split == split && cell.metric == metric && std::isfinite(cell.value) &&
                inside(cell.stage, cell.task))
                m_cells[index(cell.stage, cell.task)] = &cell;
    }

    int tasks() const { return m_tasks; }
    const CellRow* at(int stage, int task) const { return m_cells[index(stage, task)]; }

    /// Mean over the first `tasks` tasks, or nothing when one of them was not measured.
    std::optional<CurvePoint> mean(int stage, int tasks) const {
        CurvePoint point{.stage = stage};
        double variance = 0;
        for (int task = 0; task < tasks; ++task) {
            const auto* cell = at(stage, task);
            if (!cell)
                return std::nullopt;
            point.value += cell->value / tasks;
            variance += cell->standardError * cell->standardError;
        }
        point.standardError = std::sqrt(variance) / tasks;
        return point;
    }

private:
    bool inside(int stage, int task) const { return stage >= 0 && stage <= m_tasks && task >= 0 && task < m_tasks; }
    std::size_t index(int stage, int task) const {
        return static_cast<std::size_t>(stage) * static_cast<std::size_t>(m_tasks) + static_cast<std::size_t>(task);
    }

    int m_tasks;
    std::vector<const CellRow*> m_cells;
};

std::vector<CurvePoint> curve(const CellMatrix& cells, const std::function<int(int stage)>& tasksAt) {
    std::vector<CurvePoint> points;
    if (cells.tasks() == 0)
        return points;
    for (int stage = 0; stage <= cells.tasks(); ++stage)
        if (const auto point = cells.mean(stage, tasksAt(stage)))
            points.push_back(*point);
    return points;
}

/// Over all answers that a metric of others than forget and retain sets counts at a stage.
std::vector<CurvePoint> curveOfOthers(const RunHistory& run, std::string_view metric) {
    std::vector<CurvePoint> points;
    for (int stage = 0; stage < run.stageCount(); ++stage) {
        CurvePoint point{.stage = stage};
        double count = 0, variance = 0;
        for (const auto& cell : run.cells) {
            if (cell.stage != stage || cell.metric != metric || !std::isfinite(cell.value))
                continue;
            count += cell.count;
            point.value += cell.value * cell.count;
            variance += std::pow(cell.standardError * cell.count, 2);
        }
        if (count == 0)
            continue;
        point.value /= count;
        point.standardError = std::sqrt(variance) / count;
        points.push_back(point);
    }
    return points;
}

/// For each request j ≤ stage its result right after its own stage, and after that one; nothing while one is missing.
struct OwnAndLast {
    double own = 0;
    double last = 0;
};
std::optional<std::vector<OwnAndLast>> ownAndLast(const CellMatrix& cells, int stage) {
    if (stage > cells.tasks())
        return std::nullopt;
    std::vector<OwnAndLast> pairs;
    for (int task = 0; task < stage; ++task) {
        const auto* own = cells.at(task + 1, task);
        const auto* last = cells.at(stage, task);
        if (!own || !last)
            return std::nullopt;
        pairs.push_back({own->value, last->value});
    }
    return pairs;
}

template <typename Row>
void join(std::vector<Row>& to, std::vector<Row>&& from) {
    const auto middle = static_cast<std::ptrdiff_t>(to.size());
    if (to.empty())
        to = std::move(from);
    else
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    if constexpr (requires(const Row& row) { row.stage; }) {
        const auto earlier = [](const Row& a, const Row& b) { return a.stage < b.stage; };
        if (!std::is_sorted(to.begin() + std::max<std::ptrdiff_t>(0, middle - 1), to.end(), earlier))
            std::stable_sort(to.begin(), to.end(), earlier);
    }
}

void join(StepColumns& to, StepColumns&& from) {
    if (to.empty())
        to = std::move(from);  // a million rows are not copied
    else
        to.appendColumns(from);
}

template <typename Row>
void drop(std::vector<Row>& rows, int stage, std::int64_t step) {
    if constexpr (requires(const Row& row) { row.step; })
        std::erase_if(rows, [&](const Row& row) { return std::pair(row.stage, row.step) >= std::pair(stage, step); });
    else if constexpr (requires(const Row& row) { row.stage; })
        std::erase_if(rows, [&](const Row& row) { return row.stage >= stage; });
}

void drop(StepColumns& steps, int stage, std::int64_t step) {
    StepColumns kept;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (std::pair(steps.stage[i], steps.step[i]) < std::pair(stage, step))
            kept.append(steps.row(i));
    steps = std::move(kept);
}

/// Σ_t |P(θ_t, t) − P(θ_T, t)| (MLUBench, eq. 1).
std::optional<double> stability(const RunHistory& run, Split split, std::string_view metric, int stage) {
    const auto pairs = ownAndLast(CellMatrix(run, split, metric), stage);
    if (!pairs || pairs->empty() || (stage == 1 && run.requests.size() > 1))  // nothing came after it yet
        return std::nullopt;
    double sum = 0;
    for (const auto& pair : *pairs)
        sum += std::abs(pair.own - pair.last);
    return sum;
}

/// 1/(T−1) Σ_{j<T} (P[T][j] − P[j][j]); nothing for one request.
std::optional<double> backwardTransfer(const RunHistory& run, Split split, std::string_view metric, int stage) {
    const auto pairs = ownAndLast(CellMatrix(run, split, metric), stage);
    if (!pairs || pairs->size() < 2)
        return std::nullopt;
    double sum = 0;
    for (const auto& pair : *pairs)  // the last one adds exactly 0: its own stage is this one
        sum += pair.last - pair.own;
    return sum / static_cast<double>(pairs->size() - 1);
}

}  // namespace

const std::string& shownName(const RunHistory& run) {
    return run.spec.title.empty() ? run.name : run.spec.title;
}

StepColumns StepColumns::of(const std::vector<StepRow>& rows) {
    StepColumns steps;
    for (const auto& row : rows)
        steps.append(row);
    return steps;
}

void StepColumns::append(const StepRow& row) {
    columns([&](const char*, auto column, auto member, bool) { (this->*column).push_back(row.*member); });
}

void StepColumns::appendColumns(const StepColumns& rows) {
    columns([&](const char*, auto column, auto, bool) {
        (this->*column).insert((this->*column).end(), (rows.*column).begin(), (rows.*column).end());
    });
}

StepRow StepColumns::row(std::size_t index) const {
    StepRow row;
    columns([&](const char*, auto column, auto member, bool) { row.*member = (this->*column)[index]; });
    return row;
}

void RunRows::append(RunRows rows) {
    tables([&](auto table) { join(this->*table, std::move(rows.*table)); });
}

void RunRows::dropFrom(int stage, std::int64_t step) {
    tables([&](auto table) { drop(this->*table, stage, step); });
}

bool RunRows::empty() const {
    bool none = true;
    tables([&](auto table) { none = none && (this->*table).empty(); });
    return none;
}

bool RunHistory::endedBefore(int stage) const {
    const bool atWork = status == RunStatus::Queued || status == RunStatus::Running || status == RunStatus::Paused;
    const bool planned = !requests.empty();  // what a queued run will go through is known once it starts
    return stage >= stages && (!atWork || (planned && stage >= stageCount()));
}

const RequestRow* RunHistory::endedEarly(int stage) const {
    const auto index = static_cast<std::size_t>(stage) - 1;
    return stage > 0 && index < requests.size() && requests[index].endedEarly() ? &requests[index] : nullptr;
}

const CellRow* RunHistory::cell(int stage, int task, Split split, std::string_view metric) const {
    const auto found = std::find_if(cells.begin(), cells.end(), [&](const CellRow& cell) {
        return cell.stage == stage && cell.task == task && cell.split == split && cell.metric == metric;
    });
    return found == cells.end() ? nullptr : &*found;
}

std::vector<CurvePoint> forgettingCurve(const RunHistory& run, std::string_view metric) {
    const CellMatrix cells(run, Split::Forget, metric);
    return curve(cells, [&](int stage) { return stage == 0 ? cells.tasks() : stage; });
}

std::vector<CurvePoint> retentionCurve(const RunHistory& run, std::string_view metric) {
    const auto& rows = metricRows();  // a newer Lacuna may have measured what has no row here
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.id == metric; });
    if (row != rows.end() && row->of != MetricOf::Sets)
        return curveOfOthers(run, metric);
    const CellMatrix cells(run, Split::Retain, metric);
    return curve(cells, [&](int stage) { return run.published.empty() || stage == 0 ? cells.tasks() : stage; });
}

const std::vector<RunMeasure>& runMeasures() {
    static const std::vector<RunMeasure> rows{
        {"stability", "stability", stability},
        {"backward_transfer", "transfer", backwardTransfer},
    };
    return rows;
}

}  // namespace lacuna
