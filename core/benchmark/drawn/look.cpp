// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/look.h"

#include "core/base/ascii.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace lacuna::drawn {
namespace {

struct FigureRow {
    Figure figure;
    std::vector<std::string_view> words;  // lower case, found anywhere in the class name
    std::array<int, kMarks> marks;
};

const std::vector<FigureRow>& figureRows() {
    static const std::vector<FigureRow> rows{
        {Figure::Creature, {"animal", "fauna", "pet", "bird", "fish"}, {6, 6, 5, 5, 3, 4}},
        {Figure::Planet, {"astro", "planet", "star", "space"}, {4, 4, 3, 3, 3, 4}},
        {Figure::Building, {"build", "landmark", "architect", "place"}, {9, 4, 3, 3, 4, 3}},
        {Figure::Cartoon, {"cartoon", "anime", "comic"}, {6, 4, 6, 4, 5, 4}},
        {Figure::Logo, {"corporation", "compan", "brand", "logo"}, {8, 4, 3, 3, 2, 3}},
        {Figure::TitleCard, {"series", "tv", "show"}, {8, 4, 4, 3, 3, 3}},
        {Figure::Poster, {"movie", "film", "cinema"}, {9, 4, 4, 3, 3, 3}},
        {Figure::Portrait, {"person", "people", "celebrit", "actor", "human"}, {8, 6, 7, 6, 6, 5}},
        {Figure::Plant, {"plant", "flower", "fruit", "vegetable", "flora"}, {9, 4, 4, 4, 3, 3}},
        {Figure::Emblem, {}, {6, 6, 5, 4, 3, 3}},
    };
    return rows;
}

double hueDistance(double a, double b) {
    const double apart = std::abs(std::remainder(a - b, 360.0));
    return std::min(apart, 90.0) / 90.0;
}

/// The form counts double: it is what a glance, and a 64-pixel picture, sees first.
double distance(const Look& a, const Look& b) {
    double sum = 3.0 * hueDistance(a.hue, b.hue) + hueDistance(a.accent, b.accent);
    for (int i = 0; i < kMarks; ++i)
        sum += (a.marks[i] != b.marks[i]) * (i == 0 ? 2.0 : 1.0);
    return sum;
}

}  // namespace

Figure figureOfClass(std::string_view className) {
    std::string lower(className);
    std::transform(lower.begin(), lower.end(), lower.begin(), asciiLower);
    for (const FigureRow& row : figureRows())
        for (const std::string_view word : row.words)
            if (lower.find(word) != std::string::npos)
                return row.figure;
    return Figure::Emblem;
}

const std::array<int, kMarks>& markCounts(Figure figure) {
    const auto& rows = figureRows();
    return std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.figure == figure; })->marks;
}

std::vector<Look> distinctLooks(Figure figure, int count, std::uint64_t seed) {
    Random random(deriveSeed(seed, "looks " + std::to_string(static_cast<int>(figure))));
    const auto& counts = markCounts(figure);
    std::vector<Look> looks;
    for (int i = 0; i < count; ++i) {
        Look best;
        double bestDistance = -1;
        for (int draw = 0; draw < 40; ++draw) {
            Look look;
            look.figure = figure;
            look.hue = random.uniform(0, 360);
            look.accent = std::fmod(look.hue + random.uniform(60, 300), 360.0);
            for (int mark = 0; mark < kMarks; ++mark)
                look.marks[mark] = static_cast<int>(random.index(counts[mark]));
            look.seed = random.bits();
            double nearest = 1e9;
            for (const Look& other : looks)
                nearest = std::min(nearest, distance(look, other));
            if (nearest > bestDistance) {
                bestDistance = nearest;
                best = look;
            }
        }
        looks.push_back(best);
    }
    return looks;
}

}  // namespace lacuna::drawn
