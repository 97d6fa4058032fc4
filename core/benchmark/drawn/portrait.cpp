// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Hair { Long, Bob, Bun, Curly, Tail, Afro, Short, Wavy };  // women; men wear 3, 5, 6 and cuts of their own
enum Headwear { None, Cap, WideHat, Beanie, Band, Beret };
enum Extra { Plain, Glasses, RoundGlasses, BeardOrEarrings, MoustacheOrFreckles, SpecsAndMore };

/// A head and shoulders, painted back to front.
class Portrait {
public:
    Portrait(Canvas& canvas, const Look& look, const Pose& pose)
        : m_canvas(canvas),
          m_look(look),
          m_pose(pose),
          m_palette(paletteOf(look)),
          m_own(deriveSeed(look.seed, "face")) {
        static const double skins[][3] = {{0.90, 0.045, 58}, {0.84, 0.070, 60}, {0.77, 0.090, 60},
                                          {0.67, 0.095, 56}, {0.55, 0.085, 52}, {0.43, 0.062, 50}};
        static const double hairs[][3] = {{0.27, 0.02, 280}, {0.38, 0.06, 45},  {0.52, 0.10, 50}, {0.80, 0.11, 85},
                                          {0.55, 0.15, 40},  {0.82, 0.01, 250}, {0, 0, 0}};
        const double* s = skins[look.marks[1]];
        m_skin = oklch(s[0], s[1], s[2]);
        m_skinDark = oklch(s[0] - 0.10, s[1] + 0.02, s[2] - 12);
        const double* h = hairs[look.marks[2]];
        const bool dyed = look.marks[2] == 6;
        m_hair = dyed ? oklch(0.60, 0.15, look.accent) : oklch(h[0], h[1], h[2]);
        m_hairLight = dyed ? oklch(0.72, 0.13, look.accent + 10) : oklch(h[0] + 0.10, h[1], h[2]);
        m_width = m_own.uniform(0.29, 0.335);
        m_height = m_own.uniform(0.37, 0.42);
        m_woman = look.feminine;
    }

    void draw() {
        const double tilt = 4 * m_pose.sway;
        m_canvas.placed({0, 0.3}, tilt * 0.5, 1, 1, [&] {
            m_canvas.placed({0, -0.3}, 0, 1, 1, [&] { hairBehind(); });
        });
        clothes();
        m_canvas.placed({0, 0.3}, tilt, 1, 1, [&] {
            m_canvas.placed({0, -0.3}, 0, 1, 1, [&] {
                headShape();
                features();
                beard();
                hairFront();
                glasses();
                hat();
            });
        });
    }

private:
    double side() const { return 0.055 * m_pose.turn; }
    Point face(double x, double y) const { return Point(x * m_width + side(), kCentre + y * m_height); }
    Paint hair() const { return {m_hairLight, m_hair}; }
    int style() const { return m_look.marks[0]; }
    bool covered() const { return m_look.marks[3] == Beanie || m_look.marks[3] == WideHat || m_look.marks[3] == Cap; }

