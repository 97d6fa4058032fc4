// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Bean, Block, Ghost, Pear, Drop, Ball };

/// A comic figure in thick ink: body, limbs, face, hat.
class CartoonFigure {
public:
    CartoonFigure(Canvas& canvas, const Look& look, const Pose& pose)
        : m_canvas(canvas), m_look(look), m_pose(pose), m_palette(paletteOf(look)), m_ink(oklch(0.20, 0.03, look.hue)) {
        // Comic colours are fuller than those of the creatures.
        m_body = lively(0.74, 0.17, look.hue);
        m_shade = lively(0.62, 0.17, look.hue - 8);
        m_cloth = lively(0.66, 0.18, look.accent);
    }

    void draw() {
        groundShadow(m_canvas, {0, 0.84}, 0.46);
        legs();
        arm(-1);
        if (m_look.marks[2] == 5)
            cape();
        const Path body = outline();
        m_canvas.fill(body, Paint(mix(m_body, m_palette.white, 0.18), m_body));
        m_canvas.clipped(body, [&] { dress(); });
        m_canvas.stroke(body, kLine, m_ink, true);
        arm(1);
        face();
        hat();
    }

private:
    static constexpr double kLine = 0.036;

    void inked(const Path& shape, const Paint& paint, double line = kLine) {
        m_canvas.fill(shape, paint);
        m_canvas.stroke(shape, line, m_ink, true);
    }

    Path outline() const {
        const double lean = 0.05 * m_pose.sway;
        switch (m_look.marks[0]) {
            case Bean:
                return roundBox(-0.32, -0.55, 0.32, 0.62, 0.32);
            case Block:
                return roundBox(-0.44, -0.42, 0.44, 0.58, 0.12);
            case Ghost:
                return blob({{-0.40, 0.60},
                             {-0.42, 0.0},
                             {-0.26 + lean, -0.48},
                             {0.26 + lean, -0.48},
                             {0.42, 0.0},
                             {0.40, 0.60},
                             {0.22, 0.50},
                             {0.07, 0.62},
                             {-0.10, 0.50},
                             {-0.25, 0.62}});
            case Pear:
                return blob({{-0.48, 0.40},
                             {-0.36, 0.02},
                             {-0.24, -0.40},
                             {0, -0.58},
                             {0.24, -0.40},
                             {0.36, 0.02},
                             {0.48, 0.40},
                             {0.28, 0.62},
                             {-0.28, 0.62}});
            case Drop:
                return blob({{-0.46, 0.22},
                             {-0.26, -0.28},
                             {-0.06 + lean, -0.60},
                             {0.08 + lean, -0.74},
                             {0.12 + lean, -0.55},
                             {0.30, -0.26},
                             {0.46, 0.22},
                             {0.30, 0.56},
                             {-0.30, 0.56}});
            default:
                return circle({0, 0.08}, 0.50);
        }
    }

    void dress() {
        switch (m_look.marks[4]) {
            case 0:
                m_canvas.fill(box(-0.7, 0.28, 0.7, 0.9), m_cloth);
                m_canvas.stroke({{-0.7, 0.28}, {0.7, 0.28}}, 0.03, m_ink);
                break;
            case 1:
                for (int i = 0; i < 4; ++i)
                    m_canvas.fill(box(-0.7, 0.16 + 0.15 * i, 0.7, 0.235 + 0.15 * i), m_cloth);
                break;
            case 2:
                m_canvas.fill(ellipse({0, 0.42}, 0.27, 0.26), Paint(m_palette.cream, m_palette.cream));
                break;
            case 3:
                for (int row = 0; row < 3; ++row)
                    for (int i = -3; i < 4; ++i)
                        m_canvas.fill(circle({i * 0.2 + 0.1 * (row % 2), 0.22 + 0.16 * row}, 0.05), m_cloth);
                break;
            default:
                m_canvas.fill(star({0, 0.36}, 5, 0.20, 0.09), m_cloth);
                m_canvas.stroke(star({0, 0.36}, 5, 0.20, 0.09), 0.022, m_ink, true);
                break;
        }
        m_canvas.fill(ellipse({0.62, 0.3}, 0.32, 0.75), Paint::thin(m_shade, 0.5));
    }

