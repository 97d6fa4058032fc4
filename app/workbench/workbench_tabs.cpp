// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench_tabs.h"

#include "app/workbench/attacks_tab.h"
#include "app/workbench/probe_desk.h"
#include "app/workbench/probe_pictures.h"
#include "app/workbench/report_maker.h"
#include "app/workbench/sequence_tab.h"
#include "app/workbench/welcome_view.h"
#include "app/workbench/workbench.h"
#include "widgets/common/icons.h"
#include "widgets/common/toast.h"
#include "widgets/compare/compare_view.h"
#include "widgets/probes/entity_view.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QPushButton>
#include <QStackedWidget>

#if __has_include("widgets/curves/curves_view.h")
#include "widgets/curves/curves_view.h"
#define LACUNA_HAS_CURVES 1
#endif

namespace lacuna {
namespace {

/// The curves, or, as long as there is no run, what to do first.
WorkbenchTab curvesTab(Workbench& workbench, QWidget* parent) {
    auto* stack = new QStackedWidget(parent);
    auto* welcome = new WelcomeView(workbench.workspace(), workbench.thumbnails(), stack);
    stack->addWidget(welcome);
    QObject::connect(welcome, &WelcomeView::demoAsked, &workbench, &Workbench::startDemo);
    QObject::connect(welcome, &WelcomeView::askAsked, &workbench, &Workbench::askAsked);
    QObject::connect(welcome, &WelcomeView::openAsked, &workbench, &Workbench::openAsked);
    QObject::connect(welcome, &WelcomeView::lessonAsked, &workbench, &Workbench::lessonAsked);
    QObject::connect(welcome, &WelcomeView::newRunAsked, &workbench, &Workbench::newRunAsked);
    QObject::connect(&workbench, &Workbench::engineProblemChanged, welcome,
                     [&workbench, welcome] { welcome->setProblem(workbench.engineProblem()); });
    WorkbenchTab tab{"curves", QObject::tr("Curves"), stack, {}, {}, {}, {}, {}};
#ifdef LACUNA_HAS_CURVES
    auto* curves = new CurvesView(workbench.workspace(), stack);
    stack->addWidget(curves);
    const auto choose = [&workbench, stack] { stack->setCurrentIndex(workbench.workspace().runs().empty() ? 0 : 1); };
    QObject::connect(&workbench.workspace(), &Workspace::runsChanged, stack, choose);
    choose();
    tab.copyFigure = [curves] { curves->copy(); };
    tab.saveFigure = [curves] { curves->saveFigure(); };
    tab.fit = [curves] { curves->fit(); };
    tab.resetZoom = [curves] { curves->resetZoom(); };
    tab.entries = [curves] {
        std::vector<PaletteEntry> entries;
        for (const auto& metric : metricChoices())
            entries.push_back({icon("search"), QObject::tr("Metric: %1").arg(metric.name), {}, [curves, metric] {
                                   curves->setMetric(metric.forget);
                               }});
        return entries;
    };
#endif
    return tab;
}

WorkbenchTab entityTab(Workbench& workbench, QWidget* parent) {
    auto* view = new EntityView(workbench.workspace(), workbench.thumbnails(), parent);
    view->setPictureCheck(
        [](const QString& file) { return QString::fromStdString(pictureProblem(file.toStdString())); });
    auto* desk = new ProbeDesk(workbench.bridge(), view->ownAnswers(), view);
    QObject::connect(&workbench, &Workbench::engineProblemChanged, desk,
                     [&workbench, desk] { desk->giveUp(workbench.engineProblem()); });
    auto& own = view->ownAnswers();
    auto& library = workbench.library();
    auto& workspace = workbench.workspace();
    QObject::connect(
        &own, &OwnAnswers::got, &library,
        [&library, &workspace](const ModelQuestion& key, const QString& about, const AnswerRow& answer) {
            if (!key.parameters.empty())
                return;  // of no stage of the run as it is
            OwnProbe probe{key.stage, key.image.toStdString(), key.question.toStdString(), about.toStdString(), answer};
            if (workspace.benchmark())
                nameBenchmarkPicture(probe, *workspace.benchmark());
            library.keepProbe(key.run, probe);
        });
    // Where a benchmark's pictures lie is known once it is there.
    using Unplaced = std::vector<std::pair<std::filesystem::path, OwnProbe>>;
    const auto unplaced = std::make_shared<Unplaced>();
    const auto place = [&own, &workspace, unplaced] {
        if (!workspace.benchmark())
            return;
        for (const auto& [source, probe] : std::exchange(*unplaced, {}))
            own.restore({source, probe.stage, QString::fromStdString(pictureOf(probe, *workspace.benchmark())),
                         QString::fromStdString(probe.question)},
                        QString::fromStdString(probe.about), probe.answer);
    };
    QObject::connect(&library, &RunLibrary::probesRead, &own,
                     [unplaced, place](const std::filesystem::path& source, const std::vector<OwnProbe>& probes) {
                         for (const auto& probe : probes)
                             unplaced->emplace_back(source, probe);
                         place();
                     });
    QObject::connect(&workspace, &Workspace::benchmarkChanged, &own, place);
    QObject::connect(view, &EntityView::measureWanted, &workbench, &Workbench::measureAgain);
    QObject::connect(&workbench, &Workbench::askAsked, view, [view] {
        view->refreshNow();  // it may be hidden still
        view->askAll();
    });
    return {"entity", QObject::tr("Entity"), view, [view] { view->copy(); }, {}, {}, {}, {}};
}

WorkbenchTab compareTab(Workbench& workbench, QWidget* parent) {
    auto* view = new CompareView(workbench.workspace(), workbench.thumbnails(), parent);
    QObject::connect(view, &CompareView::entityWanted, &workbench, &Workbench::entityAsked);
    QObject::connect(view, &CompareView::entitiesPicked, &workbench, &Workbench::entitiesPicked);
    auto* reports = new ReportMaker(view);
    QObject::connect(reports, &ReportMaker::failed, view, [view](const QString& text) { view->tell(text, true); });
    QObject::connect(reports, &ReportMaker::made, view, [view](const QString& file) {
        view->tell({}, false);
        Toast::showSaved(view, file);
    });
    QObject::connect(view, &CompareView::reportWanted, reports, [&workbench, view, reports] {
        QString kind;
        auto file =
            QFileDialog::getSaveFileName(view, QObject::tr("Report of the shown runs"), QStringLiteral("report"),
                                         QObject::tr("Web page (*.html);;PDF (*.pdf)"), &kind);
        if (file.isEmpty())
            return;
        if (QFileInfo(file).suffix().isEmpty())
            file += kind.contains("pdf") ? QStringLiteral(".pdf") : QStringLiteral(".html");
        QStringList runs;
        const auto& workspace = workbench.workspace();
        for (const int run : workspace.shownRuns())
            runs << QString::fromStdString(workspace.runs()[static_cast<std::size_t>(run)].history.source.string());
        view->tell(QObject::tr("Writing the report…"), false);
        reports->make(runs, file);
    });
    WorkbenchTab tab{"compare", QObject::tr("Compare"), view, [view] { view->copy(); }, {}, {}, {}, {}};
    tab.keep = [view] { return view->kept(); };
    tab.bringBack = [view](const QString& kept) { view->bringBack(kept); };
    return tab;
}

}  // namespace

std::vector<WorkbenchTab> buildTabs(Workbench& workbench, QWidget* parent) {
    std::vector<WorkbenchTab> tabs;
    tabs.push_back(sequenceTab(workbench, parent));
    tabs.push_back(curvesTab(workbench, parent));
    tabs.push_back(entityTab(workbench, parent));
    tabs.push_back(compareTab(workbench, parent));
    tabs.push_back(attacksTab(workbench, parent));
    return tabs;
}

}  // namespace lacuna
