// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Daisy, Tulip, Cactus, Fern, Cap, Berry, Palm, Bell, Vine };

/// One plant in its pot, or in its tuft of earth. Blossoms wear the look's hue, leaves a green of its own.
class Plant {
public:
    Plant(Canvas& canvas, const Look& look, const Pose& pose)
        : m_canvas(canvas), m_look(look), m_pose(pose), m_palette(paletteOf(look)) {
        Random own(deriveSeed(look.seed, "green"));
        const double hue = own.uniform(122, 172), light = own.uniform(0.54, 0.70);
        m_leaf = oklch(light + 0.08, 0.13, hue);
        m_leafDark = oklch(light - 0.10, 0.11, hue + 8);
    }

    void draw() {
        groundShadow(m_canvas, {0, 0.82}, 0.42);
        if (m_look.marks[1] == 0)
            m_canvas.fill(blob({{-0.5, 0.82}, {-0.3, 0.68}, {0, 0.64}, {0.3, 0.68}, {0.5, 0.82}, {0, 0.86}}),
                          Paint(oklch(0.50, 0.06, 60), oklch(0.36, 0.05, 50)));
        plant();
        pot();
    }

private:
    Paint green() const { return {m_leaf, m_leafDark}; }
    Paint bloom() const { return {m_palette.light, m_palette.base}; }
    double sway(double height) const { return 0.09 * m_pose.sway * height; }

    void pot() {
        const Paint clay(m_palette.accentLight, m_palette.accentDark);
        switch (m_look.marks[1]) {
            case 1:
                m_canvas.fill(Path{{-0.26, 0.48}, {0.26, 0.48}, {0.19, 0.84}, {-0.19, 0.84}}, clay);
                m_canvas.fill(roundBox(-0.30, 0.42, 0.30, 0.53, 0.03), Paint(m_palette.accentLight, m_palette.accent));
                break;
            case 2: {
                const Path bowl =
                    blob({{-0.3, 0.46}, {0.3, 0.46}, {0.38, 0.62}, {0.2, 0.83}, {-0.2, 0.83}, {-0.38, 0.62}});
                m_canvas.fill(bowl, clay);
                m_canvas.clipped(bowl, [&] {
                    for (int i = -4; i < 5; ++i)
                        m_canvas.fill(circle({i * 0.12, 0.64}, 0.035), m_palette.cream);
                });
                break;
            }
            case 3:
                m_canvas.fill(roundBox(-0.25, 0.44, 0.25, 0.84, 0.06), clay);
                m_canvas.fill(box(-0.25, 0.55, 0.25, 0.62), m_palette.cream);
                m_canvas.fill(box(-0.25, 0.68, 0.25, 0.72), m_palette.cream);
                break;
            default:
                for (int i = -3; i < 4; ++i)
                    m_canvas.fill(leaf({i * 0.09, 0.80}, {i * 0.15 + sway(1), 0.60 + 0.03 * std::abs(i)}, 0.07),
                                  green());
                break;
        }
    }

    void stemLeaves(Point root, Point top) {
        for (const double t : {0.35, 0.6})
            for (const int s : {-1, 1}) {
                const Point at = root + (top - root) * t;
                const double lift = m_look.marks[2] % 2 ? -0.16 : -0.02;
                m_canvas.fill(leaf(at, at + Point(s * 0.30, lift + sway(0.5)), m_look.marks[2] > 1 ? 0.10 : 0.17),
                              green());
            }
    }

    void petal(Point at, double r, double degrees) {
        if (m_look.marks[3] < 2)
            m_canvas.fill(leaf(at, at + polar(r, degrees), r * (m_look.marks[3] ? 0.85 : 0.5)), bloom());
        else
            m_canvas.fill(
                ellipse(at + polar(0.6 * r, degrees), 0.42 * r, r * (m_look.marks[3] == 2 ? 0.20 : 0.28), degrees),
                bloom());
    }

    void flower(Point at, double r) {
        const int petals = 5 + 2 * m_look.marks[2];
        for (int i = 0; i < petals; ++i)
            petal(at, r, i * 360.0 / petals + 8 * m_pose.sway);
        if (m_look.marks[4] == 1)
            for (int i = 0; i < petals; ++i)
                m_canvas.fill(leaf(at, at + polar(r * 0.62, (i + 0.5) * 360.0 / petals), r * 0.32), m_palette.cream);
        m_canvas.fill(circle(at, r * 0.30), Paint(m_palette.accentLight, m_palette.accent));
        if (m_look.marks[4] == 2)
            for (int i = 0; i < 7; ++i)
                m_canvas.fill(circle(at + polar(r * 0.16, i * 51.4), r * 0.05), m_palette.accentDark);
    }

