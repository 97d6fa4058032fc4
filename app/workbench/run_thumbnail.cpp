// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/run_thumbnail.h"

#include "core/runs/run_reader.h"
#include "widgets/common/theme.h"
#include "widgets/common/workspace.h"
#include "widgets/curves/run_series.h"
#include "widgets/curves/sequence_plot.h"

#include <qcustomplot.h>

namespace lacuna {

QImage runThumbnail(const std::filesystem::path& run, int size) {
    // Small letters of a large plot would be dust: the plot is drawn as small as it reads, then scaled.
    constexpr QSize readable(320, 240);
    Theme::instance().apply(Theme::Mode::Light);
    Workspace workspace;
    workspace.addRun(readRun(run, {.only = {ResourceRow::table}, .checkSeals = false}));
    SequencePlot retention(Split::Retain, workspace);
    retention.refresh(metricChoices().front().retain, true);
    retention.showStage(-1);
    const auto plain = retention.makePlain();
    QImage image(readable * 2, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(2);
    image.fill(Theme::instance().palette().panel);
    QCPPainter painter(&image);
    retention.drawFigure(painter, readable);
    painter.end();
    plain();
    image.setDevicePixelRatio(1);
    return image.scaled(size, size, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace lacuna
