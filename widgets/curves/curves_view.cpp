// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/curves_view.h"

#include "core/base/error.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/common/view_refresh.h"
#include "widgets/curves/figure_panel.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"
#include "widgets/curves/training_bar.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTimer>

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

/// Two or more buttons of which one is down, close together.
QWidget* segments(QWidget* parent, std::initializer_list<QPushButton*> buttons) {
    auto* box = new QWidget(parent);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    auto* group = new QButtonGroup(box);
    for (auto* button : buttons) {
        button->setCheckable(true);
        group->addButton(button);
        row->addWidget(button);
    }
    (*buttons.begin())->setChecked(true);
    return box;
}

QScrollArea* scrolled(QWidget* content) {
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setBackgroundRole(QPalette::Base);
    return area;
}

}  // namespace

CurvesView::CurvesView(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_choices(metricChoices()),
      m_metric(new QComboBox),
      m_spread(new QPushButton),
      m_byRequest(new QPushButton(tr("By request"))),
      m_byStep(new QPushButton(tr("By step"))),
      m_trainingBar(new TrainingBar),
      m_save(new QPushButton(tr("Save figure…"))),
      m_message(new QLabel),
      m_forgetSplit(new QPushButton(tr("Forget"))),
      m_retainSplit(new QPushButton(tr("Retain"))),
      m_pages(new QStackedWidget),
      m_forgetting(new SequencePlot(Split::Forget, workspace)),
      m_retention(new SequencePlot(Split::Retain, workspace)),
      m_matrix(new MatrixPlot(workspace)),
      m_plane(new PlanePlot(workspace)),
      m_training(new TrainingPlot(workspace)),
      m_refresh(new ViewRefresh(this, [this] { refreshPage(); })) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 12, 16, 12);
    all->setSpacing(12);
    buildBar();
    buildRequestPage();
    buildTrainingPage();
    all->addWidget(m_pages, 1);
    connectPlots();
    connectWorkspace();
    showTraining(false);
    schedule();
}

void CurvesView::buildBar() {
    for (const auto& choice : m_choices) {
        m_metric->addItem(choice.name);
        m_metric->setItemData(m_metric->count() - 1, choice.explanation, Qt::ToolTipRole);
    }
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_metric->setMinimumContentsLength(14);
    m_metric->setAccessibleName(tr("Metric"));
    m_metric->setToolTip(m_choices.front().explanation);
    m_spread->setCheckable(true);
    m_spread->setChecked(true);
    auto* copy = new QPushButton(tr("Copy"));
    copy->setToolTip(tr("Copy the plots of this page as a picture, and their numbers as CSV text."));
    m_save->setMenu(new QMenu(m_save));
    m_save->setToolTip(tr("Save as PNG, SVG or PDF, or the numbers as CSV."));
    m_byRequest->setToolTip(tr("What the model still knows after each request."));
    m_byStep->setToolTip(tr("Losses, gradient norm and learning rate of every training step."));
    m_message->setWordWrap(true);
    m_message->hide();

    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(segments(this, {m_byRequest, m_byStep}));
    row->addSpacing(8);
    row->addWidget(m_metric);
    row->addWidget(m_spread);
    row->addWidget(m_trainingBar);
    row->addWidget(m_message, 1);
    row->addStretch();
    row->addWidget(copy);
    row->addWidget(m_save);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);

    connect(copy, &QPushButton::clicked, this, &CurvesView::copy);
    connect(m_save->menu(), &QMenu::aboutToShow, this, &CurvesView::fillSaveMenu);
    connect(m_metric, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_metric->setToolTip(m_choices[static_cast<std::size_t>(index)].explanation);
        refreshRequests();
    });
    connect(m_spread, &QPushButton::toggled, this, &CurvesView::refreshRequests);
    connect(m_byStep, &QPushButton::toggled, this, &CurvesView::showTraining);
    connect(m_trainingBar, &TrainingBar::changed, this, [this] {
        m_linesStale = true;
        refreshNow();
    });
}

void CurvesView::buildRequestPage() {
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(16);
    m_panels = {new FigurePanel(m_forgetting, m_forgetting), new FigurePanel(m_retention, m_retention),
                new FigurePanel(m_matrix, scrolled(m_matrix)), new FigurePanel(m_plane, m_plane)};
    for (int i = 0; i < 4; ++i)
        grid->addWidget(m_panels[static_cast<std::size_t>(i)], i / 2, i % 2);
    for (int i = 0; i < 2; ++i) {
        grid->setColumnStretch(i, 1);
        grid->setRowStretch(i, 1);
    }
    auto* split = segments(this, {m_retainSplit, m_forgetSplit});
    m_panels[2]->addControl(split);
    connect(m_forgetSplit, &QPushButton::toggled, this, &CurvesView::refreshRequests);
    m_pages->addWidget(page);
}

void CurvesView::buildTrainingPage() {
    m_panels.push_back(new FigurePanel(m_training, m_training));
    m_pages->addWidget(m_panels.back());
}