    void hairBehind() {
        const double w = m_width, h = m_height;
        const Point c(0, kCentre);
        if (!m_woman) {
            if (style() == Afro && !covered())
                m_canvas.fill(circle(c + Point(0, -0.1), w * 1.55), hair());
            if (style() == Long)
                m_canvas.fill(
                    blob({c + Point(-w * 1.2, 0.1), c + Point(-w * 1.1, -h * 0.9), c + Point(0, -h * 1.25),
                          c + Point(w * 1.1, -h * 0.9), c + Point(w * 1.2, 0.1), c + Point(w * 1.15, h * 1.15),
                          c + Point(0, h * 1.1), c + Point(-w * 1.15, h * 1.15)}),
                    hair());
            return;
        }
        switch (style()) {
            case Long:
                m_canvas.fill(blob({c + Point(-w * 1.2, 0), c + Point(-w, -h), c + Point(0, -h * 1.28),
                                    c + Point(w, -h), c + Point(w * 1.2, 0), c + Point(w * 1.45, h * 1.7),
                                    c + Point(0, h * 1.95), c + Point(-w * 1.45, h * 1.7)}),
                              hair());
                break;
            case Bob:
                m_canvas.fill(
                    blob({c + Point(-w * 1.3, 0.05), c + Point(-w, -h), c + Point(0, -h * 1.28), c + Point(w, -h),
                          c + Point(w * 1.3, 0.05), c + Point(w * 1.4, h * 0.95), c + Point(w * 0.6, h * 1.05),
                          c + Point(-w * 0.6, h * 1.05), c + Point(-w * 1.4, h * 0.95)}),
                    hair());
                break;
            case Bun:
                if (!covered())
                    m_canvas.fill(circle(c + Point(0.02 * m_pose.turn, -h * 1.38), w * 0.55), hair());
                break;
            case Curly:
                for (int i = 0; i < 13; ++i)
                    m_canvas.fill(circle(c + Point(w * 1.2 * std::cos(-3.5 + i * 0.32),
                                                   h * (0.1 + 1.1 * std::sin(-3.5 + i * 0.32))),
                                         w * 0.42),
                                  i % 2 ? Paint(m_hairLight, m_hair) : Paint(m_hair));
                break;
            case Tail:
                m_canvas.limb({c + Point(w * 0.8, -h * 0.7), c + Point(w * 1.75, -h * 0.4), c + Point(w * 1.7, h * 0.6),
                               c + Point(w * 1.5 + 0.05 * m_pose.sway, h * 1.3)},
                              w * 0.6, w * 0.15, hair());
                break;
            case Afro:
                m_canvas.fill(circle(c + Point(0, -0.1), w * 1.75), hair());
                break;
            case Wavy:
                for (const int s : {-1, 1})
                    for (int i = 0; i < 7; ++i)
                        m_canvas.fill(
                            circle(c + Point(s * w * (1.12 + 0.12 * (i % 2)), -h * 0.7 + i * h * 0.36), w * 0.36),
                            hair());
                break;
            default:
                break;
        }
    }

    void clothes() {
        const Paint cloth(m_palette.light, m_palette.dark);
        const Point shoulder(0.02 * m_pose.turn, 0);
        const double broad = m_woman ? 0.60 : 0.70;
        const Path torso =
            blob({shoulder + Point(-broad, 1.1), shoulder + Point(-broad + 0.04, 0.62), shoulder + Point(-0.32, 0.42),
                  shoulder + Point(0, 0.40), shoulder + Point(0.32, 0.42), shoulder + Point(broad - 0.04, 0.62),
                  shoulder + Point(broad, 1.1), shoulder + Point(0, 1.3)});
        m_canvas.fill(torso, cloth);
        if (m_look.marks[5] == 3)
            m_canvas.clipped(torso, [&] {
                for (int i = 0; i < 5; ++i)
                    m_canvas.stroke(arc({0, 0.1}, 0.5 + 0.2 * i, 0.55 + 0.12 * i, 20, 160), 0.055, m_palette.accent);
            });
        m_canvas.limb({{side() * 0.6, 0.1}, {side() * 0.3, 0.46}}, m_width * 0.95, m_width * 1.05,
                      Paint(m_skinDark, m_skinDark));
        m_canvas.fill(ellipse({0, 0.455}, m_width * 0.62, 0.09), m_skinDark);
        switch (m_look.marks[5]) {
            case 0:
                m_canvas.stroke(arc({0, 0.43}, m_width * 0.75, 0.13, 5, 175), 0.07, m_palette.accent);
                break;
            case 1:
                for (const int s : {-1, 1})
                    m_canvas.fill(Path{{0, 0.62}, {s * 0.10, 0.40}, {s * 0.34, 0.42}, {s * 0.24, 0.66}},
                                  Paint(m_palette.cream, m_palette.cream));
                m_canvas.fill(Path{{-0.06, 0.58}, {0.06, 0.58}, {0.09, 1.05}, {-0.09, 1.05}},
                              Paint(m_palette.accent, m_palette.accentDark));
                break;
            case 2:
                m_canvas.fill(blob({{-0.3, 0.36}, {0, 0.47}, {0.3, 0.36}, {0.34, 0.52}, {0, 0.66}, {-0.34, 0.52}}),
                              Paint(m_palette.accentLight, m_palette.accent));
                m_canvas.limb({{0.16, 0.56}, {0.22, 0.75}, {0.18, 0.95}}, 0.14, 0.17,
                              Paint(m_palette.accent, m_palette.accentDark));
                break;
            case 3:
                break;
            default:
                for (const int s : {-1, 1}) {
                    m_canvas.fill(
                        Path{{s * 0.04, 1.05}, {s * 0.26, 0.42}, {s * 0.44, 0.5}, {s * 0.52, 0.66}, {s * 0.30, 1.05}},
                        Paint(m_palette.accent, m_palette.accentDark));
                }
                break;
        }
    }

