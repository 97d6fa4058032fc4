// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/canvas.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lacuna::drawn {
namespace {

constexpr int kShift = 4;  // sixteenths of a pixel

cv::Matx23d times(const cv::Matx23d& a, const cv::Matx23d& b) {
    cv::Matx23d c;
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 3; ++j)
            c(i, j) = a(i, 0) * b(0, j) + a(i, 1) * b(1, j) + (j == 2 ? a(i, 2) : 0.0);
    return c;
}

/// `under` with `coverage` 256ths of `colour`, which is in 1/65536.
uchar blended(uchar under, int colour, int coverage) {
    return static_cast<uchar>(under + ((((colour >> 8) - (under << 8)) * coverage + 32768) >> 16));
}

}  // namespace

Canvas::Canvas(int pixels)
    : m_image(pixels, pixels, CV_8UC3, cv::Scalar::all(255)),
      m_mask(pixels, pixels, CV_8UC1, cv::Scalar(0)),
      m_transform(pixels / 2.0, 0, pixels / 2.0, 0, pixels / 2.0, pixels / 2.0) {}

cv::Point2d Canvas::toPixels(Point p) const {
    return {m_transform(0, 0) * p.x + m_transform(0, 1) * p.y + m_transform(0, 2),
            m_transform(1, 0) * p.x + m_transform(1, 1) * p.y + m_transform(1, 2)};
}

double Canvas::pixelsPerUnit() const {
    return std::sqrt(std::abs(m_transform(0, 0) * m_transform(1, 1) - m_transform(0, 1) * m_transform(1, 0)));
}

std::vector<cv::Point> Canvas::fixedPoint(const Path& path, cv::Rect& box, double margin) const {
    std::vector<cv::Point> points;
    points.reserve(path.size());
    double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
    for (const Point& p : path) {
        const cv::Point2d q = toPixels(p);
        left = std::min(left, q.x), right = std::max(right, q.x);
        top = std::min(top, q.y), bottom = std::max(bottom, q.y);
        points.emplace_back(cvRound((q.x - 0.5) * (1 << kShift)), cvRound((q.y - 0.5) * (1 << kShift)));
    }
    const cv::Point low(cvFloor(left - margin), cvFloor(top - margin)),
        high(cvCeil(right + margin), cvCeil(bottom + margin));
    box = cv::Rect(low, high) & cv::Rect({0, 0}, m_image.size());
    return points;
}

void Canvas::blend(const cv::Mat& mask, const cv::Rect& box, const Paint& paint) {
    const float span = paint.vertical ? box.height : box.width * 0.5F + box.height;
    const float stepX = paint.vertical ? 0.F : 0.5F / span, stepY = 1.F / span;
    // Whole numbers (colours in 1/65536, coverage in 1/256): the same bytes on every machine and compiler.
    const auto fixed = [](float value) { return static_cast<int>(value * 65536.F); };
    const int from[3] = {fixed(paint.from.b), fixed(paint.from.g), fixed(paint.from.r)};
    const int run[3] = {fixed(paint.to.b) - from[0], fixed(paint.to.g) - from[1], fixed(paint.to.r) - from[2]};
    const int opacity = static_cast<int>(paint.alpha * 258.0);
    int stepColumn[3];
    for (int c = 0; c < 3; ++c)
        stepColumn[c] = static_cast<int>(static_cast<float>(run[c]) * stepX);
    for (int y = 0; y < box.height; ++y) {
        uchar* pixel = m_image.ptr<uchar>(box.y + y) + std::ptrdiff_t{3} * box.x;
        const uchar* covered = mask.ptr<uchar>(y);
        const uchar* shown = m_clip.empty() ? nullptr : m_clip.ptr<uchar>(box.y + y) + box.x;
        int colour[3];
        for (int c = 0; c < 3; ++c)
            colour[c] = from[c] + static_cast<int>(static_cast<float>(run[c]) * stepY * static_cast<float>(y));
        for (int x = 0; x < box.width; ++x, pixel += 3) {
            int a = covered[x];
            if (a && shown)
                a = a * shown[x] / 255;
            a = a * opacity >> 8;
            if (a == 256) {
                pixel[0] = static_cast<uchar>(colour[0] >> 16);
                pixel[1] = static_cast<uchar>(colour[1] >> 16);
                pixel[2] = static_cast<uchar>(colour[2] >> 16);
            } else if (a) {
                pixel[0] = blended(pixel[0], colour[0], a);
                pixel[1] = blended(pixel[1], colour[1], a);
                pixel[2] = blended(pixel[2], colour[2], a);
            }
            colour[0] += stepColumn[0], colour[1] += stepColumn[1], colour[2] += stepColumn[2];
        }
    }
}

