// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Tower, Dome, Bridge, Temple, Light, Clock, Mill, Palace, Pagoda };

/// One façade on its ground line. Walls wear the look's hue, roofs and trim the accent.
class Building {
public:
    Building(Canvas& canvas, const Look& look, const Pose& pose)
        : m_canvas(canvas), m_look(look), m_pose(pose), m_palette(paletteOf(look)) {}

    void draw() {
        surroundings(false);
        switch (m_look.marks[0]) {
            case Tower:
                tower();
                break;
            case Dome:
                dome();
                break;
            case Bridge:
                bridge();
                break;
            case Temple:
                temple();
                break;
            case Light:
                lighthouse();
                break;
            case Clock:
                clock();
                break;
            case Mill:
                mill();
                break;
            case Palace:
                palace();
                break;
            default:
                pagoda();
                break;
        }
        surroundings(true);
    }

private:
    Paint wall() const { return {m_palette.light, m_palette.base}; }
    Paint roof() const { return {m_palette.accentLight, m_palette.accentDark}; }

    /// A wall with its shaded right side.
    void block(double left, double top, double right, double bottom) {
        m_canvas.fill(box(left, top, right, bottom), wall());
        m_canvas.fill(box(right - 0.22 * (right - left), top, right, bottom), Paint::thin(m_palette.deep, 0.22));
        m_canvas.fill(box(left, bottom - 0.05, right, bottom), Paint::thin(m_palette.deep, 0.4));
        if (m_look.marks[2] == 1)
            for (double y = top + 0.08; y < bottom - 0.05; y += 0.12)
                m_canvas.fill(box(left, y, right, y + 0.018), Paint::thin(m_palette.dark, 0.5));
        if (m_look.marks[2] == 2)
            m_canvas.fill(box(left, top, right, top + 0.07), m_palette.cream);
    }

    void window(Point c, double w, double h) {
        const Paint glass(oklch(0.93, 0.08, 90), oklch(0.80, 0.11, 75));
        const Paint dark(oklch(0.42, 0.05, 250), oklch(0.32, 0.05, 260));
        const Paint& pane = m_look.marks[5] == 1 ? glass : dark;
        switch (m_look.marks[1]) {
            case 0:
                m_canvas.fill(box(c.x - w / 2, c.y - h / 2, c.x + w / 2, c.y + h / 2), pane);
                break;
            case 1: {
                Path arch = arc({c.x, c.y - h / 2 + w / 2}, w / 2, w / 2, 180, 360);
                arch.push_back({c.x + w / 2, c.y + h / 2});
                arch.push_back({c.x - w / 2, c.y + h / 2});
                m_canvas.fill(arch, pane);
                m_canvas.stroke(arch, 0.018, m_palette.cream, true);
                break;
            }
            case 2:
                m_canvas.fill(circle(c, w * 0.6), m_palette.cream);
                m_canvas.fill(circle(c, w * 0.45), pane);
                break;
            default:
                m_canvas.fill(box(c.x - w / 2 - 0.02, c.y - h / 2 - 0.02, c.x + w / 2 + 0.02, c.y + h / 2 + 0.02),
                              m_palette.cream);
                m_canvas.fill(box(c.x - w / 2, c.y - h / 2, c.x + w / 2, c.y + h / 2), pane);
                m_canvas.fill(box(c.x - 0.008, c.y - h / 2, c.x + 0.008, c.y + h / 2), m_palette.cream);
                break;
        }
    }

    void windows(double left, double top, double right, double bottom, int columns, int rows) {
        const double w = (right - left) / columns, h = (bottom - top) / rows;
        for (int i = 0; i < columns; ++i)
            for (int j = 0; j < rows; ++j)
                window({left + (i + 0.5) * w, top + (j + 0.5) * h}, std::min(0.5 * w, 0.13), std::min(0.6 * h, 0.2));
    }

    void door(double x, double w, double h) {
        Path arch = arc({x, 0.8 - h + w / 2}, w / 2, w / 2, 180, 360);
        arch.push_back({x + w / 2, 0.8});
        arch.push_back({x - w / 2, 0.8});
        m_canvas.fill(arch, Paint(m_palette.accentDark, mix(m_palette.accentDark, m_palette.ink, 0.5)));
        m_canvas.stroke(arch, 0.022, m_palette.cream, true);
    }

