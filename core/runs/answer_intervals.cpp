// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_intervals.h"

#include "core/runs/answer_values.h"

#include <numeric>
#include <utility>

namespace lacuna {

AnswerIntervals::AnswerIntervals(const RunHistory& run) : m_tasks(static_cast<int>(run.requests.size())) {
    add(run.answers);
}

AnswerIntervals::AnswerIntervals(int requests, std::vector<AnswerRow> answers)
    : m_tasks(requests), m_own(std::move(answers)) {
    add(m_own);
}

void AnswerIntervals::add(const std::vector<AnswerRow>& rows) {
    for (const auto& row : rows)
        m_answers[{row.stage, row.task, row.split}].push_back(&row);
}

std::optional<AnswerInterval> AnswerIntervals::cell(int stage, int task, Split split, std::string_view metric) const {
    return of(stage, {task}, split, metric);
}

std::optional<AnswerInterval> AnswerIntervals::point(int stage, Split split, std::string_view metric) const {
    std::vector<int> tasks(static_cast<std::size_t>(split == Split::Forget && stage > 0 ? stage : m_tasks));
    std::iota(tasks.begin(), tasks.end(), 0);
    return of(stage, tasks, split, metric);
}

std::optional<AnswerInterval> AnswerIntervals::of(int stage, const std::vector<int>& tasks, Split split,
                                                  std::string_view metric) const {
    const auto value = answerValue(metric);
    if (!value)
        return againstBystanders(stage, tasks, split, metric);
    AnswerInterval figure;
    std::map<std::string_view, std::vector<EntitySum>> sums;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto answers = m_answers.find({stage, tasks[i], split});
        if (answers == m_answers.end())
            return std::nullopt;
        for (const auto* row : answers->second)
            if (const auto brought = value(*row)) {
                auto& ofEntity = sums.try_emplace(row->entity, tasks.size()).first->second[i];
                ofEntity.part += *brought;
                ++ofEntity.whole;
                ++figure.answers;
            }
    }
    if (figure.answers == 0)
        return std::nullopt;
    std::vector<std::vector<EntitySum>> entities;
    for (auto& [entity, ofTasks] : sums)
        entities.push_back(std::move(ofTasks));
    figure.entities = static_cast<int>(entities.size());
    figure.interval = entityIntervalOfMean(entities);
    return figure;
}

std::optional<AnswerInterval> AnswerIntervals::againstBystanders(int stage, const std::vector<int>& tasks, Split split,
                                                                 std::string_view metric) const {
    const auto value = membershipValue(metric);
    if (!value || split == Split::Bystander)
        return std::nullopt;
    std::map<std::string_view, std::vector<double>> bystanders;
    for (int task = 0; task < m_tasks; ++task)
        if (const auto answers = m_answers.find({stage, task, Split::Bystander}); answers != m_answers.end())
            for (const auto* row : answers->second)
                if (const auto brought = value(*row))
                    bystanders[row->entity].push_back(*brought);
    AnswerInterval figure;
    std::map<std::string_view, std::vector<std::vector<double>>> members;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto answers = m_answers.find({stage, tasks[i], split});
        if (answers == m_answers.end())
            return std::nullopt;
        for (const auto* row : answers->second)
            if (const auto brought = value(*row)) {
                members.try_emplace(row->entity, tasks.size()).first->second[i].push_back(*brought);
                ++figure.answers;
            }
    }
    if (figure.answers == 0 || bystanders.empty())
        return std::nullopt;
    std::vector<std::vector<std::vector<double>>> ofMembers;
    for (auto& [entity, values] : members)
        ofMembers.push_back(std::move(values));
    std::vector<std::vector<double>> ofOthers;
    for (auto& [entity, values] : bystanders)
        ofOthers.push_back(std::move(values));
    figure.entities = static_cast<int>(ofMembers.size());
    figure.interval = entityIntervalOfArea(ofMembers, ofOthers);
    return figure;
}

}  // namespace lacuna
