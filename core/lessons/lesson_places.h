// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <string_view>

namespace lacuna {

/// Something in the window that a lesson may ring.
struct LessonPlace {
    std::string_view id;    ///< as in a lesson's file
    std::string_view view;  ///< the tab it lies in; empty = in every one
    std::string_view what;  ///< for people
};

/// The tabs that a lesson may show.
inline constexpr std::array<std::string_view, 5> lessonViews{"sequence", "curves", "entity", "compare", "attacks"};

inline constexpr std::array<LessonPlace, 21> lessonPlaces{{
    {"timeline", "", "the stages: the original model and the model after each request"},
    {"runs", "", "the list of runs"},
    {"entities", "", "the entities with their pictures"},
    {"forgetting", "curves", "what is forgotten, over the sequence"},
    {"retention", "curves", "what is kept, over the sequence"},
    {"matrix", "curves", "each request after each stage"},
    {"plane", "curves", "forgetting against utility"},
    {"pictures", "entity", "the entity's pictures"},
    {"questions", "entity", "its questions"},
    {"answers", "entity", "every run's answer at this stage"},
    {"overview", "entity", "every question over all stages"},
    {"gate", "entity", "how the gate decided"},
    {"table", "compare", "runs against measures"},
    {"shares", "compare", "what became of the answers"},
    {"entity_plane", "compare", "one model against another, entity by entity"},
    {"attack_run", "attacks", "the button that runs the attacks"},
    {"attack_table", "attacks", "what each attack wins back"},
    {"quadrant", "attacks", "what forgetting cost against what comes back"},
    {"requests", "sequence", "the requests in their order"},
    {"form", "sequence", "the method and its settings"},
    {"live", "sequence", "the run in work"},
}};

}  // namespace lacuna
