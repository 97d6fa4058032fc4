// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/method_mark.h"

#include "widgets/common/theme.h"

#include <cmath>
#include <numbers>

namespace lacuna {
namespace {

/// Five points, the first upward.
QPolygonF star(double radius) {
    QPolygonF corners;
    for (int i = 0; i < 10; ++i) {
        const double angle = i * std::numbers::pi / 5, reach = i % 2 == 0 ? radius : 0.45 * radius;
        corners << QPointF(reach * std::sin(angle), -reach * std::cos(angle));
    }
    return corners;
}

}  // namespace

void drawMethodMark(QPainter& painter, const QPointF& centre, double size, const QString& mark, const QColor& colour,
                    bool hollow) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    const double half = size / 2;
    const auto inside = hollow ? Theme::instance().palette().panel : colour;
    const auto outline = hollow ? QPen(colour, 1.6) : QPen(Qt::NoPen);
    if (mark == u"✕" && hollow) {
        painter.setPen(outline);
        painter.setBrush(inside);
        painter.drawEllipse(QPointF(), half * 1.4, half * 1.4);
    }
    if (mark == u"✕") {
        painter.setPen(QPen(colour, size / 5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(-half, -half), QPointF(half, half));
        painter.drawLine(QPointF(-half, half), QPointF(half, -half));
    } else {
        painter.setPen(outline);
        painter.setBrush(inside);
        if (mark == u"■")
            painter.drawRect(QRectF(-half, -half, size, size));
        else if (mark == u"◆")
            painter.drawPolygon(QPolygonF{{0, -half * 1.25}, {half * 1.25, 0}, {0, half * 1.25}, {-half * 1.25, 0}});
        else if (mark == u"▲")
            painter.drawPolygon(QPolygonF{{0, -half}, {half * 1.1, half}, {-half * 1.1, half}});
        else if (mark == u"▼")
            painter.drawPolygon(QPolygonF{{0, half}, {half * 1.1, -half}, {-half * 1.1, -half}});
        else if (mark == u"★")
            painter.drawPolygon(star(half * 1.35));
        else
            painter.drawEllipse(QPointF(), half * 1.05, half * 1.05);
    }
    painter.restore();
}

}  // namespace lacuna
