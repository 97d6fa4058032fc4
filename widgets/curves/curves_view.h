// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/run_series.h"
#include "widgets/curves/training_plot.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace lacuna {

class FigurePanel;
class MatrixPlot;
class PlanePlot;
class SequencePlot;
class TrainingBar;
class ViewRefresh;

/// The Curves tab: forgetting and retention over the sequence, each request after each stage, the plane of both; and on
/// its second page every training step. Follows the workspace's runs, stage and selection, and writes stage, run and
/// task back.
class CurvesView final : public QWidget {
    Q_OBJECT
public:
    explicit CurvesView(Workspace& workspace, QWidget* parent = nullptr);

    SequencePlot* forgetting() const { return m_forgetting; }
    SequencePlot* retention() const { return m_retention; }
    MatrixPlot* matrix() const { return m_matrix; }
    PlanePlot* plane() const { return m_plane; }
    TrainingPlot* training() const { return m_training; }

    const std::string& metric() const;                  ///< the id that setMetric takes
    void setMetric(const std::string& forgetMetricId);  ///< "fq" = the judge's score; throws InputError
    void showTraining(bool on);
    bool showsTraining() const;
    void copy();        ///< what the page shows: picture and CSV text
    void saveFigure();  ///< the plot with the focus, else the whole page; asks where to
    void fit();         ///< every plot of the page to its data
    void resetZoom();
    void refreshNow();  ///< without waiting for the event loop or for being shown

private:
    void buildBar();
    void buildRequestPage();
    void buildTrainingPage();
    void connectWorkspace();
    void connectPlots();
    void schedule();
    void refreshPage();
    void refreshRequests();
    void updateMetricItems();
    void updateSpreadButton();
    void showStage();
    void clickCell(int run, int stage, int task);
    void clickPoint(int run, int stage);
    std::vector<FigurePanel*> visiblePanels() const;
    FigureSheet sheet() const;
    std::vector<PlotCanvas*> visiblePlots() const;
    void fillSaveMenu();
    void say(const QString& error);

    Workspace& m_workspace;
    std::vector<MetricChoice> m_choices;
    QComboBox* m_metric;
    QPushButton* m_spread;
    QPushButton* m_byRequest;
    QPushButton* m_byStep;
    TrainingBar* m_trainingBar;
    QPushButton* m_save;
    QLabel* m_message;
    QPushButton* m_forgetSplit;
    QPushButton* m_retainSplit;
    QStackedWidget* m_pages;
    SequencePlot* m_forgetting;
    SequencePlot* m_retention;
    MatrixPlot* m_matrix;
    PlanePlot* m_plane;
    TrainingPlot* m_training;
    std::vector<FigurePanel*> m_panels;  ///< forgetting, retention, matrix, plane, training
    ViewRefresh* m_refresh;
    int m_selectedRun = -1;
    bool m_linesStale = true;  ///< the training plot's list of runs must be read anew
};

}  // namespace lacuna
