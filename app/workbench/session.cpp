// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/session.h"

#include "app/workbench/lesson_desk.h"
#include "app/workbench/main_window.h"
#include "app/workbench/workbench.h"
#include "widgets/common/theme.h"
#include "widgets/probes/entity_log.h"

#include <QDir>
#include <QFileInfo>
#include <QScreen>
#include <QStandardPaths>

namespace lacuna {
namespace {

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

/// Hidden as they were left; each run once, when it is first seen.
void restoreLooks(Workspace& workspace, QStringList& hidden) {
    for (std::size_t i = 0; i < workspace.runs().size(); ++i) {
        const auto source = text(workspace.runs()[i].history.source);
        if (hidden.removeOne(source))
            workspace.setShown(static_cast<int>(i), false);
    }
}

}  // namespace

/// A view that no run was asked about is left for one that was, once runs and benchmark are there: it was asked in runs
/// that are gone, or hidden.
static void letGoOfUnaskedView(MainWindow& window, const Selection& left) {
    auto& workbench = window.workbench();
    auto* once = new QObject(&window);
    const auto look = [&workspace = workbench.workspace(), &library = workbench.library(), once, left] {
        const auto* entity = workspace.entity(workspace.selection().entity);
        if (!entity || library.busy() || workspace.runs().empty())
            return;
        once->deleteLater();
        auto selection = workspace.selection();
        const EntityLog log(workspace, selection.entity);
        if (selection.entity != left.entity || selection.view != left.view ||
            chooseProbe(*entity, selection, log).asked)
            return;
        selection.view = -1;
        if (chooseProbe(*entity, selection, log).asked)
            workspace.select(selection);
    };
    QObject::connect(&workbench.library(), &RunLibrary::idle, once, look);
    QObject::connect(&workbench.workspace(), &Workspace::benchmarkChanged, once, look, Qt::QueuedConnection);
}

std::unique_ptr<QSettings> sessionSettings(const QString& file) {
    if (file.isEmpty())
        return std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, "lacuna", "workbench");
    return std::make_unique<QSettings>(file, QSettings::IniFormat);
}

QString runsFolder(const QSettings& settings) {
    if (auto left = settings.value("runs/folder").toString(); !left.isEmpty() && QDir(left).exists())
        return left;
    if (const auto asked = qEnvironmentVariable("LACUNA_RUNS"); !asked.isEmpty())
        return QDir(asked).absolutePath();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/lacuna/runs";
}

void saveSession(MainWindow& window, QSettings& settings) {
    auto& workbench = window.workbench();
    const auto& workspace = workbench.workspace();
    settings.setValue("window/geometry", window.saveGeometry());
    settings.setValue("window/place", window.pos());
    settings.setValue("window/state", window.saveState());
    settings.setValue("window/tab", window.tab());
    settings.setValue("window/textChosen", Theme::instance().chosenTextScale());
    settings.setValue("window/theme", static_cast<int>(Theme::instance().mode()));
    QStringList elsewhere, hidden;
    for (const auto& run : workspace.runs()) {
        const auto source = text(run.history.source);
        if (run.history.source.parent_path() != workbench.library().folder())
            elsewhere << source;
        if (!run.shown)
            hidden << source;
    }
    settings.setValue("runs/folder", text(workbench.library().folder()));
    settings.setValue("runs/elsewhere", elsewhere);
    settings.setValue("runs/hidden", hidden);
    const auto& selection = workspace.selection();
    const bool any = selection.run >= 0;
    settings.setValue("selection/run",
                      any ? text(workspace.runs()[static_cast<std::size_t>(selection.run)].history.source) : QString());
    settings.setValue("selection/entity", selection.entity);
    settings.setValue("selection/question", selection.questionKind);
    settings.setValue("selection/phrasing", selection.phrasing);
    settings.setValue("selection/view", selection.view);
    settings.setValue("selection/stage", workspace.stage());
    settings.setValue("benchmark", workbench.benchmarkName());
    settings.setValue("images", workbench.decidedImages());
    settings.setValue("lessons", window.lessons().kept());
    for (const auto& tab : window.tabs())
        if (tab.keep)
            settings.setValue("tabs/" + tab.id, tab.keep());
}

void restoreWindow(MainWindow& window, const QSettings& settings) {
    window.restoreGeometry(settings.value("window/geometry").toByteArray());
    // Where nobody frames windows Qt moves down what begins at the screen's top, for a title bar that is not there.
    const auto place = settings.value("window/place");
    if (place.isValid() && !window.isMaximized() && !window.isFullScreen() &&
        window.screen()->availableGeometry().contains(place.toPoint()))
        window.move(place.toPoint());
    window.restoreState(settings.value("window/state").toByteArray());
    window.showTab(settings.value("window/tab", "curves").toString());
}

void restoreWorkspace(MainWindow& window, const QSettings& settings) {
    auto& workbench = window.workbench();
    auto& workspace = workbench.workspace();
    for (const auto& tab : window.tabs())
        if (const auto kept = settings.value("tabs/" + tab.id).toString(); tab.bringBack && !kept.isEmpty())
            tab.bringBack(kept);
    window.lessons().bringBack(settings.value("lessons").toMap());
    auto hidden = settings.value("runs/hidden").toStringList();
    QObject::connect(&workbench.library(), &RunLibrary::opened, &window,
                     [&workspace, hidden]() mutable { restoreLooks(workspace, hidden); });

    Selection left;
    left.entity = settings.value("selection/entity").toString();
    left.questionKind = settings.value("selection/question").toString();
    left.phrasing = settings.value("selection/phrasing").toInt();
    left.view = settings.value("selection/view", -1).toInt();
    const auto chooseEntity = [&workspace, left] {
        const auto* benchmark = workspace.benchmark();
        if (!benchmark || !workspace.selection().entity.isEmpty())
            return;
        auto selection = left;
        selection.run = workspace.selection().run;
        if (workspace.entity(left.entity))
            workspace.select(selection);
        else if (!benchmark->entities.empty())
            workspace.selectEntity(QString::fromStdString(benchmark->entities.front().id));
    };
    QObject::connect(&workspace, &Workspace::benchmarkChanged, &window, chooseEntity);

    const auto source = settings.value("selection/run").toString();
    const int stage = settings.value("selection/stage", -1).toInt();
    auto* once = new QObject(&window);
    QObject::connect(&workbench.library(), &RunLibrary::idle, once, [&workspace, once, source, stage] {
        // Once, also for an empty folder: runs that are started later choose for themselves.
        const bool any = !workspace.runs().empty();
        const int run = workspace.indexOf(source.toStdString());
        if (any && workspace.selection().run < 0)
            workspace.selectRun(run < 0 ? static_cast<int>(workspace.runs().size()) - 1 : run);
        if (any)
            workspace.setStage(stage < 0 ? workspace.measuredStages() - 1 : stage);
        delete once;
    });
    letGoOfUnaskedView(window, left);
    for (const auto& path : settings.value("runs/elsewhere").toStringList())
        if (QFileInfo::exists(path))
            workbench.library().open(path.toStdString());
}

}  // namespace lacuna
