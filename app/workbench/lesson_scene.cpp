// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/lesson_scene.h"

#include "app/workbench/main_window.h"
#include "app/workbench/window_toolbar.h"
#include "app/workbench/workbench.h"
#include "widgets/attacks/attacks_view.h"
#include "widgets/common/timeline_bar.h"
#include "widgets/compare/compare_table.h"
#include "widgets/compare/compare_view.h"
#include "widgets/compare/entity_plane.h"
#include "widgets/curves/curves_view.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"
#include "widgets/entities/entities_panel.h"
#include "widgets/probes/answers_table.h"
#include "widgets/probes/entity_view.h"
#include "widgets/probes/gate_card.h"
#include "widgets/probes/overview_table.h"
#include "widgets/probes/picture_panel.h"
#include "widgets/probes/question_bar.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/sequence/live_panel.h"
#include "widgets/sequence/parameter_form.h"
#include "widgets/sequence/request_strip.h"
#include "widgets/sequence/sequence_view.h"

#include <QLineEdit>

#include <map>

namespace lacuna {

QWidget* lessonPlaceWidget(MainWindow& window, const std::string& place) {
    const auto* curves = window.findChild<CurvesView*>();
    const auto* entity = window.findChild<EntityView*>();
    const auto* compare = window.findChild<CompareView*>();
    const auto* attacks = window.findChild<AttacksView*>();
    const auto* sequence = window.findChild<SequenceView*>();
    const std::map<std::string, QWidget*> places{
        {"timeline", window.toolBar()->timeline()},
        {"runs", window.runsPanel()},
        {"entities", window.entitiesPanel()},
        {"forgetting", curves->forgetting()->parentWidget()},
        {"retention", curves->retention()->parentWidget()},
        {"matrix", curves->matrix()->parentWidget()},
        {"plane", curves->plane()->parentWidget()},
        {"pictures", entity->pictures()},
        {"questions", entity->questionBar()},
        {"answers", entity->answers()},
        {"overview", entity->overview()},
        {"gate", entity->gate()},
        {"table", compare->table()},
        {"shares", compare->shares()},
        {"entity_plane", compare->plane()},
        {"attack_run", attacks->runButton()},
        {"attack_table", attacks->table()},
        {"quadrant", attacks->quadrant()},
        {"requests", sequence->strip()},
        {"form", sequence->form()},
        {"live", sequence->live()},
    };
    const auto found = places.find(place);
    return found == places.end() ? nullptr : found->second;
}

void LessonScene::turnTo(const Lesson& lesson, std::size_t step) {
    m_lesson = &lesson;
    m_wanted = {};
    for (std::size_t i = 0; i <= step; ++i) {
        const auto& one = lesson.steps[i];
        if (!one.view.empty()) {
            m_wanted.view = one.view;
            m_wanted.training = one.training;
        }
        if (!one.entity.empty()) {
            m_wanted.entity = one.entity;
            m_wanted.question = one.question;
        }
        if (!one.metric.empty())
            m_wanted.metric = one.metric;
        if (!one.selectedRun.empty())
            m_wanted.selectedRun = one.selectedRun;
        if (!one.shown.empty())
            m_wanted.shown = one.shown;
        if (one.stage)
            m_wanted.stage = one.stage;
    }
    auto& workspace = m_window.workbench().workspace();
    if (!m_wanted.view.empty())
        m_window.showTab(QString::fromStdString(m_wanted.view));
    auto* curves = m_window.findChild<CurvesView*>();
    if (m_wanted.view == "curves" && curves->showsTraining() != m_wanted.training)
        curves->showTraining(m_wanted.training);
    if (!m_wanted.metric.empty())
        curves->setMetric(m_wanted.metric);
    if (!m_wanted.entity.empty() && workspace.entity(QString::fromStdString(m_wanted.entity))) {
        Selection selection;
        selection.run = workspace.selection().run;
        selection.entity = QString::fromStdString(m_wanted.entity);
        selection.questionKind = QString::fromStdString(m_wanted.question);
        workspace.select(selection);
    }
    m_seen.clear();
    m_stage = m_wanted.stage;
    m_run = m_wanted.selectedRun;
    settle();
}

void LessonScene::showRuns(const Lesson& lesson) {
    auto& workspace = m_window.workbench().workspace();
    QList<int> on, off;
    for (const auto& run : lesson.runs) {
        const int index = m_runs.indexOf(run.id);
        if (index < 0)
            continue;
        const int id = workspace.runs()[static_cast<std::size_t>(index)].id;
        if (m_seen.contains(id))
            continue;  // it is the reader's since
        m_seen << id;
        const auto& shown = m_wanted.shown;
        const bool wanted = shown.empty() || std::find(shown.begin(), shown.end(), run.id) != shown.end();
        (wanted ? on : off) << index;
    }
    workspace.setShown(on, true);
    workspace.setShown(off, false);
}

void LessonScene::settle() {
    if (!m_lesson)
        return;
    showRuns(*m_lesson);
    auto& workspace = m_window.workbench().workspace();
    if (const int index = m_run.empty() ? -1 : m_runs.indexOf(m_run); index >= 0) {
        workspace.selectRun(index);
        m_run.clear();
    }
    if (m_stage && *m_stage < workspace.stageCount()) {
        workspace.setStage(*m_stage);
        m_stage.reset();
    }
}

AsideSession asideSession(MainWindow& window) {
    auto& workbench = window.workbench();
    const auto& workspace = workbench.workspace();
    AsideSession session;
    session.tab = window.tab();
    session.selection = workspace.selection();
    session.stage = workspace.stage();
    session.benchmark = workbench.benchmarkName();
    session.images = workbench.decidedImages();
    if (const int run = session.selection.run; run >= 0)
        session.run = QString::fromStdString(workspace.runs()[static_cast<std::size_t>(run)].history.source.string());
    const auto* curves = window.findChild<CurvesView*>();
    session.metric = QString::fromStdString(curves->metric());
    session.training = curves->showsTraining();
    session.panels = window.panelsShown();
    session.filter = window.runsPanel()->filterLine()->text();
    return session;
}

void bringBack(MainWindow& window, const AsideSession& session) {
    auto& workbench = window.workbench();
    auto& workspace = workbench.workspace();
    if (workbench.benchmarkName() != session.benchmark)
        workbench.openBenchmark(session.benchmark, session.images);
    auto selection = session.selection;
    selection.run = session.run.isEmpty() ? -1 : workspace.indexOf(session.run.toStdString());
    workspace.select(selection);
    workspace.setStage(session.stage);
    auto* curves = window.findChild<CurvesView*>();
    curves->setMetric(session.metric.toStdString());
    curves->showTraining(session.training);
    window.showTab(session.tab);
    window.showPanels(session.panels);
    window.runsPanel()->filterLine()->setText(session.filter);
}

}  // namespace lacuna
