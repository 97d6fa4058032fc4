// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

enum Form { Peak, Wave, Leaves, Sun, Wing, Cog, Rings, Spark };

void sign(Canvas& canvas, int form, int variant, const Paint& main, const Paint& second, Colour ground) {
    switch (form) {
        case Peak:
            canvas.fill(Path{{-0.42, 0.28}, {-0.08, -0.32}, {0.26, 0.28}}, main);
            canvas.fill(Path{{0.0, 0.28}, {0.22, -0.08}, {0.44, 0.28}}, second);
            canvas.fill(Path{{-0.20, -0.10}, {-0.08, -0.32}, {0.04, -0.10}, {-0.04, -0.04}, {-0.10, -0.12}}, ground);
            break;
        case Wave:
            for (int i = 0; i < 3; ++i)
                canvas.limb({{-0.42, -0.16 + 0.2 * i},
                             {-0.2, -0.28 + 0.2 * i},
                             {0, -0.16 + 0.2 * i},
                             {0.2, -0.04 + 0.2 * i},
                             {0.42, -0.16 + 0.2 * i}},
                            0.11, 0.11, i == variant ? second : main);
            break;
        case Leaves:
            for (const double angle : {-150.0, -90.0, -30.0})
                canvas.fill(leaf({0, 0.32}, Point(0, 0.32) + polar(angle == -90 ? 0.72 : 0.55, angle), 0.30),
                            angle == -90 ? second : main);
            break;
        case Sun:
            for (int i = 0; i < 10 + 2 * variant; ++i)
                canvas.limb({polar(0.28, i * 360.0 / (10 + 2 * variant)), polar(0.42, i * 360.0 / (10 + 2 * variant))},
                            0.08, 0.05, second);
            canvas.fill(circle({0, 0}, 0.22), main);
            break;
        case Wing:
            for (int i = 0; i < 4; ++i)
                canvas.fill(leaf({-0.32, 0.24}, Point(-0.32, 0.24) + polar(0.88 - 0.10 * i, -52 + 19 * i), 0.17),
                            i % 2 ? second : main);
            break;
        case Cog: {
            Path cog;
            for (int i = 0; i < 36; ++i)
                cog.push_back(polar(i % 4 < 2 ? 0.42 : 0.32, i * 10));
            canvas.fill(cog, main);
            canvas.fill(circle({0, 0}, 0.20), ground);
            canvas.fill(variant ? star({0, 0}, 3 + variant, 0.16, 0.08) : circle({0, 0}, 0.12), second);
            break;
        }
        case Rings:
            for (int i = 0; i < 3; ++i)
                canvas.stroke(circle(polar(0.19, -90 + 120 * i), 0.22), 0.085, i == variant ? second : main, true);
            break;
        default:
            canvas.fill(star({0, 0}, 4 + variant, 0.46, 0.15), main);
            canvas.fill(star({0, 0}, 4 + variant, 0.22, 0.08, 30), second);
            break;
    }
}

}  // namespace

void drawLogo(Canvas& canvas, const Look& look, const Pose& pose) {
    const Palette p = paletteOf(look);
    const bool words = look.figure == Figure::Logo && !look.title.empty();
    const bool darkCard = look.marks[2] == 1;
    const Colour card = darkCard             ? oklch(0.28, 0.05, look.hue)
                        : look.marks[2] == 2 ? oklch(0.93, 0.04, look.hue)
                                             : Colour{252, 251, 248};
    canvas.placed({0, 0}, 0, 1 - 0.10 * std::abs(pose.turn), 1, [&] {
        canvas.fill(roundBox(-0.76, -0.72, 0.80, 0.80, 0.08), Paint::thin({20, 24, 40}, 0.20));
        canvas.fill(roundBox(-0.80, -0.78, 0.80, 0.74, 0.08), Paint(card, mix(card, {160, 165, 180}, 0.10)));
        const Point at(0, words ? -0.16 : 0.0);
        canvas.placed(at, 0, words ? 1 : 1.25, words ? 1 : 1.25, [&] {
            Colour ground = card;
            Paint main(p.light, p.base), second(p.accentLight, p.accent);
            const int frame = look.marks[1];
            if (frame > 0) {
                ground = look.marks[4] ? p.dark : p.base;
                main = Paint(p.white);
                second = Paint(p.accentLight);
            }
            if (frame == 1)
                canvas.fill(circle({0, 0}, 0.50), Paint(mix(ground, p.light, 0.5), ground));
            if (frame == 2)
                canvas.fill(roundBox(-0.48, -0.48, 0.48, 0.48, 0.16), Paint(mix(ground, p.light, 0.5), ground));
            if (frame == 3)
                canvas.fill(star({0, 0}, 3, 0.56, 0.50, 0), Paint(mix(ground, p.light, 0.5), ground));
            canvas.placed({0, 0}, 0, frame ? 0.74 : 1.08, frame ? 0.74 : 1.08,
                          [&] { sign(canvas, look.marks[0] % 8, look.marks[3], main, second, ground); });
        });
        if (words) {
            const Colour ink = darkCard ? p.white : look.marks[5] ? p.ink : p.dark;
            canvas.text(look.title, {0, 0.53}, 0.17, 1.3, ink, false, look.marks[5] == 1 ? 0.7 : 1.25);
            if (look.marks[5] == 2)
                canvas.fill(roundBox(-0.2, 0.65, 0.2, 0.68, 0.01), p.accent);
        }
    });
}

}  // namespace lacuna::drawn
