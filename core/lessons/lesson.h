// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/lessons/lesson_values.h"

#include <cstddef>
#include <filesystem>
#include <map>

namespace lacuna {

/// A run of the benchmark that a lesson starts; of no importance to anybody else.
struct LessonRun {
    std::string id;  ///< as the lesson's texts name it
    RunSpec spec;    ///< checked; its title is what the lists call it
    int line = 0;
};

/// What a step says where its conditions hold.
struct LessonTelling {
    std::vector<LessonCondition> when;  ///< none = otherwise
    LessonText text;
};

/// One answer to a question before the result.
struct LessonChoice {
    LessonText text;
    std::vector<LessonCondition> right;  ///< none = nobody says whether it is
};

/// One page of a lesson, and what the window does when it is turned to. Empty = as it is.
struct LessonStep {
    std::string title;
    LessonText text;
    LessonText notes;  ///< for who presents
    std::string view, metric, entity, question, selectedRun;
    bool training = false;          ///< the curves' page of training steps
    std::optional<int> stage = {};  ///< the timeline's
    std::vector<std::string> shown, start, ring;
    std::vector<std::string> veil;  ///< places that are covered: until a guess is made, where one is asked for
    LessonText ask;                 ///< a prediction, before `tell` is read
    std::vector<LessonChoice> choices;
    std::vector<LessonTelling> tell;  ///< the first that holds is said
    LessonText tryIt;                 ///< something to do without the lesson
    int line = 0;

    std::vector<std::string> awaited() const;  ///< runs that choices and tellings are told from
};

/// A tour of the window on the embedded benchmark: text, questions, and runs that answer them.
struct Lesson {
    std::string id;  ///< the file's name without its ending
    std::string title, summary;
    int minutes = 0;
    std::vector<LessonRun> runs;  ///< in the file's order
    std::vector<LessonStep> steps;

    const LessonRun* run(std::string_view id) const;  ///< null for an unknown one
};

/// The largest file of a lesson.
inline constexpr std::size_t largestLesson = std::size_t{1} << 20;

/// Reads and checks a lesson: every view, place, metric, run, request, stage, entity and question that it names must be
/// there. Throws InputError "WHERE, line N: what is wrong. What to do." Without a benchmark, entities, questions and
/// requests are taken as they are named. A lesson goes from its first step to its last: there is no way to jump.
Lesson lessonFromJson(std::string_view text, const std::string& where, const Benchmark* benchmark);

/// The same of a file, whose name is its id.
Lesson readLesson(const std::filesystem::path& file, const Benchmark* benchmark);

/// Every *.json of a folder, by name. Empty where there is no such folder.
std::vector<std::filesystem::path> lessonFiles(const std::filesystem::path& folder);

/// A lesson that comes with Lacuna.
struct ShippedLesson {
    std::string_view id;
    std::string_view text;
};

/// In the order in which they are taught.
const std::vector<ShippedLesson>& shippedLessons();

}  // namespace lacuna
