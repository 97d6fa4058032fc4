// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Walker, Bird, Sitter, LongNeck, Shelled, Fluff };

/// The parts of one creature, painted back to front. It faces right.
class Creature {
public:
    Creature(Canvas& canvas, const Look& look, const Pose& pose)
        : m_canvas(canvas), m_look(look), m_pose(pose), m_palette(paletteOf(look)) {}

    void draw() {
        groundShadow(m_canvas, {0, 0.8}, 0.62);
        switch (m_look.marks[0]) {
            case Walker:
                walker();
                break;
            case Bird:
                bird();
                break;
            case Sitter:
                sitter();
                break;
            case LongNeck:
                longNeck();
                break;
            case Shelled:
                shelled();
                break;
            default:
                fluff();
                break;
        }
    }

private:
    Paint fur() const { return {m_palette.light, m_palette.base}; }
    Paint farFur() const { return {m_palette.dark, m_palette.deep}; }

    void leg(double x, double top, double bottom, double width, double swing, bool far) {
        const double foot = x + 0.10 * swing;
        const Colour shade = far ? m_palette.dark : m_palette.base;
        m_canvas.limb({{x, top}, {(x + foot) / 2, (top + bottom) / 2}, {foot, bottom - 0.03}}, width * 1.15,
                      width * 0.8, shade);
        if (m_look.marks[5] % 2)
            m_canvas.limb({{(x + foot) / 2, (top + 2 * bottom) / 3}, {foot, bottom - 0.03}}, width * 0.86, width * 0.82,
                          far ? m_palette.accentDark : m_palette.accent);
        m_canvas.fill(ellipse({foot + 0.03, bottom - 0.03}, width * 0.62, 0.05), far ? m_palette.deep : m_palette.dark);
    }

    void pattern(const Path& body, Point centre, double rx, double ry) {
        const Paint mark(m_palette.accentLight, m_palette.accent);
        m_canvas.clipped(body, [&] {
            m_canvas.fill(ellipse(centre + Point(0.02, ry * 1.02), rx * 0.95, ry * 0.72),
                          Paint::thin(m_palette.cream, 0.85));
            Random own(deriveSeed(m_look.seed, "pattern"));
            switch (m_look.marks[3]) {
                case 1:
                    for (int i = 0; i < 16; ++i)
                        m_canvas.fill(circle(centre + Point(rx * own.uniform(-0.95, 0.95), ry * own.uniform(-1, 0.45)),
                                             0.035 + 0.035 * own.uniform()),
                                      mark);
                    break;
                case 2:
                    for (double x = -0.85; x < 0.95; x += 0.34)
                        m_canvas.limb({centre + Point(rx * x, -ry * 1.1), centre + Point(rx * (x + 0.12), -ry * 0.3),
                                       centre + Point(rx * x, ry * 0.45)},
                                      0.09, 0.02, mark);
                    break;
                case 3:
                    for (int i = 0; i < 5; ++i) {
                        const Point at = centre + Point(rx * (-0.8 + 0.4 * i), ry * own.uniform(-0.7, 0.3));
                        m_canvas.fill(blob({at + polar(0.16, 10), at + polar(0.11, 80), at + polar(0.17, 150),
                                            at + polar(0.10, 220), at + polar(0.15, 300)}),
                                      mark);
                    }
                    break;
                case 4:
                    m_canvas.fill(ellipse(centre + Point(-rx * 0.1, -ry * 0.95), rx * 0.75, ry * 0.75), mark);
                    break;
                default:
                    break;
            }
            m_canvas.fill(ellipse(centre + Point(-rx * 0.2, ry * 1.5), rx * 1.4, ry * 0.75),
                          Paint::thin(m_palette.deep, 0.10));
        });
    }