    void flag(Point foot) {
        m_canvas.stroke({foot, foot + Point(0, -0.2)}, 0.018, m_palette.ink);
        const double wave = 0.03 * m_pose.sway;
        m_canvas.fill(blob({foot + Point(0, -0.2), foot + Point(0.1, -0.19 + wave), foot + Point(0.19, -0.17 - wave),
                            foot + Point(0.10, -0.12 + wave), foot + Point(0, -0.10)}),
                      m_palette.accent);
    }

    void gable(double left, double right, double y, double height, double over = 0.05) {
        switch (m_look.marks[3]) {
            case 0:
                m_canvas.fill(Path{{left - over, y}, {(left + right) / 2, y - height}, {right + over, y}}, roof());
                break;
            case 1:
                m_canvas.fill(Path{{left - over, y},
                                   {left + 0.1, y - height * 0.7},
                                   {right - 0.1, y - height * 0.7},
                                   {right + over, y}},
                              roof());
                break;
            case 2:
                for (double x = left; x < right - 0.01; x += (right - left) / 5)
                    m_canvas.fill(box(x, y - 0.12, x + (right - left) / 8, y + 0.01), m_palette.base);
                m_canvas.fill(box(left - 0.03, y - 0.02, right + 0.03, y + 0.05), m_palette.accent);
                break;
            default:
                m_canvas.fill(blob({{left - over, y},
                                    {(left * 3 + right) / 4, y - height * 0.5},
                                    {(left + right) / 2, y - height * 1.15},
                                    {(left + right * 3) / 4, y - height * 0.5},
                                    {right + over, y},
                                    {(left + right) / 2, y + 0.03}}),
                              roof());
                break;
        }
    }

    void tower() {
        block(-0.46, 0.3, 0.46, 0.8);
        windows(-0.44, 0.36, -0.14, 0.74, 2, 1);
        windows(0.14, 0.36, 0.44, 0.74, 2, 1);
        block(-0.21, -0.5, 0.21, 0.8);
        windows(-0.19, -0.42, 0.19, 0.5, 2, 4);
        gable(-0.21, 0.21, -0.5, 0.36);
        door(0, 0.17, 0.24);
        flag({0, m_look.marks[3] == 2 ? -0.58 : -0.78});
    }

    void dome() {
        block(-0.62, 0.22, 0.62, 0.8);
        windows(-0.6, 0.3, -0.14, 0.72, 3, 1);
        windows(0.14, 0.3, 0.6, 0.72, 3, 1);
        door(0, 0.2, 0.36);
        block(-0.34, 0.02, 0.34, 0.22);
        windows(-0.32, 0.03, 0.32, 0.2, 5, 1);
        Path cap = arc({0, 0.03}, 0.38, 0.48, 180, 360);
        m_canvas.fill(cap, roof());
        m_canvas.clipped(cap, [&] {
            for (const double k : {-0.62, -0.22, 0.22, 0.62})
                m_canvas.stroke(arc({0, 0.03}, 0.38 * std::abs(k), 0.48, k < 0 ? 180 : 270, k < 0 ? 270 : 360), 0.02,
                                Paint::thin(m_palette.cream, 0.7));
        });
        m_canvas.fill(box(-0.42, 0.01, 0.42, 0.06), m_palette.cream);
        m_canvas.fill(roundBox(-0.06, -0.56, 0.06, -0.42, 0.03), m_palette.cream);
        flag({0, -0.54});
        if (m_look.marks[4] > 1)
            for (const int s : {-1, 1}) {
                m_canvas.fill(arc({s * 0.52, 0.22}, 0.11, 0.15, 180, 360), roof());
                m_canvas.stroke({{s * 0.52, 0.08}, {s * 0.52, 0.0}}, 0.018, m_palette.ink);
            }
    }

