// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/gate_figures.h"

#include <QRectF>

#include <optional>
#include <vector>

class QColor;
class QPainter;

namespace lacuna {

/// What a gate's threshold decides, over all pictures that one stage was asked about: how they would be routed at
/// another one, and the curve that says how well any could do.
class GateTradeOff {
public:
    GateTradeOff() = default;
    explicit GateTradeOff(std::vector<RoutedPicture> pictures);

    bool movable() const { return m_movable; }
    bool empty() const { return m_pictures.empty(); }
    double own() const { return m_asItWas.threshold; }  ///< the run's threshold
    double lowest() const { return m_lowest; }          ///< score
    double highest() const { return m_highest; }        ///< score
    /// The threshold one picture further up (`steps` > 0) or down: between them nothing changes.
    double stepped(double threshold, int steps) const;

    /// One share in a line: "forgotten, to an expert  97.5 % → 74.6 %".
    struct Line {
        QString name, was, is;  ///< `is` is empty where the threshold is the run's
    };
    std::vector<Line> lines(double threshold) const;

    /// The curve in `rect`, with the run's operating point as a ring and `threshold` as a dot.
    void paintCurve(QPainter& painter, const QRectF& rect, double threshold, const QColor& colour) const;

private:
    std::vector<RoutedPicture> m_pictures;
    std::vector<double> m_scores;  ///< ascending, each once
    std::vector<RocPoint> m_curve;
    GateFigures m_asItWas;
    double m_lowest = 0, m_highest = 0;
    bool m_movable = false;
};

}  // namespace lacuna
