// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Scene { Mountains, Ship, City, Forest, Road, Figure_, Island, Balloon, House };

/// One scene in a frame; x and y run 0 to 1 across it, so that posters and wide cards share it.
class ScenePainter {
public:
    ScenePainter(Canvas& canvas, const cv::Rect2d& frame, const Palette& palette, const Look& look, const Pose& pose)
        : m_canvas(canvas), m_frame(frame), m_p(palette), m_look(look), m_pose(pose) {}

    void draw(int scene) {
        sky(scene);
        switch (scene) {
            case Mountains:
                mountains();
                break;
            case Ship:
                ship();
                break;
            case City:
                city();
                break;
            case Forest:
                forest();
                break;
            case Road:
                road();
                break;
            case Figure_:
                figure();
                break;
            case Island:
                island();
                break;
            case Balloon:
                balloon();
                break;
            default:
                house();
                break;
        }
    }

private:
    Point at(double x, double y) const { return {m_frame.x + x * m_frame.width, m_frame.y + y * m_frame.height}; }
    /// Lengths are in the frame's shorter side.
    double size(double s) const { return s * std::min(m_frame.width, m_frame.height); }
    Path area(double left, double top, double right, double bottom) const {
        return {at(left, top), at(right, top), at(right, bottom), at(left, bottom)};
    }
    double drift() const { return 0.02 * m_pose.sway; }

    void sky(int scene) {
        const bool night = m_look.marks[2] % 2;
        const Colour high = night ? oklch(0.28, 0.09, m_p.hue) : lively(0.66, 0.13, m_p.hue);
        const Colour low = night ? lively(0.56, 0.12, m_p.hue + 45) : oklch(0.92, 0.07, m_p.accentHue);
        m_canvas.fill(area(0, 0, 1, 1), Paint(high, low, 1, true));
        Random own(deriveSeed(m_look.seed, "sky"));
        const double x = own.uniform(0.25, 0.75), y = own.uniform(0.2, 0.34), r = size(own.uniform(0.13, 0.22));
        if (night)
            for (int i = 0; i < 26; ++i)
                m_canvas.fill(circle(at(own.uniform(), own.uniform(0, 0.6)), size(own.uniform(0.005, 0.012))),
                              Paint::thin(m_p.white, 0.85));
        if (scene == Balloon || scene == Figure_)
            return;
        m_canvas.fill(circle(at(x, y), r * 1.35), Paint::thin(m_p.accentLight, 0.25));
        m_canvas.fill(circle(at(x, y), r),
                      night ? Paint(m_p.cream, m_p.accentLight) : Paint(m_p.accentLight, m_p.accent));
        if (night && m_look.marks[3] == 1)
            m_canvas.fill(circle(at(x + 0.06, y - 0.02), r * 0.88), mix(high, low, 0.25));
    }

    void ridge(double base, double height, int peaks, Colour colour, double phase) {
        Path line{at(0, 1)};
        Random own(deriveSeed(m_look.seed, "ridge" + std::to_string(phase)));
        line.push_back(at(0, base - height * own.uniform(0.2, 0.5)));
        for (int i = 0; i < peaks; ++i) {
            line.push_back(at((i + 0.5) / peaks, base - height * own.uniform(0.7, 1.0)));
            line.push_back(at((i + 1.0) / peaks, base - height * own.uniform(0.1, 0.4)));
        }
        line.push_back(at(1, 1));
        m_canvas.fill(line, Paint(mix(colour, m_p.white, 0.12), colour, 1, true));
    }

    void mountains() {
        ridge(0.66, 0.34, 2, mix(m_p.base, m_p.accentLight, 0.35), 1);
        ridge(0.76, 0.28, 3, m_p.dark, 2);
        ridge(0.92, 0.20, 2, m_p.deep, 3);
        for (int i = 0; i < 5; ++i)
            pine(at(0.1 + 0.2 * i, 0.98), size(0.16 + 0.04 * (i % 2)), mix(m_p.deep, m_p.ink, 0.6));
    }

    void pine(Point foot, double height, Colour colour) {
        for (int i = 0; i < 3; ++i) {
            const double y = foot.y - height * (0.1 + 0.27 * i), w = height * (0.32 - 0.08 * i);
            m_canvas.fill(Path{{foot.x - w, y}, {foot.x, y - height * 0.42}, {foot.x + w, y}}, colour);
        }
    }

    void sea(double from) {
        m_canvas.fill(area(0, from, 1, 1), Paint(m_p.dark, m_p.deep, 1, true));
        Random own(deriveSeed(m_look.seed, "sea"));
        for (int i = 0; i < 12; ++i) {
            const double x = own.uniform(0, 0.9), y = own.uniform(from + 0.03, 0.98);
            m_canvas.limb({at(x + drift(), y), at(x + 0.12 + drift(), y)}, size(0.014), size(0.006),
                          Paint::thin(m_p.accentLight, 0.6));
        }
    }