    void headShape() {
        for (const int s : {-1, 1}) {
            m_canvas.fill(ellipse(face(s * 1.0, 0.08) - Point(side() * 1.4, 0), 0.06, 0.085),
                          Paint(m_skin, m_skinDark));
            if (m_woman && (m_look.marks[4] == BeardOrEarrings || m_look.marks[4] == SpecsAndMore))
                m_canvas.fill(circle(face(s * 1.03, 0.38) - Point(side() * 1.4, 0), 0.035), m_palette.accentLight);
        }
        const double jaw = m_woman ? 0.62 : 0.72;
        m_canvas.fill(blob({face(-1, 0) - Point(side() * 0.5, 0), face(-0.78, -0.72), face(0, -1), face(0.78, -0.72),
                            face(1, 0) - Point(side() * 0.5, 0), face(0.86, 0.52), face(jaw * 0.62, 0.92),
                            face(0, 1.04), face(-jaw * 0.62, 0.92), face(-0.86, 0.52)}),
                      Paint(mix(m_skin, {255, 250, 240}, 0.12), mix(m_skin, m_skinDark, 0.45)));
    }

    void features() {
        const double shift = m_pose.turn * 0.05;
        const auto at = [&](double x, double y) { return face(x, y) + Point(shift, 0); };
        const Colour ink = m_look.marks[1] > 3 ? oklch(0.18, 0.02, 30) : oklch(0.28, 0.03, 30);
        for (const int s : {-1, 1}) {
            m_canvas.fill(ellipse(at(s * 0.56, 0.36), 0.065, 0.045), Paint::thin(oklch(0.70, 0.14, 20), 0.34));
            const Point eye = at(s * 0.42, 0.02);
            if (m_pose.blink) {
                m_canvas.stroke(arc(eye, 0.05, 0.03, 15, 165), 0.018, ink);
            } else {
                m_canvas.fill(ellipse(eye, 0.056, 0.05), Colour{252, 251, 248});
                m_canvas.fill(circle(eye + Point(0.014 * m_pose.turn, 0.003), 0.036), ink);
                m_canvas.fill(circle(eye + Point(0.014 * m_pose.turn - 0.012, -0.012), 0.011), Colour{255, 255, 255});
                if (m_woman)
                    m_canvas.stroke(arc(eye, 0.06, 0.054, 195, 345), 0.014, ink);
            }
            m_canvas.stroke(arc(at(s * 0.42, -0.16), 0.075, 0.045, 200, 340), m_woman ? 0.018 : 0.026,
                            mix(m_hair, ink, 0.35));
            if (m_look.marks[4] == MoustacheOrFreckles && m_woman)
                for (int i = 0; i < 3; ++i)
                    m_canvas.fill(circle(at(s * (0.36 + 0.14 * i), 0.30 + 0.06 * (i % 2)), 0.010),
                                  Paint::thin(m_skinDark, 0.9));
        }
        m_canvas.stroke(curve({at(0.04, 0.06), at(0.12, 0.30), at(-0.04, 0.34)}), 0.016, m_skinDark);
        const bool open = m_own.uniform() < 0.4;
        const Colour lips = m_woman ? oklch(0.56, 0.16, 20) : mix(oklch(0.45, 0.08, 25), m_skinDark, 0.3);
        if (open) {
            Path smile = arc(at(0, 0.54), 0.105, 0.075, 0, 180);
            m_canvas.fill(smile, oklch(0.40, 0.10, 20));
            m_canvas.clipped(smile, [&] {
                m_canvas.fill(box(-0.3, -1, 0.3, at(0, 0.54).y + 0.024), Colour{252, 250, 246});
                m_canvas.fill(ellipse(at(0, 0.54) + Point(0, 0.078), 0.06, 0.03), oklch(0.66, 0.15, 18));
            });
        } else {
            m_canvas.stroke(arc(at(0, 0.50), 0.11, 0.075, 22, 158), m_woman ? 0.026 : 0.020, lips);
        }
    }

