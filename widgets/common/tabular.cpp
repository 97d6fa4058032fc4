// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tabular.h"

#include <algorithm>

namespace lacuna {
namespace {

double digitWidth(const QFontMetricsF& metrics) {
    double widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

bool isDigit(QChar c) {
    return c >= '0' && c <= '9';
}

/// Calls part(text, width) for each digit alone and each stretch between digits.
template <typename Part>
void split(const QFontMetricsF& metrics, const QString& text, Part part) {
    const double digit = digitWidth(metrics);
    for (qsizetype i = 0; i < text.size();) {
        qsizetype end = i + 1;
        if (!isDigit(text[i]))
            while (end < text.size() && !isDigit(text[end]))
                ++end;
        const auto piece = text.mid(i, end - i);
        part(piece, isDigit(text[i]) ? digit : metrics.horizontalAdvance(piece));
        i = end;
    }
}

}  // namespace

double tabularWidth(const QFontMetricsF& metrics, const QString& text) {
    double width = 0;
    split(metrics, text, [&](const QString&, double part) { width += part; });
    return width;
}

void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    double x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - tabularWidth(metrics, text);
    else if (alignment & Qt::AlignHCenter)
        x = rect.center().x() - tabularWidth(metrics, text) / 2;
    double y = rect.top() + metrics.ascent();
    if (alignment & Qt::AlignVCenter)
        y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    else if (alignment & Qt::AlignBottom)
        y = rect.bottom() - metrics.descent();
    split(metrics, text, [&](const QString& piece, double width) {
        const double slack = piece.size() == 1 ? (width - metrics.horizontalAdvance(piece)) / 2 : 0;
        painter.drawText(QPointF(x + slack, y), piece);
        x += width;
    });
}

}  // namespace lacuna
