// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/view.h"

#include "core/base/random.h"
#include "core/benchmark/drawn/figures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace lacuna::drawn {
namespace {

void drawFigure(Canvas& canvas, const Look& look, const Pose& pose) {
    switch (look.figure) {
        case Figure::Creature:
            return drawCreature(canvas, look, pose);
        case Figure::Planet:
            return drawPlanet(canvas, look, pose);
        case Figure::Building:
            return drawBuilding(canvas, look, pose);
        case Figure::Cartoon:
            return drawCartoon(canvas, look, pose);
        case Figure::Poster:
            return drawPoster(canvas, look, pose);
        case Figure::Portrait:
            return drawPortrait(canvas, look, pose);
        case Figure::Plant:
            return drawPlant(canvas, look, pose);
        case Figure::TitleCard:
            return drawTitleCard(canvas, look, pose);
        case Figure::Logo:
        case Figure::Emblem:
            return drawLogo(canvas, look, pose);
    }
}

/// Where and when the view was taken.
struct Weather {
    Colour high, low, ground;
};

Weather drawnWeather(Random& random) {
    const double hue = random.pick(std::vector<double>{85, 150, 205, 235, 265, 310, 20, 50});
    const double light = random.uniform(0.79, 0.94), chroma = random.uniform(0.025, 0.06);
    return {oklch(light, chroma, hue), oklch(std::min(0.97, light + 0.07), chroma * 0.7, hue + 25),
            oklch(light - 0.15, chroma * 1.1, hue + 40)};
}

void softSpots(Canvas& canvas, Random& random, Colour colour, int count) {
    for (int i = 0; i < count; ++i)
        canvas.fill(circle({random.uniform(-1, 1), random.uniform(-1, 0.4)}, random.uniform(0.06, 0.32)),
                    Paint::thin(colour, random.uniform(0.12, 0.34)));
}

void cloud(Canvas& canvas, Point at, double size) {
    Path outline;
    for (const Point& p : {Point(-1.5, 0.30), Point(-1.25, -0.10), Point(-0.75, -0.20), Point(-0.4, -0.68),
                           Point(0.25, -0.72), Point(0.6, -0.32), Point(1.1, -0.22), Point(1.45, 0.28), Point(0, 0.36)})
        outline.push_back(at + p * size);
    canvas.fill(blob(outline), Paint({255, 255, 255}, {238, 242, 250}, 0.72));
}

void outdoors(Canvas& canvas, Random& random, bool town) {
    const double hour = random.uniform();  // morning, noon, dusk
    const double hue = hour < 0.25 ? 45 : hour < 0.75 ? 232 : 305;
    canvas.fillAll(
        Paint(oklch(random.uniform(0.78, 0.89), 0.065, hue), oklch(0.96, 0.03, hour < 0.75 ? 95 : 50), 1, true));
    for (int i = 0; i < 3; ++i)
        cloud(canvas, {random.uniform(-1, 1), random.uniform(-0.85, -0.2)}, random.uniform(0.09, 0.18));
    const double green = random.uniform(town ? 80 : 110, town ? 140 : 150), chroma = town ? 0.05 : 0.08;
    const double horizon = random.uniform(0.46, 0.62);
    canvas.fill(blob({{-1.2, 1.3},
                      {-1.2, horizon},
                      {-0.5, horizon - random.uniform(0.02, 0.16)},
                      {0.1, horizon},
                      {0.7, horizon - random.uniform(0.02, 0.16)},
                      {1.2, horizon},
                      {1.2, 1.3}}),
                Paint(oklch(0.87, chroma, green), oklch(0.77, chroma, green + 10), 1, true));
    canvas.fill(box(-1.2, 0.74, 1.2, 1.2),
                Paint(oklch(0.80, chroma, green + 12), oklch(0.68, chroma, green + 18), 1, true));
    if (town)
        return;
    for (int i = 0; i < 9; ++i) {
        const Point at(random.uniform(-1, 1), random.uniform(0.62, 0.98));
        for (int blade = -1; blade < 2; ++blade)
            canvas.fill(leaf(at, at + Point(0.03 * blade, -0.09), 0.02), oklch(0.66, 0.10, green + 15));
        if (i % 3 == 0)
            canvas.fill(circle(at + Point(0.03, -0.08), 0.018), oklch(0.88, 0.10, random.uniform(0, 360)));
    }
}

void space(Canvas& canvas, Random& random) {
    const double hue = random.uniform(230, 330);
    canvas.fillAll(
        Paint(oklch(random.uniform(0.17, 0.26), 0.05, hue), oklch(random.uniform(0.22, 0.36), 0.08, hue + 30)));
    for (int i = 0; i < 4; ++i) {
        const Point at(random.uniform(-1, 1), random.uniform(-1, 1));
        const Colour mist = oklch(0.5, 0.12, hue + random.uniform(-40, 60));
        for (int k = 4; k > 0; --k)
            canvas.fill(ellipse(at, 0.13 * k, 0.08 * k, random.uniform(0, 40)), Paint::thin(mist, 0.05));
    }
    for (int i = 0; i < 55; ++i)
        canvas.fill(circle({random.uniform(-1, 1), random.uniform(-1, 1)}, random.uniform(0.005, 0.013)),
                    Paint::thin({255, 252, 240}, random.uniform(0.4, 1)));
    for (int i = 0; i < 3; ++i)
        canvas.fill(star({random.uniform(-1, 1), random.uniform(-1, 1)}, 4, random.uniform(0.03, 0.06), 0.01),
                    Colour{255, 250, 232});
}

void room(Canvas& canvas, Random& random, bool table) {
    const Weather w = drawnWeather(random);
    canvas.fillAll(Paint(w.low, w.high));
    softSpots(canvas, random, {255, 255, 255}, 5);
    if (!table)
        return;
    if (random.uniform() < 0.5)  // a window's light on the wall
        for (int i = 0; i < 2; ++i)
            canvas.fill(
                Path{{-0.7 + 0.5 * i, -0.8}, {-0.3 + 0.5 * i, -0.8}, {-0.1 + 0.5 * i, 0.2}, {-0.5 + 0.5 * i, 0.2}},
                Paint::thin({255, 255, 250}, 0.28));
    canvas.fill(box(-1.2, random.uniform(0.66, 0.74), 1.2, 1.2),
                Paint(mix(w.ground, {190, 160, 130}, 0.35), mix(w.ground, {140, 110, 90}, 0.4), 1, true));
}

void comic(Canvas& canvas, Random& random) {
    const double hue = random.uniform(0, 360);
    const Colour pale = oklch(0.92, 0.05, hue), full = oklch(0.84, 0.08, hue + 15);
    canvas.fillAll(Paint(pale, full, 1, true));
    const int style = static_cast<int>(random.index(3));
    const Point at(random.uniform(-0.3, 0.3), random.uniform(-0.2, 0.3));
    if (style == 0)
        for (int i = 0; i < 12; ++i)
            canvas.fill(Path{at, at + polar(3, i * 30), at + polar(3, i * 30 + 15)},
                        Paint::thin({255, 255, 255}, 0.35));
    if (style == 1)
        for (int i = -6; i < 7; ++i)
            for (int j = -6; j < 4; ++j)
                canvas.fill(circle({i * 0.18 + 0.09 * (j % 2), j * 0.18}, 0.035), Paint::thin({255, 255, 255}, 0.5));
    canvas.fill(box(-1.2, 0.76, 1.2, 1.2), Paint(oklch(0.78, 0.07, hue + 60), oklch(0.70, 0.07, hue + 60), 1, true));
}

void wallOrDesk(Canvas& canvas, Random& random) {
    const Weather w = drawnWeather(random);
    canvas.fillAll(Paint(w.high, w.ground));
    const int style = static_cast<int>(random.index(3));
    if (style == 0)
        for (int row = 0; row < 9; ++row)
            for (int i = 0; i < 6; ++i)
                canvas.stroke(box(-1.2 + 0.45 * i + 0.22 * (row % 2), -1.05 + 0.24 * row,
                                  -0.75 + 0.45 * i + 0.22 * (row % 2), -0.81 + 0.24 * row),
                              0.012, Paint::thin({255, 255, 255}, 0.35), true);
    if (style == 1)
        for (int i = 0; i < 6; ++i)
            canvas.fill(box(-1, -1 + 0.36 * i, 1, -0.985 + 0.36 * i), Paint::thin({90, 80, 80}, 0.18));
    if (style == 2)
        softSpots(canvas, random, {255, 255, 255}, 6);
}

void backdrop(Canvas& canvas, Figure figure, Random& random) {
    switch (figure) {
        case Figure::Creature:
            return outdoors(canvas, random, false);
        case Figure::Building:
            return outdoors(canvas, random, true);
        case Figure::Planet:
            return space(canvas, random);
        case Figure::Cartoon:
            return comic(canvas, random);
        case Figure::Plant:
            return random.uniform() < 0.3 ? outdoors(canvas, random, false) : room(canvas, random, true);
        case Figure::Portrait:
            return room(canvas, random, false);
        default:
            return wallOrDesk(canvas, random);
    }
}

/// Something out of focus between the eye and the figure, at the rim.
void clutter(Canvas& canvas, Random& random) {
    const int count = static_cast<int>(random.index(3));
    for (int i = 0; i < count; ++i) {
        const double angle = random.uniform(0, 360);
        const Point at = polar(random.uniform(1.05, 1.25), angle);
        const Colour colour = oklch(random.uniform(0.55, 0.85), 0.07, random.uniform(0, 360));
        for (int ring = 6; ring > 0; --ring)
            canvas.fill(circle(at, 0.13 + 0.022 * ring), Paint::thin(colour, 0.16));
    }
}

/// The photographer's part: light, warmth, a little blur, a little grain.
cv::Mat developed(const cv::Mat& large, Random& random) {
    cv::Mat picture;
    cv::resize(large, picture, {kPicturePixels, kPicturePixels}, 0, 0, cv::INTER_AREA);
    if (const double blur = random.uniform(0, 1.1); blur > 0.55)
        cv::GaussianBlur(picture, picture, {5, 5}, blur);
    const double gain = random.uniform(0.87, 1.08), warmth = random.uniform(-0.05, 0.05), lift = random.uniform(-6, 10);
    cv::Mat tables(1, 256, CV_8UC3);
    for (int v = 0; v < 256; ++v)
        tables.at<cv::Vec3b>(v) = {cv::saturate_cast<uchar>(v * gain * (1 - warmth) + lift),
                                   cv::saturate_cast<uchar>(v * gain + lift),
                                   cv::saturate_cast<uchar>(v * gain * (1 + warmth) + lift)};
    cv::LUT(picture, tables, picture);
    const int grain = static_cast<int>(random.index(5));
    for (int y = 0; grain && y < picture.rows; ++y) {
        uchar* row = picture.ptr<uchar>(y);
        for (int x = 0; x < picture.cols; ++x) {
            const std::uint64_t bits = x % 8 ? 0 : random.bits();
            static thread_local std::uint64_t pool = 0;
            pool = x % 8 ? pool >> 8 : bits;
            const int noise = (static_cast<int>(pool & 255) - 128) * grain / 128;
            for (int c = 0; c < 3; ++c)
                row[3 * x + c] = cv::saturate_cast<uchar>(row[3 * x + c] + noise);
        }
    }
    return picture;
}

}  // namespace

