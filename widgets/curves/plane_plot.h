// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/plot_canvas.h"
#include "widgets/curves/plot_drawing.h"
#include "widgets/curves/run_series.h"

namespace lacuna {

/// Forgetting against retention: one path per run from the original model on, a small mark per stage and a large one at
/// the chosen stage.
class PlanePlot final : public PlotCanvas {
    Q_OBJECT
public:
    explicit PlanePlot(Workspace& workspace, QWidget* parent = nullptr);

    void refresh(const MetricChoice& metric, bool overSeeds);
    void showStage(int stage);

    /// One stage of a path.
    struct Stop {
        int stage = 0;
        double forgetting = 0;
        double retention = 0;
        QString ended = {};  ///< as SeriesPoint::ended
        bool operator==(const Stop&) const = default;
    };
    struct Path {
        RunSeries line;  ///< its points are those of the retention curve
        std::vector<Stop> stops;
    };
    const std::vector<Path>& paths() const { return m_paths; }  ///< exactly what is drawn
    QPointF stopPixel(const Stop& stop) const { return toPixel(stop.forgetting, stop.retention); }

    QString figureTitle() const override;
    QString figureCaption() const override;
    QString fileStem() const override { return QStringLiteral("plane"); }
    std::function<void()> makePlain() override;
    QString figureSource() const override { return sourceText(m_workspace); }
    QString csv() const override;
    QString emptyText() const;
    void fitView() override;
    void resetView() override;
    QString valueTextAt(const QPointF& pixel) const override;

signals:
    void pointClicked(int run, int stage);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void applyTheme() override;
    void hoverAt(const QPointF& pixel) override;
    void hoverEnd() override;
    void clickAt(const QPointF& pixel) override;

private:
    struct Hit {
        const Path* path = nullptr;
        const Stop* stop = nullptr;
        bool operator==(const Hit&) const = default;
    };
    Hit hitAt(const QPointF& pixel) const;
    /// The stop of the chosen stage, or the last one measured before it; null for an empty path.
    const Stop* chosenStop(const Path& path) const;
    void drawPaths(QCPPainter& painter);
    void drawNames(QCPPainter& painter, const QRectF& area);
    void drawHovered(QCPPainter& painter);

    Workspace& m_workspace;
    MetricChoice m_metric;
    std::vector<Path> m_paths;
    int m_stage = 0;
    Hit m_hovered;
};

}  // namespace lacuna
