// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/figure.h"
#include "widgets/curves/run_series.h"

#include <QPen>
#include <QWidget>

#include <optional>

namespace lacuna {

/// "X-UY": task × stage of every shown run as small heat maps. Blue is good, sand is bad, whichever way the metric
/// counts; not measured = an empty cell; requests not yet asked at a stage are greyed; the chosen stage is outlined.
class MatrixPlot final : public QWidget, public Figure {
    Q_OBJECT
public:
    explicit MatrixPlot(Workspace& workspace, QWidget* parent = nullptr);

    void refresh(const MetricChoice& metric, Split split, bool overSeeds);
    void showStage(int stage);

    const std::vector<RunMatrix>& matrices() const { return m_matrices; }  ///< exactly what is drawn
    /// Where a cell lies in the widget. Throws std::out_of_range for one that is not there.
    QRectF cellRect(std::size_t matrix, int task, int stage) const;

    int heightFor(int width) const;  ///< that a figure of that width wants to show every cell at its full size

    QString figureTitle() const override;
    QString figureCaption() const override;
    QString fileStem() const override { return QStringLiteral("matrix"); }
    std::function<void()> makePlain() override;
    QString figureSource() const override { return sourceText(m_workspace); }
    void drawFigure(QCPPainter& painter, const QSize& size) override;
    QString csv() const override;
    QSize sizeHint() const override { return {480, 280}; }
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return false; }

signals:
    void cellClicked(int run, int stage, int task);
    void saveRequested();
    void copyRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Tiles in rows; every tile has its name, its cells and the letters of stages below.
    struct Layout {
        int columns = 1;
        double cell = 24;
        QSizeF tile;
        double labels = 16;  ///< width of the row names
        double scale = 0;    ///< height kept for the scale of colours; 0 = none
    };
    struct Cell {
        std::size_t matrix = 0;
        int task = 0;
        int stage = 0;
    };
    Layout layoutFor(const QSizeF& size, double most) const;  ///< cells of at most that edge
    Layout arranged(const QSizeF& size, double most, double least, double scale) const;
    double leastCell(double width) const;
    QRectF cellIn(const Layout& layout, std::size_t matrix, int task, int stage) const;
    std::optional<Cell> cellAt(const QPointF& position) const;
    QString cellText(const Cell& cell) const;
    QString certaintyText(const Cell& cell) const;  ///< its interval and what it rests on; empty for what has none
    void draw(QPainter& painter, const QSizeF& size) const;
    QColor colourAt(double share) const;  ///< of a value so far from the metric's least to its greatest
    void drawScale(QPainter& painter, double left) const;
    void drawTile(QPainter& painter, const Layout& layout, std::size_t index) const;
    MetricOf of() const;
    int taskOf(int row) const;
    bool hasNoValue(int task, int stage) const;  ///< and never will have one
    void drawCell(QPainter& painter, const QRectF& rect, const RunMatrix& matrix, int task, int stage) const;
    void describe();

    Workspace& m_workspace;
    MetricChoice m_metric;
    Split m_split = Split::Retain;
    std::vector<RunMatrix> m_matrices;
    std::size_t m_without = 0;  ///< lines of shown runs that have no such cells
    int m_stage = 0;
    bool m_plain = false;  ///< drawn without what is chosen
};

/// The colour of a cell: `goodness` 0 (bad) … 1 (good), in the present theme.
QColor cellColour(double goodness);

}  // namespace lacuna
