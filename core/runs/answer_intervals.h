// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/intervals.h"
#include "core/runs/run_history.h"

#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace lacuna {

/// How sure a mean over answers is, and what it rests on.
struct AnswerInterval {
    std::optional<Interval> interval;  ///< 95 %, by entities (see entityInterval); nothing for fewer than two
    int answers = 0, entities = 0;     ///< that count
};

/// Intervals of a run's cells and of the points of its curves, from its answers.
class AnswerIntervals {
public:
    explicit AnswerIntervals(const RunHistory& run);  ///< whose answers outlive this
    /// Of a run of so many requests, from the answers of the stages that are asked about.
    AnswerIntervals(int requests, std::vector<AnswerRow> answers);
    AnswerIntervals(AnswerIntervals&&) = default;
    AnswerIntervals& operator=(AnswerIntervals&&) = default;

    /// Nothing where the metric asks more than an answer alone (see answerValue) or no answer counts.
    std::optional<AnswerInterval> cell(int stage, int task, Split split, std::string_view metric) const;
    /// Of forgettingCurve and retentionCurve at a stage: the mean over the tasks' means, whole entities drawn.
    std::optional<AnswerInterval> point(int stage, Split split, std::string_view metric) const;

private:
    std::optional<AnswerInterval> of(int stage, const std::vector<int>& tasks, Split split,
                                     std::string_view metric) const;
    std::optional<AnswerInterval> againstBystanders(int stage, const std::vector<int>& tasks, Split split,
                                                    std::string_view metric) const;

    void add(const std::vector<AnswerRow>& rows);

    int m_tasks;
    std::vector<AnswerRow> m_own;                                                    ///< where they are nobody else's
    std::map<std::tuple<int, int, Split>, std::vector<const AnswerRow*>> m_answers;  ///< by stage, task, split
};

}  // namespace lacuna
