// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/plot_drawing.h"

#include "widgets/common/presenting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/curves/label_layout.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

namespace lacuna {
namespace {

/// Liang and Barsky 1984.
std::optional<QLineF> clippedSegment(const QPointF& a, const QPointF& b, const QRectF& rect) {
    const QPointF d = b - a;
    const std::array<std::array<double, 2>, 4> sides{{{-d.x(), a.x() - rect.left()},
                                                      {d.x(), rect.right() - a.x()},
                                                      {-d.y(), a.y() - rect.top()},
                                                      {d.y(), rect.bottom() - a.y()}}};
    double enter = 0, leave = 1;
    for (const auto& [p, q] : sides) {
        if (p == 0) {
            if (q < 0)
                return std::nullopt;
        } else if (p < 0) {
            enter = std::max(enter, q / p);
        } else {
            leave = std::min(leave, q / p);
        }
    }
    if (enter > leave)
        return std::nullopt;
    return QLineF(enter == 0 ? a : a + enter * d, leave == 1 ? b : a + leave * d);
}

QFont nameFont(bool selected) {
    auto font = captionFont();
    font.setWeight(selected ? QFont::Bold : QFont::DemiBold);
    return font;
}

constexpr double kNamePitch = 13, kNameHeight = 15, kWidestName = 150;
constexpr double kCardPadding = 9;
constexpr double kCardRow = 16;

}  // namespace

void drawClipped(QCPPainter& painter, const std::vector<QPointF>& points, const QRectF& rect) {
    QPolygonF part;
    const auto flush = [&] {
        if (part.size() > 1)
            painter.drawPolyline(part);
        part.clear();
    };
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto segment = clippedSegment(points[i - 1], points[i], rect);
        if (!segment) {
            flush();
            continue;
        }
        if (part.isEmpty() || part.back() != segment->p1()) {
            flush();
            part << segment->p1();
        }
        part << segment->p2();
    }
    flush();
}

void drawDense(QCPPainter& painter, const std::vector<QPointF>& points, double width, const QRectF& rect) {
    struct Column {
        double x, top, bottom;
    };
    std::vector<Column> columns;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double x = std::floor(points[i].x()), y = points[i].y();
        if (columns.empty() || columns.back().x != x) {
            const double before = i > 0 ? points[i - 1].y() : y;
            columns.push_back({x, before, before});  // the way from there belongs to the line
        }
        columns.back().top = std::min(columns.back().top, y);
        columns.back().bottom = std::max(columns.back().bottom, y);
    }
    const auto pen = painter.pen();
    const auto dashes = pen.dashPattern();
    const double period = width * std::accumulate(dashes.begin(), dashes.end(), 0.0);
    const auto inDash = [&](double x) {
        double at = period > 0 ? std::fmod(x - columns.front().x, period) : 0;
        qsizetype i = 0;
        for (; i < dashes.size() && at >= dashes[i] * width; ++i)
            at -= dashes[i] * width;
        return i % 2 == 0;
    };
    const auto thick = static_cast<std::size_t>(std::max(1L, std::lround(width)));  // a lone peak too, in whole columns
    std::vector<QPointF> upper, lower;
    const auto flush = [&] {
        if (!upper.empty())
            fillBetween(painter, upper, lower, rect);
        upper.clear();
        lower.clear();
    };
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!inDash(columns[i].x)) {
            flush();
            continue;
        }
        double top = columns[i].top, bottom = columns[i].bottom;
        for (std::size_t j = i - std::min(i, thick / 2); j < std::min(columns.size(), i + (thick + 1) / 2); ++j) {
            top = std::min(top, columns[j].top);
            bottom = std::max(bottom, columns[j].bottom);
        }
        if (bottom + width / 2 <= rect.top() || top - width / 2 >= rect.bottom()) {
            flush();
            continue;
        }
        for (const double side : {-0.5, 0.5}) {  // QCPPainter moves what is antialiased by half a pixel
            const double x = std::clamp(columns[i].x + side, rect.left(), rect.right());
            upper.emplace_back(x, std::max(rect.top(), top - width / 2));
            lower.emplace_back(x, std::min(rect.bottom(), bottom + width / 2));
        }
    }
    flush();
    painter.restore();
}

