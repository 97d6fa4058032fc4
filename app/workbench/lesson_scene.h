// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/lesson_runs.h"
#include "widgets/common/workspace.h"

#include <QList>
#include <QWidget>

#include <optional>

namespace lacuna {

class MainWindow;

/// The widget that a lesson means by a place (core/lessons/lesson_places.h); null for an unknown one.
QWidget* lessonPlaceWidget(MainWindow& window, const std::string& place);

/// The window as a step wants it: that step's view with what the steps before it have chosen.
class LessonScene {
public:
    LessonScene(MainWindow& window, const LessonRuns& runs) : m_window(window), m_runs(runs) {}

    void turnTo(const Lesson& lesson, std::size_t step);
    /// What could not be chosen yet, because a run or a stage has come since.
    void settle();

private:
    void showRuns(const Lesson& lesson);

    MainWindow& m_window;
    const LessonRuns& m_runs;
    const Lesson* m_lesson = nullptr;
    LessonStep m_wanted;
    std::optional<int> m_stage;  ///< still to come
    std::string m_run;           ///< still to come
    QList<int> m_seen;           ///< WorkspaceRun::id of runs whose place on the stage was chosen
};

/// What somebody had before him when a lesson began.
struct AsideSession {
    QString tab, run, metric, benchmark, images, filter;
    Selection selection;
    int stage = 0;
    bool training = false, panels = true;
};
AsideSession asideSession(MainWindow& window);
void bringBack(MainWindow& window, const AsideSession& session);

}  // namespace lacuna
