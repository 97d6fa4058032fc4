// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/lessons/lesson.h"

namespace lacuna {

/// What the names in a lesson may mean.
struct LessonNames {
    const std::vector<LessonRun>* runs = nullptr;
    const Benchmark* benchmark = nullptr;  ///< null = taken as named
};

// All throw InputError that says what is wrong, without where.

/// The requests of a run, in its order; empty where they are the benchmark's and that is not known.
std::vector<std::string> requestsOf(const RunSpec& spec, const Benchmark* benchmark);
/// "after": a stage of the run by number or "last".
int lessonStage(const std::string& text, const RunSpec& spec, const Benchmark* benchmark);
void checkLessonEntity(const std::string& entity, const LessonNames& names);
void checkLessonQuestion(const std::string& entity, const std::string& kind, const LessonNames& names);
LessonText lessonText(const std::string& source, const LessonNames& names);
LessonCondition lessonCondition(const std::string& source, const LessonNames& names);

}  // namespace lacuna