void fillBetween(QCPPainter& painter, const std::vector<QPointF>& upper, const std::vector<QPointF>& lower,
                 const QRectF& rect) {
    QPolygonF area(QList<QPointF>(upper.begin(), upper.end()));
    std::copy(lower.rbegin(), lower.rend(), std::back_inserter(area));
    const bool inside = std::all_of(area.begin(), area.end(), [&](const auto& point) { return rect.contains(point); });
    painter.drawPolygon(inside ? area : area.intersected(QPolygonF(rect)));
}

QPen linePen(const QColor& colour, double width, bool dashed) {
    QPen pen(colour, width * lineScale(), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (dashed) {
        pen.setCapStyle(Qt::FlatCap);
        pen.setDashPattern({5, 3});
    }
    return pen;
}

QColor withAlpha(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

std::vector<EndName> fittingNames(std::vector<EndName> names, double height) {
    if (static_cast<double>(names.size()) * kNamePitch <= height)
        return names;
    std::vector<EndName> fitting;
    std::vector<int> counts;
    for (auto& name : names) {
        const auto same = std::find_if(fitting.begin(), fitting.end(), [&](const auto& other) {
            return !name.selected && !other.selected && other.method == name.method;
        });
        if (same == fitting.end()) {
            fitting.push_back(std::move(name));
            counts.push_back(1);
            continue;
        }
        auto& count = counts[static_cast<std::size_t>(same - fitting.begin())];
        same->end = (same->end * count + name.end) / (count + 1);
        ++count;
    }
    for (std::size_t i = 0; i < fitting.size(); ++i)
        if (counts[i] > 1)
            fitting[i].name = QStringLiteral("%1 ×%2").arg(fitting[i].method).arg(counts[i]);
    std::stable_sort(fitting.begin(), fitting.end(),
                     [](const auto& a, const auto& b) { return a.end.y() < b.end.y(); });
    return fitting;
}

int endNamesWidth(const std::vector<EndName>& names) {
    double widest = 0;
    for (const auto& name : names)
        widest = std::max(widest, QFontMetricsF(nameFont(true)).horizontalAdvance(name.name));
    return static_cast<int>(std::ceil(std::min(widest, kWidestName))) + 18;
}

static bool reachesEdge(const EndName& name, const QRectF& area) {
    return name.end.x() >= area.right() - std::max(30.0, 0.06 * area.width());
}

bool endsEarly(const std::vector<EndName>& names, const QRectF& area) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return !reachesEdge(name, area); });
}

std::vector<QRectF> placeEndNames(const std::vector<EndName>& names, const QRectF& area, double width,
                                  const std::vector<QRectF>& lines) {
    std::vector<std::size_t> atEdge, earlier;
    std::vector<double> wanted;
    std::vector<QPointF> ends;
    std::vector<QSizeF> sizes;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& end = names[i].end;
        if (reachesEdge(names[i], area)) {
            atEdge.push_back(i);
            wanted.push_back(std::clamp(end.y(), area.top(), area.bottom()));
        } else if (end.x() >= area.left()) {
            earlier.push_back(i);
            ends.emplace_back(end.x(), std::clamp(end.y(), area.top(), area.bottom()));
            const double wide = QFontMetricsF(nameFont(names[i].selected)).horizontalAdvance(names[i].name) + 2;
            sizes.emplace_back(std::min(wide, kWidestName), kNameHeight);
        }
    }
    std::vector<QRectF> rects(names.size());
    auto taken = lines;
    const auto right = spreadLabels(wanted, kNamePitch, area.top() + 2, area.bottom());
    for (std::size_t i = 0; i < atEdge.size(); ++i) {
        rects[atEdge[i]] = {area.right() + 10, right[i] - 8, width - 12, 16};
        taken.push_back(rects[atEdge[i]]);
    }
    const auto beside = placeLabels(ends, sizes, 9, taken, area.adjusted(0, -4, width, 0));
    for (std::size_t i = 0; i < earlier.size(); ++i)
        rects[earlier[i]] = beside[i];
    return rects;
}