    void tail(Point root) {
        const double lift = 0.08 * m_pose.sway;
        const Point tip = root + Point(-0.34, -0.34 - lift);
        switch (m_look.marks[2]) {
            case 0: {
                m_canvas.fill(blob({root + Point(0.05, 0), root + Point(-0.2, 0.06), root + Point(-0.38, -0.14 - lift),
                                    root + Point(-0.36, -0.42 - lift), root + Point(-0.2, -0.36 - lift),
                                    root + Point(-0.12, -0.12)}),
                              fur());
                m_canvas.fill(blob({root + Point(-0.38, -0.2 - lift), root + Point(-0.36, -0.43 - lift),
                                    root + Point(-0.2, -0.36 - lift), root + Point(-0.26, -0.24 - lift)}),
                              m_palette.accentLight);
                break;
            }
            case 1:
                m_canvas.limb({root, root + Point(-0.22, -0.02), tip + Point(0, 0.06), tip + Point(0.14, -0.02),
                               tip + Point(0.1, 0.12)},
                              0.08, 0.04, m_palette.dark);
                break;
            case 2:
                m_canvas.fill(circle(root + Point(-0.06, -0.03), 0.12), Paint(m_palette.cream, m_palette.accentLight));
                break;
            case 3:
                m_canvas.limb({root, root + Point(-0.2, -0.08), tip}, 0.14, 0.12, m_palette.base);
                for (const double t : {0.35, 0.65, 0.95})
                    m_canvas.fill(circle(root + Point(-0.34 * t, (-0.34 - lift) * t * (0.55 + 0.45 * t)), 0.068),
                                  m_palette.accent);
                break;
            default:
                for (int i = 0; i < 5; ++i)
                    m_canvas.fill(leaf(root, root + polar(0.42, 170 + 22 * i + 6 * m_pose.sway), 0.15),
                                  i % 2 ? Paint(m_palette.accentLight, m_palette.accent) : fur());
                break;
        }
    }

    void ears(Point head, double r) {
        const double wiggle = 5 * m_pose.sway, shift = 0.12 * r * m_pose.turn;
        for (const int side : {-1, 1}) {
            const Point root = head + Point(side * 0.55 * r + shift, -0.7 * r);
            const double up = -90 + side * 24 + wiggle;
            switch (m_look.marks[1]) {
                case 0:
                    m_canvas.fill(circle(root + Point(side * 0.1 * r, 0), 0.36 * r), fur());
                    m_canvas.fill(circle(root + Point(side * 0.1 * r, 0.03 * r), 0.2 * r), m_palette.accentLight);
                    break;
                case 1:
                    m_canvas.fill(Path{root + Point(-0.36 * r, 0.25 * r), root + polar(0.72 * r, up),
                                       root + Point(0.36 * r, 0.25 * r)},
                                  fur());
                    m_canvas.fill(Path{root + Point(-0.18 * r, 0.2 * r), root + polar(0.48 * r, up),
                                       root + Point(0.18 * r, 0.2 * r)},
                                  m_palette.accent);
                    break;
                case 2:
                    m_canvas.fill(leaf(root + Point(0, 0.3 * r), root + polar(1.25 * r, up + side * 2), 0.46 * r),
                                  fur());
                    m_canvas.fill(leaf(root + Point(0, 0.2 * r), root + polar(1.0 * r, up + side * 2), 0.22 * r),
                                  m_palette.accentLight);
                    break;
                case 3: {
                    const Colour horn = mix(m_palette.cream, m_palette.deep, 0.45);
                    const Point bend = root + Point(side * 0.25 * r, -0.5 * r),
                                top = root + Point(side * 0.35 * r, -1.0 * r);
                    m_canvas.limb({root, bend, top}, 0.16 * r, 0.10 * r, horn);
                    m_canvas.limb({bend, bend + Point(side * 0.35 * r, -0.25 * r)}, 0.13 * r, 0.08 * r, horn);
                    m_canvas.limb({bend, bend + Point(-side * 0.2 * r, -0.32 * r)}, 0.12 * r, 0.08 * r, horn);
                    m_canvas.fill(leaf(root + Point(0, 0.25 * r), root + Point(side * 0.6 * r, 0.05 * r), 0.3 * r),
                                  fur());
                    break;
                }
                case 4:
                    m_canvas.limb(
                        {root, root + Point(side * 0.3 * r, -0.4 * r), root + Point(side * 0.7 * r, -0.25 * r),
                         root + Point(side * 0.68 * r, 0.15 * r), root + Point(side * 0.45 * r, 0.1 * r)},
                        0.3 * r, 0.08 * r, Paint(m_palette.cream, m_palette.accentDark));
                    break;
                default:
                    m_canvas.limb({root + Point(-side * 0.2 * r, 0), root + Point(0, -0.5 * r),
                                   root + Point(side * 0.3 * r, -0.85 * r)},
                                  0.08 * r, 0.06 * r, m_palette.deep);
                    m_canvas.fill(circle(root + Point(side * 0.3 * r, -0.88 * r), 0.17 * r),
                                  Paint(m_palette.accentLight, m_palette.accent));
                    break;
            }
        }
    }

