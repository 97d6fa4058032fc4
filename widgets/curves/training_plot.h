// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"
#include "widgets/curves/min_max_pyramid.h"
#include "widgets/curves/plot_canvas.h"
#include "widgets/curves/plot_drawing.h"
#include "widgets/curves/run_series.h"
#include "widgets/curves/smoothing.h"
#include "widgets/curves/symmetric_log.h"

#include <optional>
#include <span>

namespace lacuna {

enum class StepQuantity { Loss, ForgetLoss, RetainLoss, GradientNorm, LearningRate };
QString stepQuantityName(StepQuantity quantity);
std::span<const double> stepColumn(const StepColumns& steps, StepQuantity quantity);

/// What the training plot shows and how.
struct StepView {
    StepQuantity quantity = StepQuantity::Loss;
    Smoothing smoothing = Smoothing::Average;
    int span = 9;              ///< steps
    bool logarithmic = false;  ///< on both sides of 0 where there are values of 0 and below
    bool operator==(const StepView&) const = default;
};

/// One quantity of every optimizer step over all stages, straight from the log's columns: the raw line, and a smoothed
/// one over it that starts anew with each request. A million steps pan smoothly, for a pixel column draws its extremes.
class TrainingPlot final : public PlotCanvas {
    Q_OBJECT
public:
    explicit TrainingPlot(Workspace& workspace, QWidget* parent = nullptr);

    void refresh(const StepView& view);  ///< the runs or what is shown changed: everything anew
    void grow();                         ///< rows were appended
    void clear();                        ///< at once when runs come or go, for lines hold their places in the list
    void showStage(int stage);
    void showSelection();  ///< the selected run's line is the thick one

    /// One line as it is drawn. Its values stay in the workspace: see `values`.
    struct Line {
        int run = 0;
        QString name;
        QString method;
        int variant = 0;  ///< see methodLook
        bool selected = false;
        std::size_t rows = 0;
        std::vector<double> smooth;            ///< empty without smoothing
        std::vector<std::size_t> stageStarts;  ///< rows at which a request begins
        MinMaxPyramid rawExtremes, smoothExtremes;
    };
    const std::vector<Line>& lines() const { return m_lines; }
    std::span<const double> values(const Line& line) const;  ///< as measured; valid until the run grows
    double stepsPerPixel() const;

    QString figureTitle() const override { return tr("Training"); }
    QString figureCaption() const override;
    QString fileStem() const override { return QStringLiteral("training"); }
    std::function<void()> makePlain() override;
    QString figureSource() const override { return sourceText(m_workspace); }
    QString csv() const override;
    void fitView() override;
    void resetView() override;
    QString valueTextAt(const QPointF& pixel) const override;

signals:
    void stepClicked(int run, int stage);  ///< run −1: beside every line

protected:
    void applyTheme() override;
    void hoverAt(const QPointF& pixel) override;
    void hoverEnd() override;
    void clickAt(const QPointF& pixel) override;

private:
    void read(Line& line);
    const StepColumns& stepsOf(const Line& line) const;
    std::pair<std::size_t, std::size_t> visibleRows(const Line& line) const;
    const Line* lineAt(const QPointF& pixel) const;
    const Line* leadingLine() const;  ///< whose requests are marked: the selected one, else the first; may be null
    double shownValue(const Line& line, std::size_t row) const;
    void chooseScale(std::optional<MinMax> range);
    void setValueRange(std::optional<MinMax> range);
    double coordinate(double value) const { return m_symmetric ? m_symmetric->to(value) : value; }  ///< on the axis
    double heightOf(double value) const { return yAxis->coordToPixel(coordinate(value)); }
    std::optional<MinMax> rangeOver(bool visibleOnly) const;
    void drawStages(QCPPainter& painter);
    void drawLines(QCPPainter& painter);
    void drawColumn(QCPPainter& painter, const Line& line, std::span<const double> column,
                    const MinMaxPyramid& extremes, bool smooth);
    void drawNote(QCPPainter& painter);
    void drawCrosshair(QCPPainter& painter);
    std::vector<EndName> endNames() const;
    /// By the lines, where names have to keep off them.
    std::vector<QRectF> covered(const std::vector<EndName>& names) const;

    Workspace& m_workspace;
    StepView m_view;
    std::optional<SymmetricLog> m_symmetric;
    std::vector<Line> m_lines;
    std::size_t m_rows = 0;  ///< of the longest line
    int m_stage = 0;
    int m_hovered = -1;
    double m_hoverY = 0;
    bool m_home = true;  ///< the user has not zoomed: follow the growing data
    bool m_moving = false;
};

}  // namespace lacuna