void drawEndNames(QCPPainter& painter, const std::vector<EndName>& names, const QRectF& area, double width,
                  const std::vector<QRectF>& lines) {
    const auto rects = placeEndNames(names, area, width, lines);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (rects[i].isEmpty())
            continue;
        if (rects[i].left() < area.right())  // over the lines of others
            painter.fillRect(rects[i], withAlpha(Theme::instance().palette().panel, 0.7));
        painter.setFont(nameFont(names[i].selected));
        painter.setPen(readable(names[i].colour));
        painter.drawText(
            rects[i], Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(names[i].name, Qt::ElideRight, static_cast<int>(rects[i].width()) + 1));
    }
}

void addCovered(std::vector<QRectF>& covered, const std::vector<QPointF>& points) {
    constexpr double every = 8, half = 3;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto here = points[i], before = points[i > 0 ? i - 1 : 0];
        const double length = QLineF(before, here).length();
        for (double at = 0; at <= length; at += every)
            covered.emplace_back(here + (before - here) * (length > 0 ? at / length : 0) - QPointF(half, half),
                                 QSizeF(2 * half, 2 * half));
    }
}

QSizeF cardSize(const ValueCard& card, double maximumHeight) {
    auto strong = captionFont();
    strong.setWeight(QFont::DemiBold);
    const QFontMetricsF bold(strong);
    double names = 0, values = 0;
    for (const auto& row : card.rows) {
        names = std::max(names, bold.horizontalAdvance(row.name));
        values = std::max(values, tabularWidth(bold, row.value));
    }
    const double width = std::max(bold.horizontalAdvance(card.title), 18 + names + 16 + values);
    const double rows = static_cast<double>(card.rows.size());
    const double fitting = std::max(1.0, std::floor((maximumHeight - 2 * kCardPadding - 20) / kCardRow));
    return {std::ceil(width) + 2 * kCardPadding, 2 * kCardPadding + 20 + kCardRow * std::min(rows, fitting) - 2};
}

void drawCard(QCPPainter& painter, const ValueCard& card, const QRectF& rect) {
    const auto& palette = Theme::instance().palette();
    painter.save();
    painter.setAntialiasing(true);
    painter.setPen(QPen(palette.line, 1));
    painter.setBrush(withAlpha(palette.panel, 0.97));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);

    auto strong = captionFont();
    strong.setWeight(QFont::DemiBold);
    const QRectF inner = rect.adjusted(kCardPadding, kCardPadding, -kCardPadding, -kCardPadding);
    painter.setFont(strong);
    painter.setPen(palette.ink);
    painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), 15)), Qt::AlignLeft | Qt::AlignVCenter, card.title);
    const auto fitting = static_cast<std::size_t>(std::max(0.0, std::round((inner.height() - 18) / kCardRow)));
    double top = inner.top() + 20;
    for (std::size_t i = 0; i < std::min(fitting, card.rows.size()); ++i, top += kCardRow) {
        const QRectF line(inner.left(), top, inner.width(), kCardRow - 1);
        if (i + 1 == fitting && card.rows.size() > fitting) {
            painter.setFont(captionFont());
            painter.setPen(palette.soft);
            painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                             QCoreApplication::translate("lacuna::Curves", "and %1 more").arg(card.rows.size() - i));
            break;
        }
        const auto& row = card.rows[i];
        if (!row.look.mark.isEmpty())
            drawRunMark(painter, QPointF(line.left() + 5, line.center().y()), 6.5, row.look);
        painter.setFont(row.strong ? strong : captionFont());
        painter.setPen(palette.ink);
        painter.drawText(line.adjusted(row.look.mark.isEmpty() ? 0 : 17, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         row.name);
        drawTabular(painter, line, Qt::AlignRight | Qt::AlignVCenter, row.value);
    }
    painter.restore();
}

}  // namespace lacuna