    void face(Point head, double r, bool beak) {
        const double shift = 0.18 * r * m_pose.turn + 0.1 * r;
        const bool big = m_look.marks[4] == 1;
        const double eye = r * (big ? 0.28 : 0.21);
        if (m_look.marks[4] == 2)
            for (const int side : {-1, 1})
                m_canvas.fill(ellipse(head + Point(side * 0.36 * r + shift, -0.05 * r), 0.32 * r, 0.36 * r, side * 20),
                              m_palette.accentLight);
        for (const int side : {-1, 1}) {
            drawEye(m_canvas, head + Point(side * 0.36 * r + shift, -0.06 * r), eye, m_pose.turn, m_pose.blink,
                    m_palette.ink, m_palette.white);
            m_canvas.fill(ellipse(head + Point(side * 0.62 * r + shift, 0.32 * r), 0.15 * r, 0.10 * r),
                          Paint::thin(oklch(0.74, 0.14, 15), 0.55));
        }
        const Point mouth = head + Point(shift * 1.25, 0.38 * r);
        if (beak) {
            const Paint yellow(oklch(0.84, 0.14, 80), oklch(0.70, 0.15, 60));
            m_canvas.fill(blob({mouth + Point(-0.24 * r, -0.12 * r), mouth + Point(0.1 * r, -0.24 * r),
                                mouth + Point(0.5 * r, 0.02 * r), mouth + Point(0.05 * r, 0.2 * r)}),
                          yellow);
            m_canvas.stroke({mouth + Point(-0.18 * r, -0.02 * r), mouth + Point(0.42 * r, 0.02 * r)}, 0.035 * r,
                            m_palette.ink);
            return;
        }
        m_canvas.fill(ellipse(mouth, 0.42 * r, 0.32 * r),
                      Paint(m_palette.cream, mix(m_palette.cream, m_palette.light, 0.4)));
        m_canvas.fill(ellipse(mouth + Point(0, -0.14 * r), 0.14 * r, 0.10 * r), m_palette.ink);
        m_canvas.stroke(arc(mouth + Point(-0.1 * r, 0), 0.1 * r, 0.1 * r, 10, 170), 0.045 * r, m_palette.ink);
        m_canvas.stroke(arc(mouth + Point(0.1 * r, 0), 0.1 * r, 0.1 * r, 10, 170), 0.045 * r, m_palette.ink);
    }

    void head(Point at, double r, bool beak = false) {
        if (!beak || m_look.marks[1] > 1)
            ears(at, r);
        if (m_look.marks[5] == 3 && !beak)
            for (int i = 0; i < 11; ++i)
                m_canvas.fill(leaf(at, at + polar(1.3 * r, i * 360.0 / 11 + 4 * m_pose.sway), 0.5 * r),
                              m_palette.accentDark);
        const Path skull =
            blob({at + Point(-0.98 * r, 0.15 * r), at + Point(-0.72 * r, -0.7 * r), at + Point(0, -0.95 * r),
                  at + Point(0.72 * r, -0.7 * r), at + Point(0.98 * r, 0.15 * r), at + Point(0.6 * r, 0.78 * r),
                  at + Point(-0.6 * r, 0.78 * r)});
        m_canvas.fill(skull, fur());
        if (m_look.marks[5] == 2)
            m_canvas.clipped(skull, [&] {
                m_canvas.fill(leaf(at + Point(0.1 * r, 0.5 * r), at + Point(0.1 * r, -1.1 * r), 0.5 * r),
                              m_palette.accent);
            });
        if (beak && m_look.marks[1] <= 1)
            for (int i = -1; i <= 1; ++i)
                m_canvas.fill(
                    leaf(at + Point(0, -0.8 * r), at + polar(1.55 * r, -90 + 22 * i + 5 * m_pose.sway), 0.28 * r),
                    i ? m_palette.accent : m_palette.accentLight);
        face(at, r, beak);
    }

