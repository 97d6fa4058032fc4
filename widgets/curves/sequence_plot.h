// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/plot_canvas.h"
#include "widgets/curves/plot_drawing.h"
#include "widgets/curves/run_series.h"

namespace lacuna {

/// Forgetting or retention over the sequence: one line per run or group of seeds, its name at its end, the stage
/// tinted.
class SequencePlot final : public PlotCanvas {
    Q_OBJECT
public:
    SequencePlot(Split split, Workspace& workspace, QWidget* parent = nullptr);

    /// Reads the workspace anew and repaints once the event loop turns. Keeps zoom and pan.
    void refresh(const std::string& metric, bool overSeeds);
    void showStage(int stage);
    /// The crosshair; −1 takes it away. Only the plot the pointer is in shows the card.
    void showCrosshair(int stage, bool withCard);

    const std::vector<RunSeries>& series() const { return m_series; }  ///< exactly what is drawn
    QRectF stageRect(int stage) const;                                 ///< the tinted column
    QPointF pointPixel(const SeriesPoint& point) const { return toPixel(point.stage, point.value); }
    QRectF cardRect() const;  ///< empty while no card is shown
    /// Of the crosshair's stage: all measured values, best first.
    ValueCard card() const { return cardOf(m_crosshair); }

    QString figureTitle() const override;
    QString figureCaption() const override;
    QString fileStem() const override;
    std::function<void()> makePlain() override;
    QString figureSource() const override { return sourceText(m_workspace); }
    QString csv() const override;
    void fitView() override;
    void resetView() override;
    QString valueTextAt(const QPointF& pixel) const override;

signals:
    void stageHovered(int stage);  ///< −1 = none
    void stageClicked(int stage);
    void pointClicked(int run, int stage);
    void nameClicked(int run);
    void hideRequested(const std::vector<int>& runs);

protected:
    void applyTheme() override;
    void hoverAt(const QPointF& pixel) override;
    void hoverEnd() override;
    void clickAt(const QPointF& pixel) override;
    void focusShown(bool byKeyboard) override;
    void addMenuActions(QMenu& menu, const QPointF& pixel) override;

private:
    struct Hit {
        const RunSeries* series = nullptr;
        const SeriesPoint* point = nullptr;
    };
    Hit hitAt(const QPointF& pixel) const;
    int stageAt(const QPointF& pixel) const;
    const RunSeries* nameAt(const QPointF& pixel) const;
    ValueCard cardOf(int stage) const;
    int lastStage() const { return std::max(1, m_stageCount - 1); }
    void describe();
    void drawStageTint(QCPPainter& painter);
    void drawStageNames(QCPPainter& painter);
    void drawLines(QCPPainter& painter);
    void drawPublished(QCPPainter& painter, const QRectF& clip);
    std::vector<EndName> endNames() const;  ///< from top to bottom
    /// By the lines, where names have to keep off them.
    std::vector<QRectF> covered(const std::vector<EndName>& names) const;
    void drawCrosshair(QCPPainter& painter);

    Workspace& m_workspace;
    Split m_split;
    std::string m_metric;
    bool m_overSeeds = false;
    std::vector<RunSeries> m_series, m_published;
    std::vector<QString> m_stageNames;
    int m_stageCount = 0;
    int m_stage = 0;
    int m_crosshair = -1;
    bool m_withCard = false;
    bool m_keyboard = false;  ///< focus came by the keyboard: the crosshair stands at the chosen stage
    double m_hoverY = -1;     ///< the card keeps to the pointer; negative = to the middle
};

}  // namespace lacuna