void CurvesView::connectWorkspace() {
    connect(&m_workspace, &Workspace::runsChanged, this, [this] {
        m_linesStale = true;
        m_training->clear();
        if (isVisible() && !showsTraining())
            refreshRequests();  // at once, for the plots know runs by their place in the list
        schedule();
    });
    connect(&m_workspace, &Workspace::runGrew, this, [this](int, Grown what) {
        const GrownKinds drawn = showsTraining() ? GrownKinds{Grown::Steps, Grown::Requests}
                                                 : GrownKinds{Grown::Cells, Grown::Stages, Grown::Requests};
        if (drawn.testFlag(what))
            schedule();
    });
    connect(&m_workspace, &Workspace::statusChanged, this, &CurvesView::schedule);
    connect(&m_workspace, &Workspace::publishedChanged, this, &CurvesView::schedule);
    connect(&m_workspace, &Workspace::selectionChanged, this, [this] {
        if (std::exchange(m_selectedRun, m_workspace.selection().run) != m_workspace.selection().run)
            m_training->showSelection();
        schedule();
    });
    connect(&m_workspace, &Workspace::stageChanged, this, &CurvesView::showStage);
    connect(&m_workspace, &Workspace::referenceToggled, this, &CurvesView::showStage);
}

void CurvesView::connectPlots() {
    for (auto* plot : {m_forgetting, m_retention}) {
        auto* other = plot == m_forgetting ? m_retention : m_forgetting;
        connect(plot, &SequencePlot::stageHovered, other, [other](int stage) { other->showCrosshair(stage, true); });
        connect(plot, &SequencePlot::stageClicked, &m_workspace, &Workspace::setStage);
        connect(plot, &SequencePlot::pointClicked, this, &CurvesView::clickPoint);
        connect(plot, &SequencePlot::nameClicked, &m_workspace, &Workspace::selectRun);
        connect(plot, &SequencePlot::hideRequested, this, [this](const std::vector<int>& runs) {
            for (const int run : runs)
                m_workspace.setShown(run, false);
        });
    }
    connect(m_plane, &PlanePlot::pointClicked, this, &CurvesView::clickPoint);
    connect(m_matrix, &MatrixPlot::cellClicked, this, &CurvesView::clickCell);
    connect(m_training, &TrainingPlot::stepClicked, this, [this](int run, int stage) {
        if (run >= 0)
            m_workspace.selectRun(run);
        m_workspace.setStage(stage);
    });
    const std::vector<PlotCanvas*> plots{m_forgetting, m_retention, nullptr, m_plane, m_training};
    for (std::size_t i = 0; i < plots.size(); ++i) {
        if (!plots[i])
            continue;
        connect(plots[i], &PlotCanvas::copyRequested, m_panels[i], &FigurePanel::copy);
        connect(plots[i], &PlotCanvas::saveRequested, m_panels[i], &FigurePanel::save);
    }
    connect(m_matrix, &MatrixPlot::copyRequested, m_panels[2], &FigurePanel::copy);
    connect(m_matrix, &MatrixPlot::saveRequested, m_panels[2], &FigurePanel::save);
}

const std::string& CurvesView::metric() const {
    return m_choices[static_cast<std::size_t>(std::max(0, m_metric->currentIndex()))].forget;
}

void CurvesView::setMetric(const std::string& forgetMetricId) {
    const auto found = std::find_if(m_choices.begin(), m_choices.end(),
                                    [&](const auto& choice) { return choice.forget == forgetMetricId; });
    if (found == m_choices.end())
        throw inputError("There is no metric \"{}\" of a cell to draw. See `lacuna methods`.", forgetMetricId);
    m_metric->setCurrentIndex(static_cast<int>(found - m_choices.begin()));
}

void CurvesView::showTraining(bool on) {
    (on ? m_byStep : m_byRequest)->setChecked(true);
    m_pages->setCurrentIndex(on ? 1 : 0);
    m_metric->setVisible(!on);
    updateSpreadButton();
    m_trainingBar->setVisible(on);
    say({});
    if (isVisible())
        refreshNow();
    else
        schedule();
}

bool CurvesView::showsTraining() const {
    return m_pages->currentIndex() == 1;
}

void CurvesView::schedule() {
    m_refresh->ask();
}

void CurvesView::refreshNow() {
    m_refresh->now();
}

void CurvesView::refreshPage() {
    if (!showsTraining()) {
        refreshRequests();
    } else if (std::exchange(m_linesStale, false)) {
        m_training->refresh(m_trainingBar->view());
    } else {
        m_training->grow();
    }
    showStage();
    m_panels.back()->refreshTexts();
}

void CurvesView::refreshRequests() {
    updateMetricItems();
    updateSpreadButton();
    const auto& metric = m_choices[static_cast<std::size_t>(std::max(0, m_metric->currentIndex()))];
    const bool overSeeds = m_spread->isChecked() && m_spread->isEnabled();
    m_forgetting->refresh(metric.forget, overSeeds);
    m_retention->refresh(metric.retain, overSeeds);
    for (auto* split : {m_forgetSplit, m_retainSplit})  // of bystanders it makes no difference
        split->setEnabled(countsOf(metric.retain) != MetricOf::Bystanders);
    m_matrix->refresh(metric, m_forgetSplit->isChecked() ? Split::Forget : Split::Retain, overSeeds);
    m_plane->refresh(metric, overSeeds);
    showStage();
}