void Canvas::fill(const Path& outline, const Paint& paint) {
    cv::Rect box;
    auto points = fixedPoint(outline, box, 2);
    if (box.empty() || points.size() < 3)
        return;
    cv::Mat mask = m_mask(box);
    mask.setTo(0);
    for (cv::Point& p : points)
        p -= cv::Point(box.x, box.y) * (1 << kShift);
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(255), cv::LINE_AA, kShift);
    blend(mask, box, paint);
}

void Canvas::stroke(const Path& line, double width, const Paint& paint, bool closed) {
    cv::Rect box;
    const double pixels = width * pixelsPerUnit();
    auto points = fixedPoint(line, box, pixels / 2 + 2);
    if (box.empty() || points.size() < 2)
        return;
    cv::Mat mask = m_mask(box);
    mask.setTo(0);
    for (cv::Point& p : points)
        p -= cv::Point(box.x, box.y) * (1 << kShift);
    cv::polylines(mask, points, closed, cv::Scalar(255), std::max(1, cvRound(pixels)), cv::LINE_AA, kShift);
    blend(mask, box, paint);
}

void Canvas::limb(const Path& points, double width0, double width1, const Paint& paint) {
    const Path spine = points.size() > 2 ? curve(points) : points;
    Path outline, back;
    for (std::size_t i = 0; i < spine.size(); ++i) {
        const Point along = spine[std::min(i + 1, spine.size() - 1)] - spine[i ? i - 1 : 0];
        const double length = std::max(1e-9, std::hypot(along.x, along.y));
        const double half = 0.5 * (width0 + (width1 - width0) * static_cast<double>(i) / (spine.size() - 1));
        const Point side(-along.y / length * half, along.x / length * half);
        outline.push_back(spine[i] + side);
        back.push_back(spine[i] - side);
    }
    const auto cap = [&](Point centre, Point from, double half) {
        const double start = std::atan2(from.y - centre.y, from.x - centre.x) * 180 / std::numbers::pi;
        for (int k = 1; k < 8; ++k)
            outline.push_back(centre + polar(half, start - 180.0 * k / 8));
    };
    cap(spine.back(), outline.back(), width1 / 2);
    outline.insert(outline.end(), back.rbegin(), back.rend());
    cap(spine.front(), back.front(), width0 / 2);
    fill(outline, paint);
}

void Canvas::text(const std::string& words, Point centre, double height, double maxWidth, const Paint& paint,
                  bool serif, double boldness) {
    const int font = serif ? cv::FONT_HERSHEY_TRIPLEX : cv::FONT_HERSHEY_SIMPLEX;
    // Written large on a strip of its own, then laid through the transform: putText itself cannot turn.
    constexpr double fontScale = 1.6;
    const int thickness = std::max(1, cvRound((serif ? 2.5 : 5) * boldness));
    int baseline = 0;
    const cv::Size size = cv::getTextSize(words, font, fontScale, thickness, &baseline);
    const int margin = thickness + 2;
    cv::Mat strip(size.height + 2 * margin, size.width + 2 * margin, CV_8UC1, cv::Scalar(0));
    cv::putText(strip, words, {margin, margin + size.height}, font, fontScale, cv::Scalar(255), thickness, cv::LINE_AA);
    const double scaleY = height / size.height, scaleX = std::min(scaleY, maxWidth / size.width);
    const cv::Matx23d laid(scaleX, 0, centre.x - scaleX * strip.cols / 2.0, 0, scaleY,
                           centre.y - scaleY * strip.rows / 2.0);
    cv::Rect area;
    fixedPoint(
        box(centre.x - maxWidth / 2 - 0.05, centre.y - height, centre.x + maxWidth / 2 + 0.05, centre.y + height), area,
        2);
    if (area.empty())
        return;
    cv::Matx23d warp = times(m_transform, laid);
    warp(0, 2) -= area.x;
    warp(1, 2) -= area.y;
    cv::Mat mask;
    cv::warpAffine(strip, mask, warp, area.size(), cv::INTER_AREA);
    blend(mask, area, paint);
}

