// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_look.h"
#include "widgets/common/style_painting.h"

#include <QColor>
#include <QPen>
#include <QRectF>
#include <QString>
#include <qcustomplot.h>

#include <vector>

namespace lacuna {

// Everything here clips by arithmetic, never by QPainter's clip: Qt 6.4's SVG generator knows no clipping.

/// The line through `points` as far as it lies in `rect`.
void drawClipped(QCPPainter& painter, const std::vector<QPointF>& points, const QRectF& rect);

/// What a pen of `width` covers on its way through `points`, as one area: with many points to a pixel column the joins
/// of a stroke cost ten times as much. Takes colour and dashes of the painter's pen; rising x, not more than a pixel
/// apart.
void drawDense(QCPPainter& painter, const std::vector<QPointF>& points, double width, const QRectF& rect);

/// The area between two lines of equal length as far as it lies in `rect`, filled with the painter's brush.
void fillBetween(QCPPainter& painter, const std::vector<QPointF>& upper, const std::vector<QPointF>& lower,
                 const QRectF& rect);

QPen linePen(const QColor& colour, double width, bool dashed);

QColor withAlpha(QColor colour, double alpha);

/// The name at the end of a line.
struct EndName {
    QString name;
    QColor colour;  ///< the line's; the text wears its readable shade
    QPointF end;    ///< where the line ends
    bool selected = false;
    int run = -1;         ///< the first of the line's
    QString method = {};  ///< for people: what several lines are called together
};

/// As many of the names as fit into `height`: where that is not all, the lines of a method share one ("GA ×20") at the
/// middle of their ends, but for the selected one. The rest is read on hovering.
std::vector<EndName> fittingNames(std::vector<EndName> names, double height);

/// Width to keep free right of the plot for names at line ends.
int endNamesWidth(const std::vector<EndName>& names);
/// Does one of the lines end before the right edge of `area`, so that its name stands among the others?
bool endsEarly(const std::vector<EndName>& names, const QRectF& area);
/// Where the names stand, in the order of `names`: right of `area` for lines that reach its right edge, moved apart
/// where they would collide; beside its own end for one that ends earlier, where it covers the least of `lines`. Empty
/// for a line that ends left of the area.
std::vector<QRectF> placeEndNames(const std::vector<EndName>& names, const QRectF& area, double width,
                                  const std::vector<QRectF>& lines);
void drawEndNames(QCPPainter& painter, const std::vector<EndName>& names, const QRectF& area, double width,
                  const std::vector<QRectF>& lines);

/// What a line through these points covers, for `placeEndNames`.
void addCovered(std::vector<QRectF>& covered, const std::vector<QPointF>& points);

/// One row of a value card: a mark, a name, a value.
struct CardRow {
    RunLook look;  ///< its mark is empty where there is none
    QString name;
    QString value;
    bool strong = false;
};

/// The small panel beside the crosshair.
struct ValueCard {
    QString title;
    std::vector<CardRow> rows;
};

/// As much of the card as fits into `maximumHeight`; the last row then says how many are left out.
QSizeF cardSize(const ValueCard& card, double maximumHeight);
void drawCard(QCPPainter& painter, const ValueCard& card, const QRectF& rect);

}  // namespace lacuna