    void ship() {
        sea(0.66);
        m_canvas.placed(at(0.5 + 2 * drift(), 0.68), 3 * m_pose.sway, size(1), size(1), [&] {
            m_canvas.stroke({{0, 0}, {0, -0.5}}, 0.022, m_p.ink);
            m_canvas.fill(blob({{0.02, -0.48}, {0.24, -0.26}, {0.30, -0.08}, {0.02, -0.06}}),
                          Paint(m_p.cream, m_p.accentLight));
            m_canvas.fill(Path{{-0.02, -0.44}, {-0.24, -0.08}, {-0.02, -0.06}}, Paint(m_p.accentLight, m_p.accent));
            m_canvas.fill(blob({{-0.34, -0.03}, {0.36, -0.05}, {0.24, 0.10}, {0, 0.12}, {-0.24, 0.10}}),
                          Paint(m_p.accentDark, m_p.ink));
        });
        m_canvas.fill(area(0, 0.76, 1, 0.765), Paint::thin(m_p.white, 0.25));
    }

    void city() {
        Random own(deriveSeed(m_look.seed, "city"));
        for (int layer = 0; layer < 2; ++layer)
            for (double x = -0.03; x < 1;) {
                const double w = own.uniform(0.09, 0.17), top = own.uniform(layer ? 0.5 : 0.32, layer ? 0.72 : 0.6);
                m_canvas.fill(area(x, top, x + w, 1),
                              layer ? Paint(m_p.deep, m_p.ink, 1, true) : Paint(m_p.base, m_p.dark, 1, true));
                if (layer)
                    for (double wy = top + 0.03; wy < 0.95; wy += 0.055)
                        for (double wx = x + 0.02; wx < x + w - 0.02; wx += 0.035)
                            if (own.uniform() < 0.55)
                                m_canvas.fill(area(wx, wy, wx + 0.017, wy + 0.025), m_p.accentLight);
                x += w + 0.01;
            }
    }

    void forest() {
        m_canvas.fill(area(0, 0.78, 1, 1), Paint(m_p.dark, m_p.deep, 1, true));
        for (int layer = 0; layer < 3; ++layer)
            for (int i = 0; i < 6; ++i)
                pine(at(-0.05 + 0.2 * i + 0.09 * layer, 0.80 + 0.10 * layer),
                     size(0.55 - 0.06 * layer + 0.06 * ((i * 7 + layer) % 3)),
                     mix(m_p.base, mix(m_p.deep, m_p.ink, 0.5), 0.25 + 0.36 * layer));
        m_canvas.fill(circle(at(0.42, 0.93), size(0.012)), m_p.white);
        m_canvas.fill(circle(at(0.46, 0.93), size(0.012)), m_p.white);
    }

    void road() {
        m_canvas.fill(area(0, 0.6, 1, 1), Paint(m_p.base, m_p.dark, 1, true));
        m_canvas.fill(Path{at(0.48, 0.6), at(0.52, 0.6), at(0.86, 1), at(0.14, 1)}, Paint(m_p.ink, m_p.deep, 1, true));
        for (int i = 0; i < 4; ++i) {
            const double y = 0.64 + 0.025 * i * (i + 2), w = 0.006 + 0.006 * i;
            m_canvas.fill(area(0.5 - w, y, 0.5 + w, y + 0.02 + 0.014 * i), m_p.accentLight);
        }
        for (const double x : {0.10, 0.26, 0.78, 0.92}) {
            const double h = 0.16 + 0.10 * std::abs(x - 0.5);
            m_canvas.limb({at(x, 0.72), at(x, 0.72 - h)}, size(0.05), size(0.05), m_p.deep);
            m_canvas.limb({at(x, 0.66), at(x + 0.06, 0.65), at(x + 0.06, 0.60)}, size(0.035), size(0.035), m_p.deep);
        }
    }

    void figure() {
        for (int i = 5; i > 0; --i)
            m_canvas.fill(circle(at(0.5, 0.46), size(0.10 * i)), Paint::thin(m_p.accentLight, 0.22));
        m_canvas.fill(blob({at(0, 1), at(0, 0.86), at(0.5, 0.80), at(1, 0.86), at(1, 1)}), m_p.deep);
        m_canvas.placed(at(0.5, 0.84), 2 * m_pose.sway, size(1), size(1), [&] {
            m_canvas.fill(blob({{-0.10, 0}, {-0.09, -0.26}, {-0.05, -0.36}, {0.05, -0.36}, {0.09, -0.26}, {0.12, 0}}),
                          Paint(m_p.dark, m_p.ink));
            m_canvas.fill(circle({0, -0.42}, 0.065), m_p.ink);
            if (m_look.marks[3] == 0) {
                m_canvas.fill(arc({0.06, -0.50}, 0.30, 0.22, 180, 360), Paint(m_p.accent, m_p.accentDark));
                m_canvas.stroke({{0.06, -0.52}, {0.06, -0.22}}, 0.015, m_p.ink);
            } else {
                m_canvas.fill(ellipse({0, -0.46}, 0.14, 0.022), m_p.ink);
                m_canvas.fill(roundBox(-0.07, -0.56, 0.07, -0.46, 0.03), m_p.ink);
                m_canvas.fill(blob({{0.05, -0.30}, {0.22, -0.24 + 0.02 * m_pose.sway}, {0.26, -0.16}, {0.06, -0.24}}),
                              m_p.accent);
            }
        });
    }