void Canvas::clipped(const Path& outline, const std::function<void()>& draw) {
    cv::Rect area;
    const auto points = fixedPoint(outline, area, 2);
    cv::Mat clip(m_image.size(), CV_8UC1, cv::Scalar(0));
    cv::fillPoly(clip, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(255), cv::LINE_AA, kShift);
    if (!m_clip.empty())
        cv::min(clip, m_clip, clip);
    cv::Mat outer = m_clip;
    m_clip = clip;
    draw();
    m_clip = outer;
}

void Canvas::placed(Point at, double degrees, double scaleX, double scaleY, const std::function<void()>& draw) {
    const double c = std::cos(degrees * std::numbers::pi / 180), s = std::sin(degrees * std::numbers::pi / 180);
    const cv::Matx23d outer = m_transform;
    m_transform = times(outer, cv::Matx23d(c * scaleX, -s * scaleY, at.x, s * scaleX, c * scaleY, at.y));
    draw();
    m_transform = outer;
}

void Canvas::fillAll(const Paint& paint) {
    m_mask.setTo(255);
    blend(m_mask, {{0, 0}, m_image.size()}, paint);
}

Point polar(double radius, double degrees) {
    return {radius * std::cos(degrees * std::numbers::pi / 180), radius * std::sin(degrees * std::numbers::pi / 180)};
}

Path arc(Point centre, double radiusX, double radiusY, double from, double to) {
    const int steps = std::max(4, cvCeil(std::abs(to - from) / 7));
    Path path;
    for (int i = 0; i <= steps; ++i) {
        const Point p = polar(1, from + (to - from) * i / steps);
        path.push_back(centre + Point(radiusX * p.x, radiusY * p.y));
    }
    return path;
}

Path ellipse(Point centre, double radiusX, double radiusY, double degrees) {
    const Point x = polar(1, degrees);
    Path path;
    for (int i = 0; i < 56; ++i) {
        const Point p = polar(1, i * 360.0 / 56), q(radiusX * p.x, radiusY * p.y);
        path.push_back(centre + Point(q.x * x.x - q.y * x.y, q.x * x.y + q.y * x.x));
    }
    return path;
}

Path circle(Point centre, double radius) {
    return ellipse(centre, radius, radius);
}

Path box(double left, double top, double right, double bottom) {
    return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

Path roundBox(double left, double top, double right, double bottom, double radius) {
    const double r = std::min({radius, (right - left) / 2, (bottom - top) / 2});
    Path path;
    const auto corner = [&](double x, double y, double from) {
        const Path part = arc({x, y}, r, r, from, from + 90);
        path.insert(path.end(), part.begin(), part.end());
    };
    corner(right - r, top + r, -90);
    corner(right - r, bottom - r, 0);
    corner(left + r, bottom - r, 90);
    corner(left + r, top + r, 180);
    return path;
}

namespace {

Path splined(const Path& p, bool closed) {
    const int n = static_cast<int>(p.size());
    const auto at = [&](int i) { return closed ? p[(i + n) % n] : p[std::clamp(i, 0, n - 1)]; };
    Path path;
    for (int i = 0; i < (closed ? n : n - 1); ++i)
        for (int k = 0; k < 8; ++k) {
            const double t = k / 8.0;
            const Point a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
            path.push_back(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t +
                                  (3 * b - a - 3 * c + d) * t * t * t));
        }
    if (!closed)
        path.push_back(p.back());
    return path;
}

}  // namespace

Path blob(const Path& points) {
    return splined(points, true);
}
Path curve(const Path& points) {
    return splined(points, false);
}

Path star(Point centre, int tips, double outer, double inner, double degrees) {
    Path path;
    for (int i = 0; i < 2 * tips; ++i)
        path.push_back(centre + polar(i % 2 ? inner : outer, degrees - 90 + i * 180.0 / tips));
    return path;
}

Path leaf(Point root, Point tip, double width) {
    const Point along = tip - root;
    const double length = std::max(1e-9, std::hypot(along.x, along.y));
    const Point side(-along.y / length * width / 2, along.x / length * width / 2);
    Path path;
    for (int i = 0; i <= 12; ++i) {
        const double t = i / 12.0;
        path.push_back(root + along * t + side * (std::sin(std::numbers::pi * std::pow(t, 0.8)) * 1.0));
    }
    for (int i = 11; i > 0; --i) {
        const double t = i / 12.0;
        path.push_back(root + along * t - side * (std::sin(std::numbers::pi * std::pow(t, 0.8)) * 1.0));
    }
    return path;
}

}  // namespace lacuna::drawn