    void legs() {
        if (m_look.marks[0] == Ghost)
            return;
        for (const int s : {-1, 1}) {
            const double foot = s * 0.20 + 0.05 * m_pose.sway * s;
            m_canvas.limb({{s * 0.16, 0.5}, {foot, 0.78}}, 0.13, 0.12, m_ink);
            m_canvas.limb({{s * 0.16, 0.5}, {foot, 0.76}}, 0.065, 0.06, m_shade);
            inked(blob({{foot - s * 0.10, 0.84},
                        {foot - s * 0.08, 0.74},
                        {foot + s * 0.06, 0.73},
                        {foot + s * 0.17, 0.80},
                        {foot + s * 0.15, 0.86},
                        {foot, 0.86}}),
                  m_cloth, 0.028);
        }
    }

    void arm(int side) {
        const double w = side * (m_look.marks[0] == Bean ? 0.32 : 0.42), lift = 0.22 * m_pose.sway * side;
        const bool up = side == (m_look.seed % 2 ? 1 : -1);
        const Point shoulder(w * 0.92, 0.12), elbow(w + side * 0.18, up ? 0.02 : 0.30),
            hand(w + side * 0.26, (up ? -0.28 : 0.42) + lift);
        m_canvas.limb({shoulder, elbow, hand}, 0.13, 0.12, m_ink);
        m_canvas.limb({shoulder, elbow, hand}, 0.065, 0.058, m_body);
        inked(circle(hand, 0.085), m_look.marks[5] % 2 ? Paint(m_palette.white) : Paint(m_body), 0.028);
        if (up && m_look.marks[5] > 1)
            inked(m_look.marks[5] == 2 ? star(hand + Point(0, -0.16), 5, 0.14, 0.06)
                                       : circle(hand + Point(0, -0.18), 0.10),
                  m_cloth, 0.026);
    }

    void cape() {
        inked(blob({{-0.30, -0.1},
                    {0.30, -0.1},
                    {0.66 + 0.08 * m_pose.sway, 0.60},
                    {0.3, 0.70},
                    {-0.3, 0.70},
                    {-0.66 + 0.08 * m_pose.sway, 0.60}}),
              m_cloth);
    }

    void face() {
        const double y = m_look.marks[0] == Drop || m_look.marks[0] == Ball ? -0.06 : -0.16, shift = 0.08 * m_pose.turn;
        const auto eye = [&](double x, double dy, double r) {
            const Point c(x + shift, y + dy);
            if (m_pose.blink) {
                inked(circle(c, r), mix(m_body, m_shade, 0.4), 0.028);
                m_canvas.stroke({c - Point(r, 0), c + Point(r, 0)}, 0.03, m_ink);
                return;
            }
            inked(circle(c, r), m_palette.white, 0.028);
            const Point pupil = c + Point(0.35 * r * m_pose.turn, 0.1 * r);
            m_canvas.fill(circle(pupil, r * 0.5), m_ink);
            m_canvas.fill(circle(pupil - Point(0.18 * r, 0.2 * r), r * 0.17), m_palette.white);
        };
        switch (m_look.marks[1]) {
            case 0:
                eye(-0.14, 0, 0.135);
                eye(0.14, 0, 0.135);
                break;
            case 1:
                eye(0, -0.02, 0.20);
                break;
            case 2:
                eye(-0.19, 0.02, 0.105);
                eye(0, -0.09, 0.115);
                eye(0.19, 0.02, 0.105);
                break;
            default:
                eye(-0.15, 0, 0.115);
                eye(0.16, -0.02, 0.155);
                for (const int s : {-1, 1})
                    m_canvas.limb({{s * 0.07 + shift, y - 0.18}, {s * 0.26 + shift, y - 0.22 - 0.02 * s}}, 0.05, 0.035,
                                  m_ink);
                break;
        }
        const Point m(shift * 1.2, y + 0.27);
        const Colour inside = oklch(0.36, 0.11, 20), tongue = oklch(0.68, 0.16, 18);
        switch (m_look.marks[3]) {
            case 0: {
                const Path smile = arc(m + Point(0, -0.06), 0.19, 0.17, 0, 180);
                m_canvas.fill(smile, inside);
                m_canvas.clipped(smile, [&] { m_canvas.fill(ellipse(m + Point(0, 0.09), 0.11, 0.06), tongue); });
                m_canvas.stroke(smile, 0.028, m_ink, true);
                break;
            }
            case 1:
                m_canvas.stroke(arc(m + Point(0, -0.07), 0.17, 0.11, 15, 165), 0.036, m_ink);
                m_canvas.fill(box(m.x - 0.05, m.y + 0.03, m.x + 0.045, m.y + 0.11), m_palette.white);
                m_canvas.stroke(box(m.x - 0.05, m.y + 0.03, m.x + 0.045, m.y + 0.11), 0.02, m_ink, true);
                break;
            case 2:
                inked(ellipse(m, 0.075, 0.09), inside, 0.028);
                break;
            default: {
                const Path grin = roundBox(m.x - 0.19, m.y - 0.06, m.x + 0.19, m.y + 0.07, 0.06);
                m_canvas.fill(grin, m_palette.white);
                for (int i = -1; i < 2; ++i)
                    m_canvas.stroke({{m.x + 0.09 * i, m.y - 0.06}, {m.x + 0.09 * i, m.y + 0.07}}, 0.018, m_ink);
                m_canvas.stroke(grin, 0.028, m_ink, true);
                break;
            }
        }
    }

