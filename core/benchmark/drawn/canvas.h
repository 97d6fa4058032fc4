// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/drawn/colour.h"

#include <opencv2/core.hpp>

#include <functional>
#include <string>
#include <vector>

namespace lacuna::drawn {

using Point = cv::Point2d;
using Path = std::vector<Point>;

/// A colour, or a soft run from one to another from the shape's upper left to its lower right; 0 ≤ alpha ≤ 1.
struct Paint {
    Colour from, to;
    double alpha = 1;
    bool vertical = false;
    Paint(Colour colour) : from(colour), to(colour) {}  // implicit: a colour is a paint
    Paint(Colour a, Colour b, double opacity = 1, bool downward = false)
        : from(a), to(b), alpha(opacity), vertical(downward) {}
    static Paint thin(Colour colour, double alpha) { return {colour, colour, alpha}; }
};

/// Figures paint in units: the picture spans −1 to 1 both ways, y points down. Everything is anti-aliased on twice the
/// pixels of the finished picture.
class Canvas {
public:
    explicit Canvas(int pixels);

    void fill(const Path& outline, const Paint& paint);
    /// Round ends and joints.
    void stroke(const Path& line, double width, const Paint& paint, bool closed = false);
    /// A limb, tail or stem: a smooth line through the points whose width runs from `width0` to `width1`.
    void limb(const Path& points, double width0, double width1, const Paint& paint);
    /// One line of text, `height` tall capitals, centred; squeezed to `maxWidth` where it is longer.
    void text(const std::string& words, Point centre, double height, double maxWidth, const Paint& paint,
              bool serif = false, double boldness = 1);
    /// What `draw` paints shows only inside `outline`.
    void clipped(const Path& outline, const std::function<void()>& draw);
    /// What `draw` paints is turned (degrees, clockwise), scaled and moved.
    void placed(Point at, double degrees, double scaleX, double scaleY, const std::function<void()>& draw);

    void fillAll(const Paint& paint);
    const cv::Mat& image() const { return m_image; }

private:
    cv::Point2d toPixels(Point p) const;
    double pixelsPerUnit() const;
    std::vector<cv::Point> fixedPoint(const Path& path, cv::Rect& box, double margin) const;
    void blend(const cv::Mat& mask, const cv::Rect& box, const Paint& paint);

    cv::Mat m_image, m_mask, m_clip;  // 8 bit; m_clip empty = everything shows
    cv::Matx23d m_transform;
};

Path ellipse(Point centre, double radiusX, double radiusY, double degrees = 0);
Path circle(Point centre, double radius);
Path box(double left, double top, double right, double bottom);
Path roundBox(double left, double top, double right, double bottom, double radius);
/// A smooth closed outline, or open line, through the points (Catmull–Rom).
Path blob(const Path& points);
Path curve(const Path& points);
/// Part of an ellipse's line, degrees clockwise from the right.
Path arc(Point centre, double radiusX, double radiusY, double from, double to);
Path star(Point centre, int tips, double outer, double inner, double degrees = 0);
/// A leaf or petal from `root` to `tip`, `width` across.
Path leaf(Point root, Point tip, double width);
Point polar(double radius, double degrees);

}  // namespace lacuna::drawn