    void tulip(Point at, double r) {
        m_canvas.fill(leaf(at + Point(-0.3 * r, 0.7 * r), at + Point(-0.75 * r, -0.9 * r), r * 0.9), m_palette.dark);
        m_canvas.fill(leaf(at + Point(0.3 * r, 0.7 * r), at + Point(0.75 * r, -0.9 * r), r * 0.9), m_palette.dark);
        m_canvas.fill(blob({at + Point(0, 0.8 * r), at + Point(-0.7 * r, 0.35 * r), at + Point(-0.62 * r, -0.4 * r),
                            at + Point(0, -0.95 * r), at + Point(0.62 * r, -0.4 * r), at + Point(0.7 * r, 0.35 * r)}),
                      bloom());
        if (m_look.marks[4])
            m_canvas.fill(leaf(at + Point(0, 0.6 * r), at + Point(0, -0.7 * r), 0.35 * r),
                          m_look.marks[4] == 1 ? m_palette.accentLight : m_palette.cream);
    }

    void bell(Point at, double r) {
        m_canvas.fill(blob({at + Point(0, -0.7 * r), at + Point(-0.5 * r, -0.35 * r), at + Point(-0.55 * r, 0.35 * r),
                            at + Point(-0.85 * r, 0.75 * r), at + Point(0, 0.62 * r), at + Point(0.85 * r, 0.75 * r),
                            at + Point(0.55 * r, 0.35 * r), at + Point(0.5 * r, -0.35 * r)}),
                      bloom());
        m_canvas.fill(circle(at + Point(0, 0.78 * r), 0.15 * r), m_palette.accent);
    }

    void stemmed() {
        const int count = 1 + m_look.marks[5];
        for (int i = 0; i < count; ++i) {
            const double spread = count == 1 ? 0 : (i - (count - 1) / 2.0) * (count == 2 ? 0.62 : 0.5);
            const double top = (count == 3 && i == 1) || count == 1 ? -0.45 : -0.20 + 0.12 * (i % 2);
            const Point root(0.25 * spread, 0.6), tip(spread + sway(1.2), top);
            m_canvas.limb({root, {0.6 * spread + sway(0.4), 0.15}, tip}, 0.055, 0.04, green());
            if (i == count / 2)
                stemLeaves({0, 0.6}, {0.5 * spread, top});
            const double size = count == 1 ? 0.42 : count == 2 ? 0.32 : 0.28;
            if (m_look.marks[0] == Daisy)
                flower(tip, size);
            else
                tulip(tip, size * 0.95);
        }
    }

    void bells() {
        for (const int s : {-1, 1}) {
            if (s == -1 && m_look.marks[5] == 0)
                continue;
            const double x = m_look.marks[5] == 0 ? 0.1 : s * 0.36;
            m_canvas.limb({{0, 0.6}, {s * 0.05, 0.0}, {x * 0.5, -0.5}, {x + sway(1), -0.72}, {x * 1.5 + sway(1), -0.6}},
                          0.05, 0.03, green());
            bell({x * 1.55 + sway(1), -0.46}, 0.19);
            bell({x * 0.35 + s * 0.20 + sway(0.8), -0.28}, 0.17);
            bell({s * 0.26 + sway(0.5), 0.06}, 0.15);
        }
        for (const int s : {-1, 1})
            m_canvas.fill(leaf({0, 0.6}, {s * 0.5 + sway(0.6), 0.22}, 0.17), green());
    }