    void beard() {
        if (m_woman || (m_look.marks[4] != BeardOrEarrings && m_look.marks[4] != MoustacheOrFreckles &&
                        m_look.marks[4] != SpecsAndMore))
            return;
        const double shift = m_pose.turn * 0.05;
        const auto at = [&](double x, double y) { return face(x, y) + Point(shift * 0.7, 0); };
        for (const int s : {-1, 1})
            m_canvas.limb({at(s * 0.03, 0.42), at(s * 0.25, 0.42), at(s * 0.45, 0.52)}, 0.06, 0.02, m_hair);
        if (m_look.marks[4] == MoustacheOrFreckles)
            return;
        const Path whole = blob({face(-0.98, 0.1), face(-0.72, 0.42), face(-0.4, 0.44), face(0, 0.40), face(0.4, 0.44),
                                 face(0.72, 0.42), face(0.98, 0.1), face(0.88, 0.72), face(0.4, 1.18), face(0, 1.26),
                                 face(-0.4, 1.18), face(-0.88, 0.72)});
        m_canvas.fill(whole, hair());
        const Path smile = arc(at(0, 0.57), 0.085, 0.05, 0, 180);
        m_canvas.fill(smile, oklch(0.38, 0.09, 20));
        m_canvas.clipped(smile, [&] {
            m_canvas.fill(box(-0.3, -1, 0.3, at(0, 0.57).y + 0.018), Colour{252, 250, 246});
        });
    }

    void hairFront() {
        const double w = m_width;
        if (!m_woman && style() == Bob)  // bald
            return;
        Path fringe;
        if (m_woman) {
            const double part = (m_look.seed % 3) * 0.4 - 0.4;
            fringe = blob({face(-1.10, 0.15), face(-1.06, -0.55), face(-0.55, -1.10), face(0, -1.2), face(0.55, -1.10),
                           face(1.06, -0.55), face(1.10, 0.15), face(0.90, -0.30), face(0.55, -0.55), face(part, -0.72),
                           face(-0.55, -0.50), face(-0.92, -0.25)});
        } else {
            const double top = style() == Tail ? -1.30 : style() == Bun ? -1.22 : -1.14;
            fringe =
                blob({face(-1.06, 0.0), face(-1.06, -0.6), face(-0.72, -1.02), face(-0.3, top), face(0.25, top * 1.03),
                      face(0.72, -1.04), face(1.06, -0.6), face(1.06, 0.0), face(0.92, -0.42), face(0.45, -0.66),
                      face(style() % 2 ? -0.35 : 0.2, -0.60), face(-0.92, -0.40)});
        }
        m_canvas.fill(fringe, hair());
        if (style() == Curly || (style() == Afro && !m_woman))
            for (int i = 0; i < 8; ++i)
                m_canvas.fill(circle(face(-0.95 + 0.27 * i, -0.72 - 0.28 * std::sin(i * 0.45)), w * 0.25),
                              i % 2 ? m_hairLight : m_hair);
        m_canvas.stroke(curve({face(-0.55, -0.95), face(-0.1, -1.06), face(0.35, -0.98)}), 0.022,
                        Paint::thin({255, 255, 255}, 0.22));
    }

