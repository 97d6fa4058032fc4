// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPainter>

namespace lacuna {

/// The mark of a method (square, diamond, triangles, cross, star, disc) as a drawn shape, so that it looks the same in
/// every font. `size` is the edge of the box it fills. `hollow`: its outline, the plot's ground inside; a cross, which
/// has no inside, gets a ring.
void drawMethodMark(QPainter& painter, const QPointF& centre, double size, const QString& mark, const QColor& colour,
                    bool hollow = false);

}  // namespace lacuna