    void walker() {
        const double s = m_pose.sway;
        tail({-0.5, 0.12});
        leg(-0.34, 0.3, 0.74, 0.14, -s, true);
        leg(0.2, 0.3, 0.74, 0.14, s, true);
        leg(-0.46, 0.3, 0.8, 0.15, s, false);
        const Path body = blob({{-0.58, 0.15},
                                {-0.4, -0.1},
                                {0, -0.08},
                                {0.36, -0.1},
                                {0.5, 0.2},
                                {0.3, 0.44},
                                {-0.1, 0.47},
                                {-0.46, 0.42}});
        m_canvas.fill(body, fur());
        pattern(body, {-0.05, 0.18}, 0.5, 0.28);
        leg(0.3, 0.3, 0.8, 0.15, -s, false);
        head({0.42, -0.22}, 0.34);
    }

    void longNeck() {
        const double s = m_pose.sway;
        tail({-0.46, 0.2});
        leg(-0.28, 0.35, 0.74, 0.11, -s, true);
        leg(0.14, 0.35, 0.74, 0.11, s, true);
        leg(-0.38, 0.35, 0.8, 0.12, s, false);
        const Point headAt(0.42 + 0.04 * s, -0.56);
        m_canvas.limb({{0.16, 0.25}, {0.3, -0.05}, headAt + Point(-0.02, 0.1)}, 0.34, 0.2, fur());
        const Path body =
            blob({{-0.52, 0.22}, {-0.34, 0.02}, {0.05, 0.04}, {0.32, 0.08}, {0.36, 0.34}, {0.1, 0.5}, {-0.4, 0.48}});
        m_canvas.fill(body, fur());
        pattern(body, {-0.08, 0.25}, 0.44, 0.24);
        for (int i = 0; i < 4; ++i)
            m_canvas.fill(circle({0.15 + 0.05 * i + 0.008 * i * s, 0.05 - 0.145 * i}, 0.055), m_palette.accent);
        leg(0.2, 0.35, 0.8, 0.12, -s, false);
        head(headAt, 0.25);
    }

    void bird() {
        const double s = m_pose.sway;
        for (const double x : {-0.06, 0.14}) {
            m_canvas.limb({{x, 0.45}, {x + 0.02, 0.62}, {x, 0.78}}, 0.05, 0.045, oklch(0.70, 0.14, 60));
            m_canvas.limb({{x - 0.03, 0.78}, {x + 0.11, 0.79}}, 0.05, 0.04, oklch(0.70, 0.14, 60));
        }
        for (int i = 0; i < 4; ++i)
            m_canvas.fill(leaf({-0.3, 0.25}, Point(-0.3, 0.25) + polar(0.5, 150 + 17 * i + 5 * s), 0.16),
                          i % 2 ? Paint(m_palette.accentLight, m_palette.accent) : farFur());
        const Path body =
            blob({{-0.46, 0.2}, {-0.22, -0.12}, {0.08, -0.3}, {0.36, -0.1}, {0.42, 0.2}, {0.2, 0.5}, {-0.16, 0.5}});
        m_canvas.fill(body, fur());
        pattern(body, {0.02, 0.15}, 0.4, 0.34);
        const Point wing(-0.02, 0.02);
        for (int i = 2; i >= 0; --i)
            m_canvas.fill(
                leaf(wing + Point(0.12, 0), wing + polar(0.56 - 0.08 * i, 150 - 20 * i - 14 * s), 0.26),
                i == 1 ? Paint(m_palette.accentLight, m_palette.accent) : Paint(m_palette.base, m_palette.dark));
        head({0.2, -0.36}, 0.31, true);
    }

    void sitter() {
        const double s = m_pose.sway;
        tail({-0.3, 0.6});
        const Path body =
            blob({{-0.36, 0.75}, {-0.4, 0.45}, {-0.2, 0.05}, {0.2, 0.05}, {0.4, 0.45}, {0.36, 0.75}, {0, 0.82}});
        m_canvas.fill(body, fur());
        pattern(body, {0, 0.42}, 0.38, 0.38);
        m_canvas.fill(ellipse({0.02, 0.55}, 0.2, 0.22),
                      Paint(m_palette.cream, mix(m_palette.cream, m_palette.light, 0.3)));
        for (const int side : {-1, 1}) {
            m_canvas.fill(ellipse({side * 0.27, 0.76}, 0.17, 0.09), Paint(m_palette.light, m_palette.dark));
            m_canvas.limb({{side * 0.28, 0.25}, {side * (0.4 + 0.04 * s), 0.42}, {side * 0.3, 0.58 - side * 0.05 * s}},
                          0.13, 0.11, Paint(m_palette.base, m_palette.dark));
        }
        head({0, -0.2}, 0.42);
    }