    void glasses() {
        const int extra = m_look.marks[4];
        if (extra != Glasses && extra != RoundGlasses && extra != SpecsAndMore)
            return;
        const double shift = m_pose.turn * 0.05;
        const Colour frame = extra == RoundGlasses ? m_palette.accentDark : oklch(0.25, 0.02, 280);
        for (const int s : {-1, 1}) {
            const Point c = face(s * 0.42, 0.03) + Point(shift, 0);
            const Path lens = extra == Glasses ? roundBox(c.x - 0.105, c.y - 0.075, c.x + 0.105, c.y + 0.08, 0.035)
                                               : circle(c, 0.098);
            m_canvas.fill(lens, Paint::thin({235, 245, 255}, 0.22));
            m_canvas.stroke(lens, 0.026, frame, true);
            m_canvas.stroke({c + Point(s * 0.10, -0.01), face(s * 1.0, -0.02)}, 0.02, frame);
        }
        m_canvas.stroke(arc(face(0, 0.03) + Point(shift, 0), 0.035, 0.03, 190, 350), 0.024, frame);
    }

    void hat() {
        const Paint felt(m_palette.accentLight, m_palette.accentDark);
        switch (m_look.marks[3]) {
            case Cap:
                m_canvas.fill(blob({face(-1.12, -0.48), face(-0.95, -1.05), face(0, -1.38), face(0.95, -1.05),
                                    face(1.12, -0.48), face(0, -0.62)}),
                              felt);
                m_canvas.limb({face(-0.9, -0.50), face(0.1, -0.64), face(1.0, -0.50), face(1.5, -0.40)}, 0.05, 0.07,
                              m_palette.accentDark);
                m_canvas.fill(circle(face(0, -1.38), 0.035), m_palette.cream);
                break;
            case WideHat:
                m_canvas.fill(blob({face(-0.92, -0.62), face(-0.72, -1.52), face(0, -1.66), face(0.72, -1.52),
                                    face(0.92, -0.62)}),
                              felt);
                m_canvas.fill(ellipse(face(0, -0.66), m_width * 1.75, 0.085),
                              Paint(m_palette.accent, m_palette.accentDark));
                m_canvas.stroke(arc(face(0, -0.86), m_width * 0.90, 0.07, 10, 170), 0.075, m_palette.base);
                break;
            case Beanie:
                m_canvas.fill(blob({face(-1.12, -0.5), face(-0.98, -1.15), face(0, -1.52), face(0.98, -1.15),
                                    face(1.12, -0.5), face(0, -0.7)}),
                              felt);
                m_canvas.stroke(curve({face(-1.06, -0.50), face(0, -0.68), face(1.06, -0.50)}), 0.12, m_palette.cream);
                m_canvas.fill(circle(face(0, -1.6), 0.09), m_palette.cream);
                break;
            case Band:
                m_canvas.stroke(curve({face(-1.04, -0.52), face(-0.5, -0.80), face(0.5, -0.80), face(1.04, -0.52)}),
                                0.075, m_palette.accent);
                if (m_woman)
                    for (const int s : {-1, 1})
                        m_canvas.fill(leaf(face(0.72, -0.78), face(0.72 + s * 0.4, -1.0), 0.12), m_palette.accentLight);
                break;
            case Beret:
                m_canvas.fill(blob({face(-1.02, -0.62), face(-1.25, -1.05), face(-0.3, -1.5), face(0.75, -1.3),
                                    face(0.98, -0.66), face(0, -0.82)}),
                              felt);
                m_canvas.limb({face(-0.28, -1.45), face(-0.24, -1.62)}, 0.04, 0.03, m_palette.accentDark);
                break;
            default:
                break;
        }
    }

    static constexpr double kCentre = -0.12;
    Canvas& m_canvas;
    const Look& m_look;
    const Pose& m_pose;
    Palette m_palette;
    Random m_own;
    Colour m_skin, m_skinDark, m_hair, m_hairLight;
    double m_width = 0, m_height = 0;
    bool m_woman = false;
};

}  // namespace

void drawPortrait(Canvas& canvas, const Look& look, const Pose& pose) {
    Portrait(canvas, look, pose).draw();
}

}  // namespace lacuna::drawn
