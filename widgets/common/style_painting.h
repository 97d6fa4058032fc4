// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPainter>
#include <QStyleOption>

namespace lacuna {

/// A box with hairline and round corners, sharp at every scale. An invalid colour draws no fill / no line.
void paintBox(QPainter& painter, const QRectF& rect, const QColor& fill, const QColor& line, double radius = 4);

/// `over` laid on `ground` with `share` 0…1, opaque.
QColor mixed(const QColor& ground, const QColor& over, double share);

/// A small open arrow head pointing down, up, left or right, centred in `rect`.
void paintArrow(QPainter& painter, const QRectF& rect, Qt::ArrowType type, const QColor& colour);

/// In place of a cell that will never have a value: the run ended before. `half` of its length.
void paintDash(QPainter& painter, const QPointF& centre, double half);

// The parts of WorkbenchStyle that are more than a line; `main` = the filled button.
void paintButton(QPainter& painter, const QStyleOption& option, bool main);
void paintField(QPainter& painter, const QStyleOption& option);
void paintTab(QPainter& painter, const QStyleOptionTab& option);
void paintTabText(QPainter& painter, const QStyleOptionTab& option);
void paintMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option);
void paintProgress(QPainter& painter, const QStyleOptionProgressBar& option);
void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRect& handle);
void paintCheck(QPainter& painter, const QStyleOption& option, bool round);
void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option);

}  // namespace lacuna
