// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/colour.h"

#include "core/base/random.h"
#include "core/benchmark/drawn/look.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lacuna::drawn {
namespace {

struct Linear {
    double r, g, b;
    bool inGamut() const { return std::min({r, g, b}) >= -1e-4 && std::max({r, g, b}) <= 1.0001; }
};

Linear linearOf(double lightness, double chroma, double hue) {
    const double a = chroma * std::cos(hue * std::numbers::pi / 180),
                 b = chroma * std::sin(hue * std::numbers::pi / 180);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

float encoded(double linear) {
    const double c = std::clamp(linear, 0.0, 1.0);
    return static_cast<float>(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055));
}

}  // namespace

Colour oklch(double lightness, double chroma, double hue) {
    Linear colour = linearOf(lightness, chroma, hue);
    while (!colour.inGamut() && chroma > 0.004) {
        chroma *= 0.93;
        colour = linearOf(lightness, chroma, hue);
    }
    return {encoded(colour.r), encoded(colour.g), encoded(colour.b)};
}

Colour lively(double lightness, double chroma, double hue) {
    const double apart = std::remainder(hue - 103, 360.0) / 30, yellow = std::exp(-apart * apart);
    const double lift = yellow * std::clamp(0.86 - lightness, 0.0, 0.16);
    return oklch(lightness + lift, chroma, hue - 26 * yellow * std::clamp((0.80 - lightness - lift) / 0.3, 0.0, 1.0));
}

Colour mix(Colour a, Colour b, double t) {
    const float u = static_cast<float>(t);
    return {a.r + (b.r - a.r) * u, a.g + (b.g - a.g) * u, a.b + (b.b - a.b) * u};
}

Palette paletteOf(const Look& look) {
    // Besides hue, each entity is lighter or darker, fuller or paler: more to know it by.
    Random random(deriveSeed(look.seed, "palette"));
    const double l = random.uniform(0.56, 0.78), c = random.uniform(0.10, 0.16);
    const double al = l > 0.67 ? random.uniform(0.50, 0.64) : random.uniform(0.72, 0.84),
                 ac = random.uniform(0.11, 0.17);
    Palette p;
    p.hue = look.hue;
    p.accentHue = look.accent;
    p.base = lively(l, c, look.hue);
    p.light = lively(l + 0.11, c * 0.85, look.hue + 6);
    p.dark = lively(l - 0.13, c, look.hue - 10);
    p.deep = lively(l - 0.27, c * 0.8, look.hue - 16);
    p.accent = lively(al, ac, look.accent);
    p.accentLight = lively(al + 0.10, ac * 0.85, look.accent + 6);
    p.accentDark = lively(al - 0.14, ac, look.accent - 10);
    p.cream = oklch(0.95, 0.03, 85);
    p.ink = oklch(0.27, 0.035, look.hue + 200);
    p.white = {250, 250, 247};
    return p;
}

}  // namespace lacuna::drawn
