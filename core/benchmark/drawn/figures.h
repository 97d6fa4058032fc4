// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/drawn/canvas.h"
#include "core/benchmark/drawn/look.h"

namespace lacuna::drawn {

/// What differs between two views of one figure besides its place, light and surroundings.
struct Pose {
    double turn = 0;  ///< −1 … 1: which way it looks
    double sway = 0;  ///< −1 … 1: limbs, stems, flags, clouds
    bool blink = false;
    std::uint64_t seed = 0;  ///< for stars, leaves and the like
};

/// Each paints its figure about the origin, within −0.95 to 0.95; what stands on the ground stands at y = 0.8.
void drawCreature(Canvas& canvas, const Look& look, const Pose& pose);
void drawPlanet(Canvas& canvas, const Look& look, const Pose& pose);
void drawBuilding(Canvas& canvas, const Look& look, const Pose& pose);
void drawCartoon(Canvas& canvas, const Look& look, const Pose& pose);
void drawLogo(Canvas& canvas, const Look& look, const Pose& pose);  ///< Emblem too: a logo without words
void drawPoster(Canvas& canvas, const Look& look, const Pose& pose);
void drawPortrait(Canvas& canvas, const Look& look, const Pose& pose);
void drawPlant(Canvas& canvas, const Look& look, const Pose& pose);
void drawTitleCard(Canvas& canvas, const Look& look, const Pose& pose);

/// Soft shadow of something standing at `centre`.
void groundShadow(Canvas& canvas, Point centre, double radiusX, double radiusY = 0.06);

/// A round eye with pupil and glint, looking `aside` (−1 … 1); a line when it blinks.
void drawEye(Canvas& canvas, Point centre, double radius, double aside, bool blink, Colour ink, Colour white);

/// Landscapes and scenes of film posters, filling `frame` (its corners: left, top, right, bottom). `scene` 0–8.
void drawScene(Canvas& canvas, int scene, const cv::Rect2d& frame, const Palette& palette, const Look& look,
               const Pose& pose);

}  // namespace lacuna::drawn