    void island() {
        sea(0.62);
        m_canvas.fill(
            blob({at(0.1, 0.72), at(0.3, 0.62), at(0.5, 0.58), at(0.72, 0.62), at(0.92, 0.72), at(0.5, 0.76)}),
            Paint(m_p.cream, m_p.accentLight));
        const Point top = at(0.56 + drift(), 0.26);
        m_canvas.limb({at(0.46, 0.64), at(0.47, 0.45), top}, size(0.05), size(0.03), m_p.ink);
        for (int i = 0; i < 7; ++i) {
            const Point tip = top + polar(size(0.28), 165 + 35 * i) + Point(0, size(0.08));
            m_canvas.fill(leaf(top, tip, size(0.09)), i % 2 ? m_p.deep : m_p.dark);
        }
    }

    void balloon() {
        for (const auto& cloud : {Point(0.2, 0.72), Point(0.8, 0.58), Point(0.3, 0.24)})
            for (int i = -1; i < 2; ++i)
                m_canvas.fill(
                    circle(at(cloud.x + 0.07 * i + drift(), cloud.y - 0.015 * (i == 0)), size(i ? 0.065 : 0.095)),
                    Paint::thin(m_p.white, 0.75));
        ridge(0.95, 0.14, 3, m_p.dark, 5);
        m_canvas.placed(at(0.5, 0.40 + drift()), 4 * m_pose.sway, size(1), size(1), [&] {
            const Path silk = blob({{0, -0.30},
                                    {0.20, -0.22},
                                    {0.26, -0.02},
                                    {0.14, 0.16},
                                    {0.05, 0.24},
                                    {-0.05, 0.24},
                                    {-0.14, 0.16},
                                    {-0.26, -0.02},
                                    {-0.20, -0.22}});
            m_canvas.fill(silk, Paint(m_p.accentLight, m_p.accent));
            m_canvas.clipped(silk, [&] {
                for (int i = -2; i < 3; i += 2)
                    m_canvas.fill(leaf({i * 0.02, 0.30}, {i * 0.09, -0.36}, 0.14), m_p.base);
            });
            for (const int s : {-1, 1})
                m_canvas.stroke({{s * 0.05, 0.24}, {s * 0.04, 0.34}}, 0.008, m_p.ink);
            m_canvas.fill(roundBox(-0.06, 0.33, 0.06, 0.42, 0.02), m_p.ink);
        });
    }

    void house() {
        m_canvas.fill(blob({at(0, 1.05), at(0, 0.80), at(0.3, 0.68), at(0.6, 0.66), at(1, 0.82), at(1, 1.05)}),
                      Paint(m_p.dark, m_p.deep, 1, true));
        m_canvas.placed(at(0.52, 0.70), 0, size(1), size(1), [&] {
            m_canvas.fill(box(-0.20, -0.30, 0.20, 0.02), Paint(mix(m_p.deep, m_p.ink, 0.4), m_p.ink));
            m_canvas.fill(Path{{-0.26, -0.29}, {0, -0.52}, {0.26, -0.29}}, m_p.ink);
            m_canvas.fill(box(0.09, -0.52, 0.15, -0.36), m_p.ink);
            for (const double x : {-0.12, 0.06})
                m_canvas.fill(box(x, -0.22, x + 0.075, -0.13), m_p.accentLight);
            m_canvas.fill(box(-0.03, -0.10, 0.04, 0.02), m_p.accent);
            for (int i = 0; i < 4; ++i)
                m_canvas.fill(circle({0.13 + 0.03 * i + 0.02 * m_pose.sway * i, -0.57 - 0.07 * i}, 0.025 + 0.012 * i),
                              Paint::thin(m_p.white, 0.4));
        });
        m_canvas.limb({at(0.12, 0.86), at(0.14, 0.62), at(0.10, 0.44)}, size(0.05), size(0.02), m_p.ink);
        m_canvas.limb({at(0.13, 0.62), at(0.22, 0.50)}, size(0.025), size(0.01), m_p.ink);
        m_canvas.limb({at(0.125, 0.56), at(0.04, 0.48)}, size(0.02), size(0.01), m_p.ink);
    }

    Canvas& m_canvas;
    cv::Rect2d m_frame;
    const Palette& m_p;
    const Look& m_look;
    const Pose& m_pose;
};

}  // namespace

void drawScene(Canvas& canvas, int scene, const cv::Rect2d& frame, const Palette& palette, const Look& look,
               const Pose& pose) {
    canvas.clipped(box(frame.x, frame.y, frame.x + frame.width, frame.y + frame.height),
                   [&] { ScenePainter(canvas, frame, palette, look, pose).draw(scene); });
}

}  // namespace lacuna::drawn
