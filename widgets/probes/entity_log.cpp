// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/entity_log.h"

#include "widgets/common/run_names.h"

#include <algorithm>

namespace lacuna {
namespace {

std::string kindOf(const Entity& entity, const ProbeChoice& choice) {
    return choice.question < 0 ? std::string() : entity.questions[static_cast<std::size_t>(choice.question)].kind;
}

int questionOf(const Entity& entity, const QString& kind) {
    for (std::size_t i = 0; i < entity.questions.size(); ++i)
        if (entity.questions[i].kind == kind.toStdString())
            return static_cast<int>(i);
    return entity.questions.empty() ? -1 : 0;
}

int firstView(const Entity& entity) {
    for (std::size_t i = 0; i < entity.views.size(); ++i)
        if (entity.views[i].heldOut)
            return static_cast<int>(i);
    return entity.views.empty() ? -1 : 0;
}

bool isViewOf(const Entity& entity, int view) {
    return view >= 0 && view < static_cast<int>(entity.views.size());
}

}  // namespace

EntityLog::EntityLog(const Workspace& workspace, const QString& entity) {
    const auto id = entity.toStdString();
    for (const int index : workspace.shownRuns()) {
        const auto& run = workspace.runs()[static_cast<std::size_t>(index)];
        if (ofOtherBenchmark(workspace, run.history))
            continue;
        auto& probes = m_runs[run.id];
        for (auto& row : run.answers.about(id)) {
            if (row.stage < 0)
                continue;
            const AskedProbe probe{row.kind, row.phrasing, row.view};
            m_asked.insert(probe);
            auto& stages = probes[probe];
            const auto stage = static_cast<std::size_t>(row.stage);
            if (stages.size() <= stage)
                stages.resize(stage + 1);
            if (!stages[stage])  // several tasks may hold the entity: one row each, with the same answer
                stages[stage] = std::move(row);
        }
    }
}

const AnswerRow* EntityLog::answer(int run, const AskedProbe& probe, int stage) const {
    const auto probes = m_runs.find(run);
    if (probes == m_runs.end() || stage < 0)
        return nullptr;
    const auto stages = probes->second.find(probe);
    const auto at = static_cast<std::size_t>(stage);
    if (stages == probes->second.end() || at >= stages->second.size() || !stages->second[at])
        return nullptr;
    return &*stages->second[at];
}

std::vector<AskedProbe> EntityLog::asked(const std::string& kind) const {
    std::vector<AskedProbe> found;
    std::copy_if(m_asked.begin(), m_asked.end(), std::back_inserter(found),
                 [&](const auto& probe) { return probe.kind == kind; });
    return found;
}

ProbeChoice chooseProbe(const Entity& entity, const Selection& selection, const EntityLog& log) {
    ProbeChoice choice;
    choice.question = questionOf(entity, selection.questionKind);
    choice.view = isViewOf(entity, selection.view) ? selection.view : -1;
    if (choice.question >= 0) {
        const auto& question = entity.questions[static_cast<std::size_t>(choice.question)];
        choice.phrasing =
            std::clamp(selection.phrasing, 0, std::max(0, static_cast<int>(question.phrasings.size()) - 1));
        for (const auto& probe : log.asked(question.kind))
            if (choice.view < 0 && probe.phrasing == choice.phrasing && isViewOf(entity, probe.view))
                choice.view = probe.view;
    }
    if (choice.view < 0)
        choice.view = firstView(entity);
    choice.asked = log.contains({kindOf(entity, choice), choice.phrasing, choice.view});
    return choice;
}

Selection withQuestion(Selection selection, const Entity& entity, int question) {
    selection.questionKind = QString::fromStdString(entity.questions.at(static_cast<std::size_t>(question)).kind);
    selection.phrasing = 0;
    selection.view = -1;
    return selection;
}

Selection withPhrasing(Selection selection, const Entity& entity, const EntityLog& log, int phrasing) {
    const auto before = chooseProbe(entity, selection, log);
    selection.phrasing = phrasing;
    selection.view = before.view;
    if (!chooseProbe(entity, selection, log).asked) {
        selection.view = -1;
        if (!chooseProbe(entity, selection, log).asked)
            selection.view = before.view;
    }
    return selection;
}

Selection withView(Selection selection, const Entity& entity, const EntityLog& log, int view) {
    selection.view = view;
    const auto choice = chooseProbe(entity, selection, log);
    if (!choice.asked)
        for (const auto& probe : log.asked(kindOf(entity, choice)))
            if (probe.view == view) {
                selection.phrasing = probe.phrasing;
                break;
            }
    return selection;
}

}  // namespace lacuna
