// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/gate_trade_off.h"

#include "widgets/common/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <array>

namespace lacuna {
namespace {

struct ShareRow {
    const char* name;
    Share GateFigures::*share;
};
/// In the order of `lacuna gate`.
constexpr std::array shareRows{
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "known, sent rightly"), &GateFigures::exact},
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "forgotten, to an expert"), &GateFigures::recall},
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "retained, to an expert"), &GateFigures::retained},
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "later, to an expert"), &GateFigures::later},
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "bystanders, to an expert"), &GateFigures::bystanders},
    ShareRow{QT_TRANSLATE_NOOP("lacuna::GateTradeOff", "known, abstained"), &GateFigures::abstained},
};

QString shareText(const Share& share) {
    const auto value = share.value();
    return value ? QString::number(100 * *value, 'f', 1) + QStringLiteral(" %") : QString();
}

}  // namespace

GateTradeOff::GateTradeOff(std::vector<RoutedPicture> pictures)
    : m_pictures(std::move(pictures)),
      m_curve(rocCurve(m_pictures)),
      m_asItWas(gateFigures(m_pictures)),
      m_movable(hasMovableThreshold(m_pictures)) {
    for (const auto& picture : m_pictures)
        m_scores.push_back(picture.score);
    std::sort(m_scores.begin(), m_scores.end());
    m_scores.erase(std::unique(m_scores.begin(), m_scores.end()), m_scores.end());
    if (!m_scores.empty()) {
        m_lowest = std::min(m_scores.front(), own());
        constexpr double room = 0.02;  // above the last picture: there nothing passes
        m_highest = std::max(m_scores.back(), own());
        m_highest += room * std::max(m_highest - m_lowest, 1e-6);
    }
}

double GateTradeOff::stepped(double threshold, int steps) const {
    for (; steps > 0; --steps)
        if (const auto next = std::upper_bound(m_scores.begin(), m_scores.end(), threshold); next != m_scores.end())
            threshold = *next;
        else
            threshold = m_highest;
    for (; steps < 0; ++steps)
        if (const auto next = std::lower_bound(m_scores.begin(), m_scores.end(), threshold); next != m_scores.begin())
            threshold = *std::prev(next);
    return threshold;
}

std::vector<GateTradeOff::Line> GateTradeOff::lines(double threshold) const {
    const bool moved = m_movable && threshold != own();
    const auto elsewhere = moved ? gateFigures(m_pictures, threshold) : m_asItWas;
    std::vector<Line> lines;
    for (const auto& row : shareRows)
        if ((m_asItWas.*row.share).of > 0)
            lines.push_back({QCoreApplication::translate("lacuna::GateTradeOff", row.name),
                             shareText(m_asItWas.*row.share), moved ? shareText(elsewhere.*row.share) : QString()});
    return lines;
}

void GateTradeOff::paintCurve(QPainter& painter, const QRectF& rect, double threshold, const QColor& colour) const {
    const auto& theme = Theme::instance().palette();
    const auto at = [&](const RocPoint& point) {
        return QPointF(rect.left() + point.strangers * rect.width(), rect.bottom() - point.known * rect.height());
    };
    /// Accepted is what is not below it.
    const auto operating = [&](double value) {
        const auto below = std::find_if(m_curve.begin(), m_curve.end(),
                                        [&](const RocPoint& point) { return point.threshold < value; });
        return at(below == m_curve.begin() ? m_curve.front() : *std::prev(below));
    };
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect);
    if (m_curve.empty())
        return;
    painter.drawLine(rect.bottomLeft(), rect.topRight());
    QPolygonF line;
    for (const auto& point : m_curve) {
        if (!line.isEmpty())
            line << QPointF(at(point).x(), line.back().y());
        line << at(point);
    }
    painter.setPen(QPen(colour, 1.6));
    painter.drawPolyline(line);
    painter.setPen(QPen(theme.ink, 1.4));
    painter.drawEllipse(operating(own()), 4.5, 4.5);
    painter.setPen(QPen(theme.panel, 1.2));
    painter.setBrush(colour);
    painter.drawEllipse(operating(threshold), 3.6, 3.6);
}

}  // namespace lacuna