/// Metrics that no shown run has measured cannot be chosen.
void CurvesView::updateMetricItems() {
    std::set<std::string> measured;
    for (const int run : m_workspace.shownRuns())
        for (const auto& cell : m_workspace.runs()[static_cast<std::size_t>(run)].history.cells)
            measured.insert(cell.metric);
    auto* model = static_cast<QStandardItemModel*>(m_metric->model());
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        const auto& choice = m_choices[i];
        const bool enabled = measured.empty() || measured.contains(choice.forget) || measured.contains(choice.retain);
        auto* item = model->item(static_cast<int>(i));
        item->setEnabled(enabled);
        item->setToolTip(enabled ? choice.explanation
                                 : choice.explanation + tr("<p>Not measured in the runs shown.</p>"));
    }
}

void CurvesView::updateSpreadButton() {
    std::size_t seeds = 1;
    for (const auto& group : seedGroups(m_workspace))
        seeds = std::max(seeds, group.size());
    m_spread->setEnabled(seeds > 1);
    m_spread->setVisible(seeds > 1 && !showsTraining());
    m_spread->setText(seeds > 1 ? tr("± over %1 seeds").arg(seeds) : tr("± over seeds"));
    m_spread->setToolTip(seeds > 1 ? tr("Runs that differ in nothing but their seed are one line: their mean, with a "
                                        "band of one standard deviation.")
                                   : tr("Show two or more runs of a method that differ only in their seed."));
}

void CurvesView::showStage() {
    const int stage = m_workspace.shownStage();
    m_forgetting->showStage(stage);
    m_retention->showStage(stage);
    m_matrix->showStage(stage);
    m_plane->showStage(stage);
    m_training->showStage(stage);
    for (auto* panel : m_panels)
        panel->refreshTexts();
}

void CurvesView::clickCell(int run, int stage, int task) {
    auto selection = m_workspace.selection();
    selection.run = run;
    selection.task = task;
    m_workspace.select(selection);
    m_workspace.setStage(stage);
}

void CurvesView::clickPoint(int run, int stage) {
    m_workspace.selectRun(run);
    m_workspace.setStage(stage);
}

std::vector<FigurePanel*> CurvesView::visiblePanels() const {
    if (showsTraining())
        return {m_panels.back()};
    return {m_panels.begin(), m_panels.end() - 1};
}

std::vector<PlotCanvas*> CurvesView::visiblePlots() const {
    if (showsTraining())
        return {m_training};
    return {m_forgetting, m_retention, m_plane};
}

FigureSheet CurvesView::sheet() const {
    FigureSheet sheet{.figures = {}, .columns = showsTraining() ? 1 : 2};
    for (auto* panel : visiblePanels())
        sheet.figures.push_back(panel->figure());
    return sheet;
}

void CurvesView::copy() {
    refreshNow();
    copyFigure(sheet());
    Toast::show(this, tr("Figure and numbers are copied."));
}

void CurvesView::saveFigure() {
    refreshNow();
    for (auto* panel : visiblePanels())
        if (panel->isAncestorOf(focusWidget()))
            return panel->save();
    say(saveFigureAs(sheet(), this));
}

void CurvesView::fit() {
    for (auto* plot : visiblePlots()) {
        plot->fitView();
        plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

void CurvesView::resetZoom() {
    for (auto* plot : visiblePlots()) {
        plot->resetView();
        plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

void CurvesView::fillSaveMenu() {
    auto* menu = m_save->menu();
    menu->clear();
    const auto panels = visiblePanels();
    for (auto* panel : panels)
        menu->addAction(panel->figure()->figureTitle() + QStringLiteral("…"), panel, &FigurePanel::save);
    if (panels.size() > 1) {
        menu->addSeparator();
        menu->addAction(tr("All four on one page…"), this, [this] { say(saveFigureAs(sheet(), this)); });
    }
    menu->addSeparator();
    auto* chosen = menu->addAction(tr("As on screen, with what is chosen"));
    chosen->setToolTip(tr("Chosen run, cell and stage are drawn too, also where figures are copied."));
    chosen->setCheckable(true);
    chosen->setChecked(asOnScreen());
    connect(chosen, &QAction::toggled, menu, [](bool on) { setAsOnScreen(on); });
}

void CurvesView::say(const QString& error) {
    auto colours = m_message->palette();
    for (const auto role : {QPalette::WindowText, QPalette::Text})
        colours.setColor(role, Theme::instance().palette().error);
    m_message->setPalette(colours);
    m_message->setText(error);
    m_message->setVisible(!error.isEmpty());
    constexpr int readFor = 15000;
    if (!error.isEmpty())  // what went wrong a while ago is no news
        QTimer::singleShot(readFor, m_message, [this, error] {
            if (m_message->text() == error)
                say({});
        });
}

}  // namespace lacuna