    void hat() {
        const double lean = m_look.marks[0] == Ghost || m_look.marks[0] == Drop ? 0.05 * m_pose.sway : 0;
        const double top = m_look.marks[0] == Block   ? -0.42
                           : m_look.marks[0] == Ball  ? -0.41
                           : m_look.marks[0] == Ghost ? -0.50
                                                      : -0.52;
        const Point t(lean, top);
        switch (m_look.marks[2]) {
            case 0:
                inked(roundBox(t.x - 0.19, t.y - 0.32, t.x + 0.19, t.y + 0.02, 0.03), m_cloth);
                inked(roundBox(t.x - 0.34, t.y - 0.03, t.x + 0.34, t.y + 0.06, 0.04), m_cloth);
                break;
            case 1:
                for (const int s : {-1, 1}) {
                    m_canvas.limb({t + Point(s * 0.10, 0.05), t + Point(s * 0.16, -0.14),
                                   t + Point(s * 0.26 + 0.03 * m_pose.sway, -0.26)},
                                  0.045, 0.04, m_ink);
                    inked(circle(t + Point(s * 0.26 + 0.03 * m_pose.sway, -0.29), 0.075), m_cloth, 0.028);
                }
                break;
            case 2:
                inked(Path{t + Point(-0.27, 0.04), t + Point(-0.30, -0.26), t + Point(-0.12, -0.10),
                           t + Point(0, -0.30), t + Point(0.12, -0.10), t + Point(0.30, -0.26), t + Point(0.27, 0.04)},
                      oklch(0.86, 0.15, 90));
                break;
            case 3:
                for (int i = -2; i < 3; ++i)
                    inked(leaf(t + Point(i * 0.08, 0.06),
                               t + Point(i * 0.17 + 0.03 * m_pose.sway, -0.26 + 0.03 * std::abs(i)), 0.13),
                          m_cloth, 0.024);
                break;
            case 4:
                inked(Path{t + Point(-0.24, 0.05), t + Point(0.04 + 0.03 * m_pose.sway, -0.42), t + Point(0.24, 0.05)},
                      m_cloth);
                inked(circle(t + Point(0.04 + 0.03 * m_pose.sway, -0.42), 0.065), m_palette.white, 0.026);
                break;
            default:
                inked(blob({t + Point(-0.34, 0.16), t + Point(-0.24, -0.02), t + Point(0, -0.08),
                            t + Point(0.24, -0.02), t + Point(0.34, 0.16), t + Point(0, 0.08)}),
                      m_cloth, 0.03);
                break;
        }
    }

    Canvas& m_canvas;
    const Look& m_look;
    const Pose& m_pose;
    Palette m_palette;
    Colour m_ink, m_body, m_shade, m_cloth;
};

}  // namespace

void drawCartoon(Canvas& canvas, const Look& look, const Pose& pose) {
    CartoonFigure(canvas, look, pose).draw();
}

}  // namespace lacuna::drawn