    void bridge() {
        m_canvas.fill(box(-1.4, 0.52, 1.4, 1.4), Paint(oklch(0.76, 0.07, 230), oklch(0.58, 0.08, 240), 1, true));
        for (int i = 0; i < 6; ++i)
            m_canvas.limb({{-0.9 + 0.33 * i + 0.05 * m_pose.sway, 0.62 + 0.06 * (i % 3)},
                           {-0.72 + 0.33 * i, 0.62 + 0.06 * (i % 3)}},
                          0.022, 0.01, Paint::thin(m_palette.white, 0.6));
        for (const double x : {-0.45, 0.45}) {
            m_canvas.fill(box(x - 0.10, -0.5, x + 0.10, 0.62), wall());
            m_canvas.fill(box(x + 0.04, -0.5, x + 0.10, 0.62), Paint::thin(m_palette.deep, 0.25));
            windows(x - 0.08, -0.4, x + 0.08, 0.1, 1, 2);
            gable(x - 0.10, x + 0.10, -0.5, 0.25, 0.03);
        }
        const auto cable = [&](double from, double to, double dip) {
            Path line;
            for (int k = 0; k <= 16; ++k) {
                const double t = k / 16.0, x = from + (to - from) * t;
                line.push_back({x, -0.42 + (dip + 0.42) * 4 * t * (1 - t)});
                if (k % 2 == 0)
                    m_canvas.stroke({line.back(), {x, 0.26}}, 0.012, m_palette.dark);
            }
            m_canvas.stroke(line, 0.03, m_palette.accentDark);
        };
        cable(-0.45, 0.45, 0.12);
        for (const int s : {-1, 1}) {
            m_canvas.stroke(curve({{s * 0.45, -0.42}, {s * 0.75, 0.0}, {s * 1.25, 0.24}}), 0.03, m_palette.accentDark);
            for (const double x : {0.6, 0.75, 0.9})
                m_canvas.stroke({{s * x, -0.42 + (x - 0.45) * 1.1}, {s * x, 0.26}}, 0.012, m_palette.dark);
        }
        m_canvas.fill(box(-1.4, 0.24, 1.4, 0.36), roof());
        m_canvas.fill(box(-1.4, 0.24, 1.4, 0.27), m_palette.cream);
        if (m_look.marks[4] % 2)
            for (int i = -4; i < 5; ++i)
                m_canvas.fill(circle({i * 0.22, 0.19}, 0.028), oklch(0.93, 0.10, 90));
    }

    void temple() {
        for (int i = 0; i < 3; ++i)
            m_canvas.fill(box(-0.74 + 0.05 * i, 0.74 - 0.06 * i, 0.74 - 0.05 * i, 0.8 - 0.06 * i),
                          mix(m_palette.cream, m_palette.base, 0.25 + 0.2 * (i % 2)));
        m_canvas.fill(box(-0.58, 0.0, 0.58, 0.62), Paint(m_palette.dark, m_palette.deep));
        door(0, 0.18, 0.44);
        const int columns = 4 + m_look.marks[1];
        for (int i = 0; i < columns; ++i) {
            const double x = -0.54 + 1.08 * i / (columns - 1);
            m_canvas.fill(box(x - 0.055, 0.02, x + 0.055, 0.62), wall());
            m_canvas.fill(box(x + 0.015, 0.02, x + 0.055, 0.62), Paint::thin(m_palette.deep, 0.25));
            m_canvas.fill(box(x - 0.08, 0.56, x + 0.08, 0.62), m_palette.cream);
            m_canvas.fill(box(x - 0.08, 0.0, x + 0.08, 0.05), m_palette.cream);
        }
        m_canvas.fill(box(-0.68, -0.1, 0.68, 0.02), Paint(m_palette.accent, m_palette.accentDark));
        m_canvas.fill(Path{{-0.74, -0.1}, {0, -0.52}, {0.74, -0.1}}, roof());
        m_canvas.fill(Path{{-0.52, -0.13}, {0, -0.42}, {0.52, -0.13}}, m_palette.base);
        if (m_look.marks[4] == 0)
            m_canvas.fill(circle({0, -0.22}, 0.08), m_palette.cream);
        else
            m_canvas.fill(star({0, -0.22}, 4 + m_look.marks[4], 0.11, 0.05), m_palette.cream);
        flag({0, -0.5});
    }

