// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QSlider>

namespace lacuna {

/// The one timeline: a row of stops, "original" … "after D", that every view follows. Stops are filled as far as a
/// shown run has been measured. Above eight stops it becomes a scale. A QSlider, so that keyboard and screen readers
/// know it.
class TimelineBar : public QSlider {
    Q_OBJECT
public:
    explicit TimelineBar(Workspace& workspace, QWidget* parent = nullptr);

    static constexpr int mostStops = 8;
    bool isScale() const { return m_workspace.stageCount() > mostStops; }
    QPointF stopPosition(int stage) const;  ///< centre of the stop, in the widget's coordinates

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void refresh();
    int stageAt(double x) const;
    void paintLine(QPainter& painter) const;
    void paintStops(QPainter& painter) const;
    void paintLabels(QPainter& painter) const;
    void paintScaleLabels(QPainter& painter) const;

    Workspace& m_workspace;
    int m_hovered = -1;
};

}  // namespace lacuna