    void cactus() {
        const Paint flesh(m_leaf, m_leafDark);
        const auto column = [&](Point from, Point to, double width) {
            m_canvas.limb({from, to}, width, width, flesh);
            for (const double o : {-0.28, 0.0, 0.28})
                m_canvas.stroke({from + Point(o * width, 0), to + Point(o * width, 0)}, 0.014,
                                Paint::thin(m_palette.cream, 0.65));
        };
        if (m_look.marks[2] % 2) {
            m_canvas.fill(ellipse({0, 0.18}, 0.44, 0.42), flesh);
            for (int i = -3; i < 4; ++i)
                m_canvas.stroke(arc({0, 0.18}, 0.13 * std::abs(i), 0.40, i < 0 ? 90 : -90, i < 0 ? 270 : 90), 0.02,
                                Paint::thin(m_palette.cream, 0.7));
            flower({0, -0.26}, 0.20);
        } else {
            column({0, 0.6}, {sway(0.4), -0.48}, 0.32);
            m_canvas.limb({{0.1, 0.25}, {0.38, 0.22}, {0.42, 0.08}}, 0.17, 0.17, flesh);
            column({0.42, 0.08}, {0.42 + sway(0.3), -0.16}, 0.17);
            m_canvas.limb({{-0.1, 0.05}, {-0.36, 0.02}, {-0.40, -0.1}}, 0.16, 0.16, flesh);
            column({-0.40, -0.1}, {-0.40 + sway(0.3), -0.3}, 0.16);
            flower({sway(0.4), -0.66}, 0.17);
            if (m_look.marks[5])
                flower({0.42 + sway(0.3), -0.27}, 0.13);
            if (m_look.marks[5] == 2)
                flower({-0.40 + sway(0.3), -0.41}, 0.13);
        }
    }

    void fern() {
        const int fronds = 5 + 2 * m_look.marks[5];
        for (int i = 0; i < fronds; ++i) {
            const double angle = -90 + (i - (fronds - 1) / 2.0) * (150.0 / fronds) + 4 * m_pose.sway;
            const Point root(0, 0.6), tip = root + polar(1.15 - 0.08 * std::abs(i - fronds / 2), angle) +
                                            Point(0, 0.12 * std::abs(i - fronds / 2));
            const Point middle = root + (tip - root) * 0.5 + Point(0, -0.1);
            const Path line = curve({root, middle, tip});
            for (std::size_t k = 3; k + 1 < line.size(); k += 2)
                for (const int s : {-1, 1}) {
                    const double size = 0.20 * (1 - static_cast<double>(k) / line.size()) + 0.05;
                    m_canvas.fill(leaf(line[k], line[k] + polar(size, angle + s * 62), 0.07),
                                  i % 2 ? Paint(m_palette.light, m_palette.base)
                                        : Paint(mix(m_leaf, m_palette.base, 0.35), m_leafDark));
                }
            m_canvas.stroke(line, 0.022, m_palette.dark);
        }
    }

    void caps() {
        const int count = 1 + m_look.marks[5];
        for (int i = count - 1; i >= 0; --i) {
            const double x = i == 0 ? 0 : i == 1 ? 0.42 : -0.40, size = i == 0 ? 1 : 0.55, y = i == 0 ? -0.22 : 0.22;
            m_canvas.limb({{x * 0.7, 0.72}, {x + sway(0.3), 0.3}, {x + sway(0.5), y}}, 0.26 * size, 0.17 * size,
                          Paint(m_palette.cream, mix(m_palette.cream, m_palette.deep, 0.3)));
            const Point c(x + sway(0.5), y);
            const double up = m_look.marks[2] % 2 ? 0.62 : 0.42;
            const Path cap = blob({c + Point(-0.52 * size, 0.12 * size), c + Point(-0.42 * size, -0.22 * size),
                                   c + Point(0, -up * size), c + Point(0.42 * size, -0.22 * size),
                                   c + Point(0.52 * size, 0.12 * size), c + Point(0, 0.17 * size)});
            m_canvas.fill(cap, bloom());
            m_canvas.clipped(cap, [&] {
                if (m_look.marks[3] < 2)
                    for (const auto& d : {Point(-0.28, -0.05), Point(0.02, -0.26), Point(0.28, -0.02),
                                          Point(-0.05, 0.03), Point(0.14, -0.12)})
                        m_canvas.fill(circle(c + d * size, 0.075 * size), m_palette.accentLight);
                else
                    for (int k = -2; k < 3; ++k)
                        m_canvas.limb({c + Point(0, -up * size), c + Point(k * 0.26 * size, 0.15 * size)}, 0.01,
                                      0.11 * size, m_palette.accent);
            });
            m_canvas.fill(ellipse(c + Point(0, 0.13 * size), 0.47 * size, 0.055 * size), m_palette.accentDark);
        }
    }

