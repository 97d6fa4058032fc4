// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/lessons/lesson.h"

#include <QObject>
#include <QSet>
#include <QString>

namespace lacuna {

class Workbench;

/// The runs of the lesson that is open. They lie in a folder of their own, and what was run for it before is not run
/// again. While it is open everybody else's runs are put aside.
class LessonRuns : public QObject {
    Q_OBJECT
public:
    explicit LessonRuns(Workbench& workbench, QObject* parent = nullptr);

    void begin(const Lesson& lesson);  ///< lives as long as the lesson is open
    /// Takes the lesson's runs off the list and out of the queue, and shows again what was shown before. What is in
    /// work stops with a checkpoint and goes on when the lesson is opened again.
    void end();
    bool open() const { return m_lesson != nullptr; }

    void want(const std::vector<std::string>& ids);   ///< reads them, goes on with them, or starts them
    void again(const std::vector<std::string>& ids);  ///< those that failed or were stopped

    enum class Standing { Idle, Waiting, Working, Done, Stopped, Failed };
    Standing standing(const std::string& id) const;
    int indexOf(const std::string& id) const;  ///< in the workspace; −1 = not there
    std::filesystem::path folderOf(const std::string& id) const;
    /// "GA · request A · 62 %" of the first of them that is not done; empty = all are.
    QString waitingText(const std::vector<std::string>& ids) const;
    double progress(const std::vector<std::string>& ids) const;  ///< of them all, 0…1; negative = nothing known
    LessonFacts facts() const;

    /// Runs of lessons belong to no session: nobody queues them again.
    static bool isOne(const std::filesystem::path& run);
    static QString tag() { return tr("lesson"); }  ///< by which the list of runs is filtered meanwhile

signals:
    void changed();
    void ownRunCame();  ///< somebody has started one beside the lesson

private:
    void putAside();
    void dropStrays();
    void runOne(const LessonRun& run);

    Workbench& m_workbench;
    const Lesson* m_lesson = nullptr;
    QSet<QString> m_wanted;  ///< by id
    QSet<int> m_known;       ///< WorkspaceRun::id of others' runs that were looked at
    QSet<int> m_hidden;      ///< those of them that were shown
    bool m_beginning = false;
};

}  // namespace lacuna
