// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/label_layout.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lacuna {
namespace {

double area(const QRectF& rect) {
    return rect.isEmpty() ? 0 : rect.width() * rect.height();
}

/// Least-squares fit that never falls: pool adjacent violators.
std::vector<double> risingFit(const std::vector<double>& values) {
    struct Block {
        double sum;
        std::size_t count;
        double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Block> blocks;
    for (const double value : values) {
        blocks.push_back({value, 1});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
            const auto last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().count += last.count;
        }
    }
    std::vector<double> fit;
    for (const auto& block : blocks)
        fit.insert(fit.end(), block.count, block.mean());
    return fit;
}

constexpr int corners = 8;  ///< of a point's places, the ones that touch it

/// Beside the point first, then the corners, above and below, then up and down from the corners: many points may lie on
/// one spot.
std::vector<QRectF> candidates(const QPointF& anchor, const QSizeF& size, double distance) {
    const double w = size.width(), h = size.height(), d = distance, s = distance * 0.7;
    std::vector<QPointF> places{{d, -h / 2},     {-d - w, -h / 2},     {s, -h - s / 2},  {s, s / 2},
                                {-s - w, s / 2}, {-s - w, -h - s / 2}, {-w / 2, -h - d}, {-w / 2, d}};
    constexpr int most = 6;  // further away nobody sees what a name belongs to
    for (int row = 1; row <= most; ++row)
        for (const double y : {-h - s / 2 - row * h, s / 2 + row * h})
            places.insert(places.end(), {{s, y}, {-s - w, y}});
    std::vector<QRectF> rects;
    for (const auto& place : places)
        rects.emplace_back(anchor + place, size);
    return rects;
}

}  // namespace

std::vector<double> spreadLabels(const std::vector<double>& wanted, double pitch, double low, double high) {
    if (wanted.empty())
        return {};
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return wanted[a] < wanted[b]; });
    const double steps = static_cast<double>(wanted.size() - 1);
    if (steps > 0)
        pitch = std::min(pitch, std::max(0.0, high - low) / steps);

    std::vector<double> slack;
    for (std::size_t i = 0; i < order.size(); ++i)
        slack.push_back(wanted[order[i]] - pitch * static_cast<double>(i));
    const auto fit = risingFit(slack);
    std::vector<double> placed(wanted.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        placed[order[i]] =
            std::clamp(fit[i], low, std::max(low, high - pitch * steps)) + pitch * static_cast<double>(i);
    return placed;
}

std::vector<QRectF> placeLabels(const std::vector<QPointF>& anchors, const std::vector<QSizeF>& labels, double distance,
                                const std::vector<QRectF>& obstacles, const QRectF& bounds) {
    std::vector<QRectF> placed;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
        QRectF best;
        double least = std::numeric_limits<double>::infinity();
        double preference = 0;  // the places named first, unless they cover notably more
        int corner = 0;
        for (const auto& rect : candidates(anchors[i], labels[i], distance)) {
            double cost = preference += corner++ < corners ? 10 : 20;
            cost += 8 * (area(rect) - area(rect.intersected(bounds)));
            for (const auto& other : placed)
                cost += 8 * area(rect.intersected(other));
            for (const auto& obstacle : obstacles)
                cost += area(rect.intersected(obstacle));
            if (cost < least) {
                least = cost;
                best = rect;
            }
        }
        placed.push_back(best);
    }
    return placed;
}

}  // namespace lacuna