    void lighthouse() {
        m_canvas.fill(
            blob({{-0.7, 0.86}, {-0.5, 0.66}, {-0.1, 0.58}, {0.3, 0.62}, {0.66, 0.76}, {0.72, 0.86}, {0, 0.92}}),
            Paint(oklch(0.6, 0.03, 260), oklch(0.42, 0.03, 260)));
        const Path body{{-0.17, -0.4}, {0.17, -0.4}, {0.27, 0.68}, {-0.27, 0.68}};
        m_canvas.fill(body, Paint(m_palette.cream, mix(m_palette.cream, m_palette.base, 0.3)));
        m_canvas.clipped(body, [&] {
            if (m_look.marks[2] == 0)
                for (int i = 0; i < 3; ++i)
                    m_canvas.fill(box(-0.4, -0.28 + 0.36 * i, 0.4, -0.10 + 0.36 * i), wall());
            else
                for (int i = -1; i < 5; ++i)
                    m_canvas.fill(Path{{-0.4, -0.2 + 0.3 * i},
                                       {0.4, -0.45 + 0.3 * i},
                                       {0.4, -0.30 + 0.3 * i},
                                       {-0.4, -0.05 + 0.3 * i}},
                                  wall());
            m_canvas.fill(box(0.06, -0.5, 0.4, 0.8), Paint::thin(m_palette.deep, 0.18));
        });
        for (const double side : {-1.0, 1.0})
            m_canvas.fill(
                Path{{0, -0.5}, {side * 1.3, -0.75 + 0.15 * m_pose.sway}, {side * 1.3, -0.40 + 0.15 * m_pose.sway}},
                Paint::thin(oklch(0.95, 0.09, 95), 0.45));
        m_canvas.fill(box(-0.13, -0.6, 0.13, -0.42), oklch(0.93, 0.11, 92));
        m_canvas.fill(roundBox(-0.24, -0.44, 0.24, -0.37, 0.02), m_palette.accentDark);
        m_canvas.fill(arc({0, -0.58}, 0.17, 0.17, 180, 360), roof());
        m_canvas.stroke({{0, -0.74}, {0, -0.84}}, 0.02, m_palette.ink);
        window({0, -0.02}, 0.09, 0.13);
        window({0, 0.32}, 0.09, 0.13);
        door(0, 0.15, 0.24);
        block(0.24, 0.46, 0.62, 0.74);
        gable(0.24, 0.62, 0.46, 0.2, 0.04);
    }

    void clock() {
        block(-0.6, 0.34, 0.6, 0.8);
        windows(-0.58, 0.42, -0.24, 0.74, 2, 1);
        windows(0.24, 0.42, 0.58, 0.74, 2, 1);
        block(-0.23, -0.42, 0.23, 0.8);
        gable(-0.23, 0.23, -0.42, 0.42);
        m_canvas.fill(circle({0, -0.18}, 0.20), m_palette.accentDark);
        m_canvas.fill(circle({0, -0.18}, 0.165), m_palette.cream);
        for (int i = 0; i < 12; ++i)
            m_canvas.fill(circle(Point(0, -0.18) + polar(0.135, i * 30), 0.012), m_palette.ink);
        const double hour = m_pose.turn * 120;  // the hands go with the hour of the view
        m_canvas.stroke({{0, -0.18}, Point(0, -0.18) + polar(0.12, -90 + hour)}, 0.024, m_palette.ink);
        m_canvas.stroke({{0, -0.18}, Point(0, -0.18) + polar(0.085, 20 + hour / 12)}, 0.03, m_palette.ink);
        windows(-0.2, 0.08, 0.2, 0.5, m_look.marks[4] % 2 ? 2 : 1, 2);
        door(0, 0.17, 0.24);
    }

    void mill() {
        const Path body{{-0.24, -0.22}, {0.24, -0.22}, {0.40, 0.8}, {-0.40, 0.8}};
        m_canvas.fill(body, wall());
        m_canvas.clipped(body, [&] {
            m_canvas.fill(box(0.1, -0.3, 0.6, 0.9), Paint::thin(m_palette.deep, 0.2));
            for (double y = 0.0; m_look.marks[2] && y < 0.8; y += 0.16)
                m_canvas.fill(box(-0.5, y, 0.5, y + 0.02), Paint::thin(m_palette.dark, 0.5));
        });
        m_canvas.fill(arc({0, -0.2}, 0.29, 0.30, 180, 360), roof());
        window({-0.02, 0.12}, 0.12, 0.16);
        window({0.14, 0.42}, 0.10, 0.14);
        door(-0.06, 0.2, 0.28);
        const Point hub(0, -0.2);
        for (int i = 0; i < 4 + (m_look.marks[4] == 3 ? 2 : 0); ++i)
            m_canvas.placed(hub, i * (m_look.marks[4] == 3 ? 60 : 90) + 24 + 30 * m_pose.sway, 1, 1, [&] {
                m_canvas.fill(box(0.06, -0.01, 0.62, 0.13), m_look.marks[4] % 2
                                                                ? Paint(m_palette.accentLight, m_palette.accent)
                                                                : Paint(m_palette.cream));
                for (double x = 0.14; x < 0.6; x += 0.12)
                    m_canvas.stroke({{x, 0}, {x, 0.13}}, 0.012, m_palette.accentDark);
                m_canvas.stroke({{0, 0}, {0.64, 0}}, 0.032, oklch(0.42, 0.05, 50));
            });
        m_canvas.fill(circle(hub, 0.055), m_palette.ink);
    }

