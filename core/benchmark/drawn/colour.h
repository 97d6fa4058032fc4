// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lacuna::drawn {

/// sRGB, each 0 to 255.
struct Colour {
    float r = 0, g = 0, b = 0;
};

/// From lightness (0–1), chroma (0–0.3) and hue in degrees, out-of-gamut chroma reduced. Equal lightness looks equally
/// light in every hue, so any two hues go together. Source: Ottosson 2020, "A perceptual color space" (OKLab).
Colour oklch(double lightness, double chroma, double hue);

/// The same, with yellows made lighter and their shades warmer: a dark yellow is mud.
Colour lively(double lightness, double chroma, double hue);

Colour mix(Colour a, Colour b, double t);

/// What a figure is painted with, made from its look's two hues.
struct Palette {
    Colour base, light, dark, deep;
    Colour accent, accentLight, accentDark;
    Colour cream, ink, white;
    double hue = 0, accentHue = 0;
};

struct Look;
Palette paletteOf(const Look& look);

}  // namespace lacuna::drawn
