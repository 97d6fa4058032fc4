// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Banded, Cratered, Continents, Stormy };

void surface(Canvas& canvas, const Look& look, const Pose& pose, const Palette& p, double r) {
    Random own(deriveSeed(look.seed, "surface"));
    const double drift = 0.18 * pose.turn;  // the planet has turned a little
    switch (look.marks[0]) {
        case Banded: {
            const Colour bands[] = {p.accent, p.light, p.accentLight, p.dark, p.accentDark, p.light};
            double y = -r;
            for (int i = 0; y < r; ++i) {
                const double height = r * own.uniform(0.12, 0.3);
                Path band;
                for (int k = 0; k <= 24; ++k)
                    band.push_back({-r + k * r / 12, y + 0.025 * std::sin(k * 0.9 + i * 2 + 4 * drift)});
                for (int k = 24; k >= 0; --k)
                    band.push_back({-r + k * r / 12, y + height + 0.025 * std::sin(k * 0.8 + i + 4 * drift)});
                if (i % 2)
                    canvas.fill(band, bands[(i / 2 + look.marks[5]) % 6]);
                y += height;
            }
            break;
        }
        case Cratered:
            for (int i = 0; i < 17; ++i) {
                const Point at(r * own.uniform(-0.95, 0.95) + drift, r * own.uniform(-0.95, 0.95));
                const double size = r * own.uniform(0.06, 0.2);
                canvas.fill(circle(at, size), i % 3 ? p.dark : p.accent);
                canvas.fill(circle(at + Point(0.15 * size, 0.18 * size), size * 0.82), i % 3 ? p.base : p.accentLight);
            }
            break;
        case Continents:
            for (int i = 0; i < 8; ++i) {
                const Point at(r * own.uniform(-0.9, 0.9) + drift, r * own.uniform(-0.8, 0.8));
                Path land;
                for (int k = 0; k < 7; ++k)
                    land.push_back(at + polar(r * own.uniform(0.14, 0.36), k * 360.0 / 7));
                canvas.fill(blob(land), Paint(p.accentLight, p.accentDark));
            }
            for (int i = 0; i < 5; ++i)
                canvas.limb({{r * own.uniform(-0.9, 0.3) + drift, r * (-0.7 + 0.33 * i)},
                             {r * own.uniform(0.2, 0.8) + drift, r * (-0.68 + 0.33 * i)}},
                            0.05, 0.02, Paint::thin(p.white, 0.75));
            break;
        default:
            for (int i = 0; i < 7; ++i)
                canvas.stroke(
                    arc({0.1 + drift, -0.05}, r * (0.16 + 0.17 * i), r * (0.10 + 0.14 * i), 20 * i, 250 + 20 * i),
                    0.055, i % 2 ? p.accent : p.light);
            canvas.fill(ellipse({0.1 + drift, -0.05}, r * 0.16, r * 0.11), p.accentDark);
            break;
    }
    if (look.marks[3] == 1)
        canvas.fill(ellipse({0, -r}, r * 0.62, r * 0.3), p.white);
    if (look.marks[3] == 2) {
        canvas.fill(ellipse({0.3 * r + drift, 0.38 * r}, 0.26 * r, 0.15 * r), p.accentDark);
        canvas.fill(ellipse({0.3 * r + drift, 0.38 * r}, 0.16 * r, 0.08 * r), p.cream);
    }
}

/// Half of the ring system: the far half is painted before the planet, the near one after it.
void rings(Canvas& canvas, const Look& look, const Palette& p, double r, bool near) {
    if (look.marks[1] == 0)
        return;
    const double from = near ? 0 : 180, tilt = 0.26 + 0.05 * look.marks[4];
    const auto ring = [&](double radius, double width, Colour colour) {
        canvas.stroke(arc({0, 0}, radius, radius * tilt, from, from + 180), width, Paint::thin(colour, 0.92));
    };
    if (look.marks[1] == 1)
        ring(r * 1.5, 0.05, p.accentLight);
    if (look.marks[1] == 2) {
        ring(r * 1.38, 0.10, p.accent);
        ring(r * 1.62, 0.10, p.accentLight);
        ring(r * 1.82, 0.03, p.cream);
    }
    if (look.marks[1] == 3)
        for (int i = 0; i < 4; ++i)
            ring(r * (1.32 + 0.16 * i), 0.035, i % 2 ? p.cream : p.accent);
}

}  // namespace

void drawPlanet(Canvas& canvas, const Look& look, const Pose& pose) {
    const Palette p = paletteOf(look);
    const double r = look.marks[1] ? 0.48 : 0.62, tilt = -24 + 16 * look.marks[4] + 5 * pose.sway;
    for (int glow = 4; glow > 0; --glow)
        canvas.fill(circle({0, 0}, r * (1 + 0.05 * glow)), Paint::thin(p.light, 0.055));
    canvas.placed({0, 0}, tilt, 1, 1, [&] {
        rings(canvas, look, p, r, false);
        canvas.fill(circle({0, 0}, r), Paint(p.light, p.base));
        canvas.clipped(circle({0, 0}, r), [&] { surface(canvas, look, pose, p, r); });
    });
    // The light comes from the upper left, whatever the axis.
    canvas.clipped(circle({0, 0}, r), [&] {
        for (int i = 0; i < 6; ++i) {
            Path night = circle({0, 0}, r * 1.2);
            const Path lit = circle({-0.34 * r + 0.10 * i * r - 0.2 * r, -0.3 * r + 0.07 * i * r - 0.15 * r}, r * 1.08);
            night.push_back(night.front());
            night.insert(night.end(), lit.rbegin(), lit.rend());
            night.push_back(lit.back());
            canvas.fill(night, Paint::thin(oklch(0.2, 0.05, 280), 0.12));
        }
        canvas.fill(ellipse({-0.42 * r, -0.48 * r}, 0.26 * r, 0.16 * r, -40), Paint::thin(p.white, 0.22));
    });
    canvas.placed({0, 0}, tilt, 1, 1, [&] { rings(canvas, look, p, r, true); });
    for (int moon = 0; moon < look.marks[2]; ++moon) {
        const Point at = polar(0.8, (moon ? 150 : -38) + 16 * pose.turn);
        canvas.fill(circle(at, 0.10 - 0.025 * moon), Paint(p.cream, p.accentDark));
        canvas.fill(circle(at + Point(-0.02, -0.01), 0.025), Paint::thin(p.accentDark, 0.5));
    }
}

}  // namespace lacuna::drawn