    void palace() {
        block(-0.72, 0.24, 0.72, 0.8);
        windows(-0.5, 0.3, 0.5, 0.56, 6, 1);
        const auto turret = [&](double x, double top) {
            block(x - 0.13, top, x + 0.13, 0.8);
            window({x, top + 0.2}, 0.11, 0.16);
            if (m_look.marks[3] % 2)
                m_canvas.fill(blob({{x - 0.17, top},
                                    {x - 0.13, top - 0.15},
                                    {x, top - 0.38},
                                    {x + 0.13, top - 0.15},
                                    {x + 0.17, top},
                                    {x, top + 0.03}}),
                              roof());
            else
                m_canvas.fill(Path{{x - 0.18, top}, {x, top - 0.36}, {x + 0.18, top}}, roof());
            flag({x, top - 0.32});
        };
        turret(-0.68, 0.02);
        turret(0.68, 0.02);
        if (m_look.marks[4] % 2) {
            turret(-0.26, -0.14);
            turret(0.26, -0.14);
        } else {
            turret(0, -0.3);
        }
        door(0, 0.22, 0.32);
    }

    void pagoda() {
        const int floors = 3 + (m_look.marks[4] % 2);
        const double height = 1.2 / floors;
        for (int i = 0; i < floors; ++i) {
            const double w = 0.48 - 0.09 * i, bottom = 0.8 - i * height, top = bottom - height;
            block(-w, top + 0.08, w, bottom);
            windows(-w + 0.04, top + 0.16, w - 0.04, bottom - 0.04, 4 - i / 2 * 2 + (i == 0), 1);
            m_canvas.fill(blob({{-w - 0.26, top + 0.08},
                                {-w - 0.02, top + 0.04},
                                {-w + 0.08, top - 0.08},
                                {w - 0.08, top - 0.08},
                                {w + 0.02, top + 0.04},
                                {w + 0.26, top + 0.08},
                                {w, top + 0.15},
                                {-w, top + 0.15}}),
                          roof());
        }
        const double peak = 0.8 - floors * height;
        m_canvas.fill(Path{{-0.16, peak - 0.02}, {0, peak - 0.2}, {0.16, peak - 0.02}}, roof());
        m_canvas.stroke({{0, peak - 0.15}, {0, peak - 0.36}}, 0.025, m_palette.cream);
        for (int i = 0; i < 3; ++i)
            m_canvas.fill(circle({0, peak - 0.2 - 0.06 * i}, 0.035 - 0.006 * i), m_palette.cream);
        door(0, 0.17, 0.22);
    }

    void surroundings(bool near) {
        const Colour bush = oklch(0.55, 0.10, 140), bushDark = oklch(0.42, 0.09, 145);
        if (m_look.marks[0] == Bridge || m_look.marks[0] == Light || !near)
            return;
        if (m_look.marks[5] == 0)
            for (const double x : {-0.74, 0.76}) {
                m_canvas.stroke({{x, 0.82}, {x, 0.55}}, 0.035, oklch(0.42, 0.05, 50));
                m_canvas.fill(leaf({x, 0.72}, {x + 0.02 * m_pose.sway, 0.20}, 0.26), Paint(bush, bushDark));
            }
        if (m_look.marks[5] == 2)
            for (const double x : {-0.68, -0.5, 0.5, 0.7})
                m_canvas.fill(ellipse({x, 0.79}, 0.13, 0.09), Paint(bush, bushDark));
    }

    Canvas& m_canvas;
    const Look& m_look;
    const Pose& m_pose;
    Palette m_palette;
};

}  // namespace

void drawBuilding(Canvas& canvas, const Look& look, const Pose& pose) {
    Building(canvas, look, pose).draw();
}

}  // namespace lacuna::drawn
