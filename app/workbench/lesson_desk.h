// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/lesson_scene.h"

#include <QMap>
#include <QObject>
#include <QVariantMap>

#include <memory>

class QAction;
class QDockWidget;
class QMenu;

namespace lacuna {

class LessonNotes;
class LessonPanel;
class MainWindow;
class Ring;
struct LessonPage;

/// Lessons in the window: which there are, the one that is open, the page it is at, what its reader guessed, and what
/// the window shows meanwhile. Whoever leaves one finds everything as it was, and comes back to the same page.
class LessonDesk : public QObject {
    Q_OBJECT
public:
    explicit LessonDesk(MainWindow& window);
    ~LessonDesk() override;

    bool open() const { return m_lesson != nullptr; }
    const Lesson* lesson() const { return m_lesson.get(); }
    std::size_t step() const { return m_step; }
    LessonPanel* panel() const { return m_panel; }
    LessonRuns& runs() { return m_runs; }
    Ring* ring() const { return m_ring; }

    bool openShipped(const QString& id);  ///< false when there is none of that name
    bool openFile(const QString& file);   ///< false, and said in the window, when it is none
    void leave();                         ///< everything as it was before
    void turnTo(std::size_t step);
    void turnBy(int steps);
    void choose(int choice);
    void restart();
    void setTrying(bool trying);
    void setPresenting(bool presenting);
    bool presenting() const { return m_presenting; }

    /// Where each lesson was left, for the session.
    QVariantMap kept() const;
    void bringBack(const QVariantMap& kept);

    /// The folder whose lessons stand in the menu: $LACUNA_LESSONS, else lacuna/lessons where the system keeps data.
    static QString ownFolder();

private:
    struct Left {
        int step = 0;
        QMap<int, int> guesses;  ///< step → choice
    };

    void buildMenu();
    void fillOwnLessons();
    void connectPanel();
    void begin(std::unique_ptr<Lesson> lesson, const QString& key, const QString& place);
    void refresh();
    void showScene();
    void ringStep();
    void enableActions();
    LessonPage page() const;
    void fillResult(LessonPage& page, const LessonStep& step) const;
    Left& left() { return m_left[m_key]; }

    MainWindow& m_window;
    LessonRuns m_runs;
    LessonScene m_scene;
    LessonPanel* m_panel;
    QDockWidget* m_dock;
    Ring* m_ring;
    QMenu* m_own = nullptr;
    std::unique_ptr<LessonNotes> m_notes;
    std::unique_ptr<Lesson> m_lesson;
    AsideSession m_aside;
    QString m_key, m_place;
    std::size_t m_step = 0;
    QMap<QString, Left> m_left;
    bool m_trying = false, m_presenting = false, m_panelsBefore = true, m_scheduled = false;
};

}  // namespace lacuna
