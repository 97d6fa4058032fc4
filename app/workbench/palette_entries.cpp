// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/palette_entries.h"

#include "app/workbench/main_window.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/workbench.h"
#include "widgets/common/icons.h"
#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/entities/entities_model.h"
#include "widgets/entities/entities_panel.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QCoreApplication>
#include <QLineEdit>
#include <QPointer>

namespace lacuna {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lacuna::PaletteEntries", text);
}

/// Why an action that is grey is so.
QString whyNot(const QString& id) {
    if (id.startsWith("figure."))
        return tr("this tab has no figure");
    if (id.startsWith("lesson."))
        return tr("no lesson is open, or this is its first page");
    if (id == "run.demo")
        return tr("there is no engine");
    if (id == "run.continue")
        return tr("the chosen run was not stopped");
    if (id == "run.skip")
        return tr("no request is being trained");
    if (id == "run.pause" || id == "run.free" || id == "run.stop" || id == "run.checkpoint")
        return tr("no run is in work");
    if (id.startsWith("run."))
        return tr("no run is chosen that allows it");
    return tr("there is nothing to undo or redo");  // the rest is never grey
}

/// `chosen` is the run that actions on one are about.
void addActions(std::vector<PaletteEntry>& entries, const QList<QAction*>& actions, const QString& chosen) {
    for (auto* action : actions) {
        if (!action->isVisible() || action->objectName() == "edit.find")
            continue;
        auto title = action->text().section('\t', 0, 0).remove('&');
        auto key = action->shortcut().toString(QKeySequence::NativeText);
        if (key.isEmpty())
            key = action->text().section('\t', 1);
        static const QStringList ofNoRun{"run.new",  "run.demo",       "run.pause", "run.free",
                                         "run.stop", "run.checkpoint", "run.skip"};
        if (action->objectName().startsWith("run.") && !ofNoRun.contains(action->objectName()) && !chosen.isEmpty())
            title += QStringLiteral(" · ") + chosen;
        entries.push_back({action->icon().isNull() ? icon("command") : action->icon(), title, key,
                           [action = QPointer<QAction>(action)] {
                               if (action)
                                   action->trigger();
                           },
                           action->isEnabled() ? QString() : whyNot(action->objectName())});
    }
}

}  // namespace

std::vector<PaletteEntry> paletteEntries(MainWindow& window) {
    auto& workspace = window.workbench().workspace();
    std::vector<PaletteEntry> entries;
    const int chosen = workspace.selection().run;
    const auto names = runNames(workspace);
    addActions(entries, window.windowActions().all(),
               chosen < 0 ? QString() : names[static_cast<std::size_t>(chosen)].whole());
    for (int run = 0; run < static_cast<int>(workspace.runs().size()); ++run) {
        const auto& of = workspace.runs()[static_cast<std::size_t>(run)];
        const auto folder = QString::fromStdString(of.history.name);
        const auto name = names[static_cast<std::size_t>(run)].whole();
        entries.push_back({icon("run", runLook(workspace, run).colour),
                           name.contains(folder, Qt::CaseInsensitive) ? name : name + " · " + folder,
                           runStatusText(workspace, of), [&workspace, run] { workspace.selectRun(run); }});
    }
    for (int stage = 0; stage < workspace.stageCount(); ++stage)
        entries.push_back({icon("play"), tr("Stage: %1").arg(workspace.stageName(stage)), {}, [&workspace, stage] {
                               workspace.setStage(stage);
                           }});
    for (const auto& tab : window.tabs())
        if (tab.entries)
            for (auto& entry : tab.entries()) {
                entry.act = [&window, id = tab.id, act = std::move(entry.act)] {
                    window.showTab(id);
                    act();
                };
                entries.push_back(std::move(entry));
            }
    if (const auto* benchmark = workspace.benchmark())
        for (const auto& request : benchmark->requests)
            entries.push_back({icon("entity"),
                               tr("Request %1: its entities").arg(QString::fromStdString(request.name)),
                               {},
                               [&window, name = QString::fromStdString(request.name)] {
                                   window.entitiesPanel()->filterLine()->setText(tr("request %1").arg(name));
                               }});
    auto& entities = window.entitiesPanel()->model();
    for (int row = 0; row < entities.rowCount(); ++row) {
        const auto index = entities.index(row);
        entries.push_back({icon("entity"), index.data().toString(), index.data(EntitiesModel::ClassRole).toString(),
                           [&window, &workspace, id = index.data(EntitiesModel::IdRole).toString()] {
                               workspace.selectEntity(id);
                               window.showTab("entity");
                           }});
    }
    return entries;
}

}  // namespace lacuna
