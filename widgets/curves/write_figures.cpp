// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/write_figures.h"

#include "core/base/error.h"
#include "widgets/curves/figure.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"

#include <QDir>

namespace lacuna {

std::vector<QString> writeFigures(std::vector<RunHistory> runs, const QString& folder, Theme::Mode mode) {
    if (runs.empty())
        throw inputError("There is no run to draw figures of. Name one or more run folders.");
    if (!QDir().mkpath(folder))
        throw resourceError("The folder {} could not be made. Choose another with --figures.", folder.toStdString());
    Theme::instance().apply(mode);
    Workspace workspace;
    for (auto& run : runs) {
        // Pictures need neither answers nor steps, and these are most of a run's memory.
        run.answers = {};
        run.steps = {};
        workspace.addRun(std::move(run));
    }
    const auto metric = metricChoices().front();
    SequencePlot forgetting(Split::Forget, workspace), retention(Split::Retain, workspace);
    MatrixPlot matrix(workspace);
    PlanePlot plane(workspace);
    forgetting.refresh(metric.forget, true);
    retention.refresh(metric.retain, true);
    matrix.refresh(metric, Split::Retain, true);
    plane.refresh(metric, true);
    // On paper no stage is the chosen one; paths are named where they end.
    for (auto* plot : {&forgetting, &retention})
        plot->showStage(-1);
    matrix.showStage(-1);
    plane.showStage(workspace.stageCount() - 1);
    std::vector<QString> written;
    const auto write = [&](Figure& figure, QSize size) {
        for (const auto* suffix : {".png", ".svg"}) {
            written.push_back(QDir(folder).filePath(figure.fileStem() + suffix));
            saveFigure({.figures = {&figure}, .each = size}, written.back());
        }
    };
    write(forgetting, {640, 400});
    write(retention, {640, 400});
    write(matrix, {640, 70 + matrix.heightFor(612)});
    write(plane, {560, 480});
    return written;
}

}  // namespace lacuna
