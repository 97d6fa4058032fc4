// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFontMetricsF>
#include <QPainter>
#include <QString>

namespace lacuna {

// Inter's digits differ in width, and Qt 6.4 cannot switch a font's "tnum" on: numbers that stand in columns or change
// in place are drawn with one cell per digit.

/// Width of `text` when every digit is as wide as the widest.
double tabularWidth(const QFontMetricsF& metrics, const QString& text);

/// Draws one line of text with digits of equal width inside `rect`; alignment as in QPainter::drawText.
void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text);

}  // namespace lacuna
