// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/common/workspace.h"

#include <QPolygonF>
#include <QTransform>
#include <QWidget>

#include <optional>

namespace lacuna {

/// A run at a stage, on an axis of the plane.
struct PlaneSide {
    int run = -1;  ///< index into Workspace::runs; −1 = none
    int stage = 0;
    bool operator==(const PlaneSide&) const = default;
};

/// Entity by entity: the share of its answers that one model knows against another's, each entity its picture, framed
/// by the request that forgot it. The wheel looks closer, where a drag moves; a click chooses the entity, a drag round
/// several (closer: with Ctrl) chooses these. What lies far from the diagonal is named.
class EntityPlane : public QWidget {
    Q_OBJECT
public:
    EntityPlane(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    void setSides(const PlaneSide& across, const PlaneSide& up);
    void refresh();  ///< counts again
    void resetZoom();

    struct Dot {
        QString entity;
        double across = 0, up = 0;  ///< shares, 0 … 1
        int request = -1;  ///< that forgets it, by its place in the order of the run on the axis up; −1 = none
    };
    const std::vector<Dot>& dots() const { return m_dots; }
    QPointF placeOf(const QString& entity) const;  ///< centre of its picture, in pixels
    QString entityAt(const QPointF& point) const;  ///< empty = none

    QSize sizeHint() const override { return {360, 340}; }
    QSize minimumSizeHint() const override { return {220, 220}; }

signals:
    void lassoed(const QStringList& entities);

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF plot() const;
    QPointF toPixel(double across, double up) const;
    QPointF centreOf(std::size_t dot) const;
    void paintAxes(QPainter& painter) const;
    void paintDots(QPainter& painter);
    QString sideName(const PlaneSide& side) const;

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    PlaneSide m_across, m_up;
    std::vector<Dot> m_dots;
    std::vector<QPointF> m_apart;  ///< in pixels, from where it would lie upon others
    double m_zoom = 1;
    QPointF m_shift;  ///< of the plot's centre, in shares
    std::optional<QPointF> m_dragged;
    bool m_moved = false;
    QPolygonF m_lasso;  ///< while one is drawn
};

}  // namespace lacuna
