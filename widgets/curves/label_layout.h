// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QRectF>

#include <vector>

namespace lacuna {

/// Centres for labels that stand in one column: as near as can be to `wanted` (least squares), neighbours at least
/// `pitch` apart, all within [low, high], in the order of `wanted` (equal ones in the order given). Where they cannot
/// all fit, the pitch gives way, never the order or the bounds.
std::vector<double> spreadLabels(const std::vector<double>& wanted, double pitch, double low, double high);

/// Rectangles of the sizes in `labels`, each beside its point in `anchors` at `distance` pixels, where it covers the
/// least of the other labels, of `obstacles` and of what lies outside `bounds`. Earlier labels choose first.
std::vector<QRectF> placeLabels(const std::vector<QPointF>& anchors, const std::vector<QSizeF>& labels, double distance,
                                const std::vector<QRectF>& obstacles, const QRectF& bounds);

}  // namespace lacuna