cv::Mat drawView(const Look& look, std::uint64_t seed) {
    Random random(deriveSeed(seed, "view"));
    Canvas canvas(2 * kPicturePixels);
    backdrop(canvas, look.figure, random);
    Pose pose;
    pose.turn = random.uniform(-1, 1);
    pose.sway = random.uniform(-1, 1);
    pose.blink = random.uniform() < 0.12;
    pose.seed = random.bits();
    const bool flat = look.figure == Figure::Poster || look.figure == Figure::Logo ||
                      look.figure == Figure::TitleCard || look.figure == Figure::Emblem;
    const bool mirrored =
        (look.figure == Figure::Creature || look.figure == Figure::Cartoon || look.figure == Figure::Plant) &&
        random.uniform() < 0.5;
    const double scale = random.uniform(0.86, 1.08) * (look.figure == Figure::TitleCard ? 0.90
                                                       : flat                           ? 0.98
                                                                                        : 1),
                 lean = random.uniform(-1, 1) * (look.figure == Figure::Building ? 1.5
                                                 : flat                          ? 7
                                                                                 : 4);
    const Point at(random.uniform(-0.10, 0.10),
                   random.uniform(-0.06, 0.06) + (look.figure == Figure::Portrait ? 0.06 : 0));
    canvas.placed(at, lean, mirrored ? -scale : scale, scale, [&] { drawFigure(canvas, look, pose); });
    clutter(canvas, random);
    return developed(canvas.image(), random);
}

}  // namespace lacuna::drawn