    void shelled() {
        const double s = m_pose.sway;
        tail({-0.58, 0.5});
        leg(-0.3, 0.5, 0.76, 0.17, -s, true);
        leg(0.22, 0.5, 0.76, 0.17, s, true);
        m_canvas.limb({{0.2, 0.5}, {0.42, 0.42}, {0.55, 0.12}}, 0.26, 0.22, fur());
        m_canvas.fill(ellipse({-0.08, 0.55}, 0.56, 0.14), Paint(m_palette.cream, m_palette.base));
        leg(-0.42, 0.52, 0.8, 0.18, s, false);
        leg(0.28, 0.52, 0.8, 0.18, -s, false);
        const Path shell =
            blob({{-0.68, 0.5}, {-0.58, 0.05}, {-0.25, -0.25}, {0.1, -0.25}, {0.38, 0.05}, {0.46, 0.5}, {-0.1, 0.58}});
        m_canvas.fill(shell, Paint(m_palette.accentLight, m_palette.accentDark));
        m_canvas.clipped(shell, [&] {
            if (m_look.marks[3] % 2)
                for (int ring = 0; ring < 4; ++ring)
                    m_canvas.stroke(ellipse({-0.12, 0.5}, 0.18 + 0.15 * ring, 0.22 + 0.18 * ring), 0.05,
                                    m_palette.light);
            else
                for (int row = 0; row < 3; ++row)
                    for (int i = -3; i < 4; ++i) {
                        const Point at(-0.1 + 0.26 * i + 0.13 * (row % 2), 0.4 - 0.26 * row);
                        m_canvas.fill(star(at, 3, 0.13, 0.112, 0), Paint::thin(m_palette.light, 0.85));
                    }
            m_canvas.fill(ellipse({-0.1, 0.72}, 0.7, 0.28), Paint::thin(m_palette.ink, 0.16));
        });
        m_canvas.limb({{-0.66, 0.52}, {-0.1, 0.6}, {0.46, 0.52}}, 0.09, 0.09, m_palette.cream);
        head({0.58, -0.02}, 0.28);
    }

    void fluff() {
        const double s = m_pose.sway;
        tail({-0.5, 0.35});
        leg(-0.22, 0.6, 0.8, 0.13, s, false);
        leg(0.24, 0.6, 0.8, 0.13, -s, false);
        const Point at(0, 0.16);
        ears(at + Point(0, 0.02), 0.5);
        Path fuzz;
        for (int i = 0; i < 60; ++i)
            fuzz.push_back(at + polar(i % 2 ? 0.58 : 0.5, i * 6.0 + 2 * s));
        m_canvas.fill(fuzz, fur());
        pattern(circle(at, 0.5), at, 0.5, 0.5);
        m_canvas.fill(ellipse(at + Point(0.05, 0.03), 0.42, 0.36),
                      Paint(m_palette.cream, mix(m_palette.cream, m_palette.light, 0.55)));
        face(at, 0.44, m_look.marks[5] == 1);
    }

    Canvas& m_canvas;
    const Look& m_look;
    const Pose& m_pose;
    Palette m_palette;
};

}  // namespace

void groundShadow(Canvas& canvas, Point centre, double radiusX, double radiusY) {
    for (const double grow : {1.15, 1.0, 0.85})
        canvas.fill(ellipse(centre, radiusX * grow, radiusY * grow), Paint::thin({30, 34, 52}, 0.10));
}

void drawEye(Canvas& canvas, Point centre, double radius, double aside, bool blink, Colour ink, Colour white) {
    if (blink) {
        canvas.stroke(arc(centre, radius * 0.9, radius * 0.6, 20, 160), radius * 0.3, ink);
        return;
    }
    canvas.fill(circle(centre, radius), white);
    const Point pupil = centre + Point(0.28 * radius * aside, 0.06 * radius);
    canvas.fill(circle(pupil, radius * 0.68), ink);
    canvas.fill(circle(pupil + Point(-0.22 * radius, -0.26 * radius), radius * 0.24), white);
    canvas.fill(circle(pupil + Point(0.24 * radius, 0.24 * radius), radius * 0.11), Paint::thin(white, 0.8));
}

void drawCreature(Canvas& canvas, const Look& look, const Pose& pose) {
    Creature(canvas, look, pose).draw();
}

}  // namespace lacuna::drawn