    void berries() {
        Random own(deriveSeed(m_look.seed, "berries"));
        m_canvas.limb({{0, 0.6}, {sway(0.3), 0.1}, {sway(0.8), -0.4}}, 0.07, 0.03, oklch(0.42, 0.06, 50));
        for (int i = 0; i < 44; ++i) {
            const Point at(own.uniform(-0.5, 0.5) + sway(0.6), own.uniform(-0.72, 0.32));
            const double angle = own.uniform(0, 360);
            if (std::hypot(at.x, at.y + 0.2) < 0.56)
                m_canvas.fill(leaf(at - polar(0.14, angle), at + polar(0.14, angle), 0.16),
                              i % 3 ? green() : Paint(mix(m_leaf, {255, 255, 220}, 0.25), m_leaf));
        }
        for (int i = 0; i < 9 + 3 * m_look.marks[5]; ++i) {
            const Point at(own.uniform(-0.42, 0.42) + sway(0.6), own.uniform(-0.62, 0.25));
            m_canvas.fill(circle(at, 0.075), bloom());
            m_canvas.fill(circle(at + Point(-0.025, -0.03), 0.02), Paint::thin(m_palette.white, 0.8));
        }
    }

    void palm() {
        const Paint bark(oklch(0.62, 0.06, 70), oklch(0.42, 0.05, 55));
        const Point top(0.10 + sway(0.6), -0.36);
        m_canvas.limb({{0, 0.66}, {-0.04, 0.2}, top}, 0.17, 0.10, bark);
        for (int i = 0; i < 6; ++i)
            m_canvas.stroke(arc({-0.02 + 0.015 * i, 0.55 - 0.15 * i}, 0.065, 0.03, 10, 170), 0.018,
                            Paint::thin(oklch(0.35, 0.05, 50), 0.6));
        for (int i = 0; i < 7 + m_look.marks[2]; ++i) {
            const double angle = 195 + i * (150.0 / (6 + m_look.marks[2])) + 5 * m_pose.sway;
            const Point tip = top + polar(0.62, angle) + Point(0, 0.20);
            const Path line = curve({top, top + polar(0.34, angle) + Point(0, -0.05), tip});
            for (std::size_t k = 2; k < line.size(); ++k)
                m_canvas.fill(leaf(line[k - 1], line[k] + Point(0.04 * (i - 3), 0.19), 0.07),
                              i % 2 ? Paint(m_leaf) : Paint(m_leafDark));
            m_canvas.stroke(line, 0.03, m_leaf);
        }
        for (int i = 0; i < 3 + m_look.marks[5]; ++i)
            m_canvas.fill(circle(top + Point(-0.13 + 0.085 * i, 0.07 + 0.03 * (i % 2)), 0.075), bloom());
    }

    void vine() {
        const Path line = curve({{0, 0.6},
                                 {0.26 + sway(0.3), 0.36},
                                 {-0.22, 0.06},
                                 {0.26 + sway(0.5), -0.24},
                                 {-0.12 + sway(0.8), -0.52},
                                 {0.14 + sway(1), -0.76}});
        m_canvas.stroke({{0, 0.6}, {0, -0.80}}, 0.035, oklch(0.60, 0.05, 70));
        m_canvas.stroke(line, 0.045, m_leafDark);
        for (std::size_t k = 5; k < line.size(); k += 5) {
            const int s = (k / 5) % 2 ? 1 : -1;
            const Point at = line[k], tip = at + Point(s * 0.24, -0.08 + 0.03 * m_pose.sway);
            m_canvas.fill(blob({at, at + Point(s * 0.06, -0.14), tip, at + Point(s * 0.08, 0.13)}), green());
            if ((k / 5) % (3 - m_look.marks[5] % 2) == 0)
                flower(at + Point(-s * 0.12, -0.02), 0.13 + 0.02 * m_look.marks[4]);
        }
    }

    void plant() {
        switch (m_look.marks[0]) {
            case Daisy:
            case Tulip:
                stemmed();
                break;
            case Cactus:
                cactus();
                break;
            case Fern:
                fern();
                break;
            case Cap:
                caps();
                break;
            case Berry:
                berries();
                break;
            case Palm:
                palm();
                break;
            case Bell:
                bells();
                break;
            default:
                vine();
                break;
        }
    }

    Canvas& m_canvas;
    const Look& m_look;
    const Pose& m_pose;
    Palette m_palette;
    Colour m_leaf, m_leafDark;
};

}  // namespace

void drawPlant(Canvas& canvas, const Look& look, const Pose& pose) {
    Plant(canvas, look, pose).draw();
}

}  // namespace lacuna::drawn
