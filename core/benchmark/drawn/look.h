// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna::drawn {

/// What kind of picture an entity is drawn as.
enum class Figure { Creature, Planet, Building, Cartoon, Logo, Poster, Portrait, Plant, TitleCard, Emblem };

inline constexpr int kMarks = 6;

/// All that makes an entity itself in every view: two hues (degrees) and six discrete marks. What a mark means
/// (ears, dome, hair, …) is its figure's own affair; mark 0 is always the form.
struct Look {
    Figure figure = Figure::Emblem;
    double hue = 0;
    double accent = 0;
    std::array<int, kMarks> marks{};
    std::string title;       ///< written on logos, posters and title cards
    std::uint64_t seed = 0;  ///< for small proportions
    bool feminine = false;   ///< portraits alone
};

/// The figure for a class by its name ("Animals", "TV series", "fauna"); Emblem for a class nobody foresaw.
Figure figureOfClass(std::string_view className);

/// How many values each mark of a figure takes.
const std::array<int, kMarks>& markCounts(Figure figure);

/// `count` looks, each chosen to differ from those before it as much as a few draws allow. The first n of a longer list
/// are the list of n. Titles are empty.
std::vector<Look> distinctLooks(Figure figure, int count, std::uint64_t seed);

}  // namespace lacuna::drawn
