// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/figure.h"

#include <qcustomplot.h>

#include <functional>

class QMenu;

namespace lacuna {

/// What all plots share: the theme's look, wheel zoom, drag to pan, Ctrl + drag to zoom into a box, F fit, R reset,
/// keyboard focus, a context menu, pictures of any size. Left axis and bottom axis only.
class PlotCanvas : public QCustomPlot, public Figure {
    Q_OBJECT
public:
    explicit PlotCanvas(QWidget* parent = nullptr);

    void drawFigure(QCPPainter& painter, const QSize& size) override;
    QSize minimumSizeHint() const override { return {220, 130}; }
    QSize sizeHint() const override { return {480, 280}; }

    virtual void fitView() = 0;    ///< axes just around what is drawn
    virtual void resetView() = 0;  ///< the view as it was at first
    /// Name and value of what is drawn nearest to a pixel, for the clipboard; empty when nothing is near.
    virtual QString valueTextAt(const QPointF& pixel) const = 0;

signals:
    void saveRequested();
    void copyRequested();

protected:
    /// `paint` is called at every replot while that layer of QCustomPlot is drawn. It must clip for itself.
    void paintOn(const QString& layer, std::function<void(QCPPainter&)> paint);
    void queueReplot();    ///< once per turn of the event loop; a hidden plot waits until it is shown
    void replotOverlay();  ///< the crosshair alone, without the rest
    QRectF plotRect() const { return axisRect()->rect(); }
    QPointF toPixel(double x, double y) const { return {xAxis->coordToPixel(x), yAxis->coordToPixel(y)}; }
    /// Neither pan nor zoom leaves these ranges, nor zooms in further than `smallest`.
    void limitView(QCPAxis* axis, const QCPRange& limits, double smallest);

    virtual void applyTheme();
    virtual void hoverAt(const QPointF& pixel) = 0;
    virtual void hoverEnd() = 0;
    virtual void clickAt(const QPointF& pixel) = 0;
    virtual void focusShown(bool /*byKeyboard*/) {}
    virtual void addMenuActions(QMenu& /*menu*/, const QPointF& /*pixel*/) {}

    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QPointF m_pressed;
    bool m_clicking = false;
    bool m_limiting = false;  ///< a range is being put back into its limits
    bool m_keyboardFocus = false;
    bool m_stale = false;  ///< changed while hidden
};

/// Tick labels as per cent.
class PercentTicker : public QCPAxisTicker {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;
};

}  // namespace lacuna
