// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What hangs in a cinema or runs on a screen: film posters and title cards of series.
#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <cmath>

namespace lacuna::drawn {
namespace {

/// A long title in two lines, broken before its last word.
void title(Canvas& canvas, const std::string& words, Point centre, double height, double width, const Paint& paint,
           bool serif) {
    const std::size_t space = words.rfind(' ');
    if (words.size() < 8 || space == std::string::npos) {
        canvas.text(words, centre, height, width, paint, serif, 1.2);
        return;
    }
    canvas.text(words.substr(0, space), centre - Point(0, 0.80 * height), height * 0.9, width, paint, serif, 1.2);
    canvas.text(words.substr(space + 1), centre + Point(0, 0.80 * height), height * 0.9, width, paint, serif, 1.2);
}

void smallPrint(Canvas& canvas, double y, double halfWidth, const Paint& ink) {
    for (int i = 0; i < 2; ++i)
        for (double x = -halfWidth; x < halfWidth - 0.05; x += 0.17)
            canvas.fill(box(x + 0.03 * i, y + 0.035 * i, x + 0.13, y + 0.035 * i + 0.014), ink);
}

enum Motif { Lantern, Key, Bell, Eye, Train, Mask, Compass, Moon };

void motif(Canvas& canvas, int which, const Palette& p, const Pose& pose) {
    const Paint main(p.accentLight, p.accent);
    const Colour ink = p.ink;
    switch (which) {
        case Lantern:
            for (int i = 3; i > 0; --i)
                canvas.fill(circle({0, 0.05}, 0.20 + 0.09 * i), Paint::thin(p.cream, 0.18));
            canvas.stroke(arc({0, -0.28}, 0.12, 0.14, 180, 360), 0.035, ink);
            canvas.fill(roundBox(-0.18, -0.30, 0.18, -0.22, 0.02), ink);
            canvas.fill(roundBox(-0.15, -0.22, 0.15, 0.24, 0.05), main);
            canvas.fill(leaf({0, 0.18}, {0.02 * pose.sway, -0.14}, 0.14), p.cream);
            canvas.fill(roundBox(-0.19, 0.24, 0.19, 0.33, 0.02), ink);
            break;
        case Key:
            canvas.stroke(circle({-0.26, 0}, 0.15), 0.085, main, true);
            canvas.limb({{-0.1, 0}, {0.42, 0}}, 0.085, 0.085, main);
            canvas.limb({{0.24, 0}, {0.24, 0.16}}, 0.075, 0.075, main);
            canvas.limb({{0.38, 0}, {0.38, 0.20}}, 0.075, 0.075, main);
            break;
        case Bell:
            canvas.placed({0, -0.3}, 8 * pose.sway, 1, 1, [&] {
                canvas.fill(blob({{0, -0.05},
                                  {-0.17, 0.08},
                                  {-0.20, 0.38},
                                  {-0.32, 0.55},
                                  {0, 0.58},
                                  {0.32, 0.55},
                                  {0.20, 0.38},
                                  {0.17, 0.08}}),
                            main);
                canvas.fill(circle({0, 0.62}, 0.075), ink);
                canvas.fill(box(-0.24, 0.42, 0.24, 0.47), p.cream);
            });
            break;
        case Eye:
            canvas.fill(leaf({-0.48, 0}, {0.48, 0}, 0.50), p.cream);
            canvas.fill(circle({0.06 * pose.turn, 0}, 0.19), main);
            canvas.fill(circle({0.06 * pose.turn, 0}, 0.09), ink);
            canvas.fill(circle({0.06 * pose.turn - 0.05, -0.06}, 0.04), p.white);
            break;
        case Train:
            canvas.fill(roundBox(-0.42, -0.16, 0.20, 0.18, 0.06), main);
            canvas.fill(roundBox(0.02, -0.34, 0.36, 0.18, 0.05), Paint(p.base, p.dark));
            canvas.fill(box(0.09, -0.25, 0.29, -0.08), p.cream);
            canvas.fill(box(-0.36, -0.32, -0.24, -0.14), ink);
            for (const double x : {-0.28, -0.04, 0.22})
                canvas.fill(circle({x, 0.22}, 0.10), ink);
            for (int i = 0; i < 3; ++i)
                canvas.fill(circle({-0.30 - 0.08 * i, -0.40 - 0.05 * i + 0.02 * pose.sway}, 0.06 + 0.02 * i),
                            Paint::thin(p.white, 0.6));
            break;
        case Mask:
            for (const int s : {-1, 1}) {
                const Point c(s * 0.18, s * 0.04);
                canvas.fill(blob({c + Point(-0.20, -0.24), c + Point(0.20, -0.24), c + Point(0.18, 0.08),
                                  c + Point(0, 0.30), c + Point(-0.18, 0.08)}),
                            s < 0 ? main : Paint(p.cream, p.cream));
                for (const int e : {-1, 1})
                    canvas.fill(ellipse(c + Point(e * 0.08, -0.08), 0.045, 0.03), ink);
                canvas.stroke(arc(c + Point(0, s < 0 ? 0.04 : 0.13), 0.09, 0.07, s < 0 ? 20 : 200, s < 0 ? 160 : 340),
                              0.03, ink);
            }
            break;
        case Compass:
            canvas.fill(circle({0, 0}, 0.40), ink);
            canvas.fill(circle({0, 0}, 0.33), p.cream);
            canvas.placed({0, 0}, 30 + 12 * pose.sway, 1, 1, [&] {
                canvas.fill(Path{{0, -0.29}, {0.09, 0}, {-0.09, 0}}, main);
                canvas.fill(Path{{0, 0.29}, {0.09, 0}, {-0.09, 0}}, Paint(p.dark));
            });
            break;
        default:
            canvas.fill(circle({0, 0}, 0.38), Paint(p.cream, p.accentLight));
            canvas.fill(circle({0.16, -0.08}, 0.32), p.deep);
            canvas.fill(star({0.22, 0.02}, 5, 0.12, 0.05), p.cream);
            break;
    }
}

}  // namespace

void drawPoster(Canvas& canvas, const Look& look, const Pose& pose) {
    const Palette p = paletteOf(look);
    canvas.placed({0, 0}, 0, 1 - 0.08 * std::abs(pose.turn), 1, [&] {
        canvas.fill(box(-0.60, -0.86, 0.66, 0.94), Paint::thin({20, 22, 36}, 0.25));
        const bool paper = look.marks[4] != 1;
        canvas.fill(box(-0.64, -0.92, 0.64, 0.92), paper ? mix(p.cream, p.light, 0.12 * look.marks[4]) : p.ink);
        const double inset = look.marks[4] == 2 ? 0 : 0.05;
        const bool top = look.marks[1] == 1 || look.marks[1] == 3;
        const double band = look.marks[1] < 2 ? 0.44 : 0;  // title on a band of paper, or on the picture itself
        const double from = -0.92 + inset + (top ? band : 0), to = 0.92 - inset - (top ? 0 : band);
        drawScene(canvas, look.marks[0], {-0.64 + inset, from, 1.28 - 2 * inset, to - from}, p, look, pose);
        const Colour onPaper = paper ? p.dark : p.accentLight, onPicture = p.white;
        const double y = top ? (band > 0 ? -0.70 : -0.68) : (band > 0 ? 0.66 : 0.62);
        if (band == 0)
            canvas.fill(box(-0.64 + inset, y - 0.24, 0.64 - inset, y + 0.24), Paint::thin(p.ink, 0.45));
        title(canvas, look.title, {0, y}, 0.145, 1.10, band > 0 ? onPaper : onPicture, look.marks[5] == 1);
        if (!top)
            smallPrint(canvas, 0.845, 0.45, Paint::thin(band > 0 ? onPaper : onPicture, 0.6));
        if (look.marks[5] == 2)
            canvas.fill(star({0.46, top ? 0.74 : -0.74}, 9, 0.13, 0.10), p.accent);
    });
}

void drawTitleCard(Canvas& canvas, const Look& look, const Pose& pose) {
    const Palette p = paletteOf(look);
    const cv::Rect2d screen(-0.94, -0.60, 1.88, 1.20);
    canvas.placed({0, 0}, 0, 1 - 0.06 * std::abs(pose.turn), 1, [&] {
        canvas.fill(roundBox(-0.98, -0.62, 1.0, 0.72, 0.06), Paint::thin({20, 22, 36}, 0.25));
        canvas.fill(roundBox(-0.99, -0.65, 0.99, 0.65, 0.06), Colour{26, 28, 36});
        const Path frame = box(screen.x, screen.y, screen.x + screen.width, screen.y + screen.height);
        canvas.clipped(frame, [&] {
            canvas.fill(frame, Paint(p.base, p.deep, 1, true));
            const bool left = look.marks[2] == 1;
            const bool centred = look.marks[2] >= 2;
            const Point at(centred ? 0 : left ? -0.48 : 0.48, centred ? -0.15 : 0);
            switch (look.marks[1]) {
                case 0:
                    for (int i = 0; i < 14; ++i)
                        canvas.fill(Path{at, at + polar(2.4, i * 360.0 / 14 + 4 * pose.sway),
                                         at + polar(2.4, (i + 0.5) * 360.0 / 14 + 4 * pose.sway)},
                                    Paint::thin(p.light, 0.55));
                    break;
                case 1:
                    for (int i = 5; i > 0; --i)
                        canvas.fill(circle(at, 0.24 * i), i % 2 ? Paint(p.dark) : Paint(p.light));
                    break;
                case 2:
                    for (int i = -6; i < 7; ++i)
                        canvas.fill(Path{{0.32 * i, -0.7},
                                         {0.32 * i + 0.16, -0.7},
                                         {0.32 * i - 0.34, 0.7},
                                         {0.32 * i - 0.50, 0.7}},
                                    Paint::thin(p.light, 0.6));
                    break;
                default:
                    canvas.fill(
                        blob(
                            {{-1, 0.7}, {-1, 0.24}, {-0.4, 0.34}, {0.1, 0.12}, {0.6, 0.28}, {1.05, 0.06}, {1.05, 0.7}}),
                        p.dark);
                    canvas.fill(blob({{-1, 0.75}, {-1, 0.46}, {-0.3, 0.38}, {0.3, 0.5}, {1.05, 0.34}, {1.05, 0.75}}),
                                p.deep);
                    break;
            }
            if (look.marks[3] == 1)
                canvas.fill(circle(at, centred ? 0.40 : 0.44), Paint(p.cream, p.accentLight));
            if (look.marks[3] == 2)
                canvas.fill(centred ? roundBox(-0.42, -0.55, 0.42, 0.24, 0.06)
                                    : roundBox(at.x - 0.44, -0.5, at.x + 0.44, 0.5, 0.06),
                            Paint::thin(p.ink, 0.72));
            canvas.placed(at, 0, centred ? 0.80 : 0.88, centred ? 0.80 : 0.88,
                          [&] { motif(canvas, look.marks[0], p, pose); });
            const Point words(centred ? 0 : left ? 0.43 : -0.43, centred ? 0.415 : 0.0);
            if (look.marks[4] == 1)
                canvas.fill(
                    centred ? box(-1, 0.28, 1, 0.56) : roundBox(words.x - 0.47, -0.30, words.x + 0.47, 0.30, 0.03),
                    Paint::thin(p.ink, 0.6));
            if (centred)
                canvas.text(look.title, words, 0.15, 1.6, p.white, look.marks[5] == 1, 1.3);
            else
                title(canvas, look.title, words, 0.16, 0.84, p.white, look.marks[5] == 1);
            if (look.marks[5] == 2)
                for (const double y : {-0.575, 0.545})
                    canvas.fill(box(-1, y, 1, y + 0.03), p.accent);
        });
    });
}

}  // namespace lacuna::drawn
