#include "app/workbench/workbench_tabs.h"

#include "app/workbench/probe_desk.h"
#include "app/workbench/sequence_tab.h"
#include "app/workbench/welcome_view.h"
#include "app/workbench/workbench.h"
#include "widgets/probes/entity_view.h"

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
    auto* welcome = new WelcomeView(stack);
    stack->addWidget(welcome);
    QObject::connect(welcome, &WelcomeView::demoAsked, &workbench, &Workbench::startDemo);
    QObject::connect(welcome, &WelcomeView::openAsked, &workbench, &Workbench::openAsked);
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
#endif
    return tab;
}

WorkbenchTab entityTab(Workbench& workbench, QWidget* parent) {
    auto* view = new EntityView(workbench.workspace(), workbench.thumbnails(), parent);
    auto* desk = new ProbeDesk(workbench.bridge(), view->ownAnswers(), view);
    QObject::connect(&workbench, &Workbench::engineProblemChanged, desk,
                     [&workbench, desk] { desk->giveUp(workbench.engineProblem()); });
    auto& own = view->ownAnswers();
    auto& library = workbench.library();
    QObject::connect(&own, &OwnAnswers::got, &library,
                     [&library](const ModelQuestion& key, const QString& about, const AnswerRow& answer) {
                         library.keepProbe(key.run, {key.stage, key.image.toStdString(), key.question.toStdString(),
                                                     about.toStdString(), answer});
                     });
    QObject::connect(&library, &RunLibrary::probesRead, &own,
                     [&own](const std::filesystem::path& source, const std::vector<OwnProbe>& probes) {
                         for (const auto& probe : probes)
                             own.restore({source, probe.stage, QString::fromStdString(probe.image),
                                          QString::fromStdString(probe.question)},
                                         QString::fromStdString(probe.about), probe.answer);
                     });
    return {"entity", QObject::tr("Entity"), view, [view] { view->copy(); }, {}, {}, {}, {}};
}

}  // namespace

std::vector<WorkbenchTab> buildTabs(Workbench& workbench, QWidget* parent) {
    std::vector<WorkbenchTab> tabs;
    tabs.push_back(sequenceTab(workbench, parent));
    tabs.push_back(curvesTab(workbench, parent));
    tabs.push_back(entityTab(workbench, parent));
    return tabs;
}

}  // namespace lacuna
