// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/runs/answer_log.h"
#include "core/runs/run_history.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace lacuna {

/// A run as the workbench holds it: its history and how it is shown.
struct WorkspaceRun {
    int id = 0;          ///< unique; survives renaming and a change of the list
    RunHistory history;  ///< without its answers
    AnswerLog answers;
    bool shown = true;
    bool pinned = false;
    QString notes;  ///< what people wrote about it
    QStringList tags;
    QString activity;      ///< "request D · 62 %", "queued", "done", "interrupted"
    QString doing;         ///< of a run in work, in full: "testing the model after C"; empty where it is not known
    double progress = -1;  ///< 0…1 of the whole run; negative = none in work
};

/// What was appended to a run, or is now known of it: a view follows the kinds it shows.
enum class Grown {
    Steps = 1,
    Answers = 2,
    Cells = 4,
    Resources = 8,
    Stages = 16,    ///< one more is measured
    Requests = 32,  ///< the training of one is over
    Others = 64,    ///< rows of a table without a kind of its own
};
Q_DECLARE_FLAGS(GrownKinds, Grown)

/// The one selection: every view reads it and writes it.
struct Selection {
    int run = -1;          ///< index into Workspace::runs, −1 = none
    QString entity;        ///< Entity::id, empty = none
    QString questionKind;  ///< Question::kind, empty = the entity's first
    int phrasing = 0;
    int view = -1;  ///< index into Entity::views, −1 = the first that was probed
    int task = -1;  ///< row of a stage × task matrix, −1 = none
    bool operator==(const Selection&) const = default;
};

/// What every view follows: the benchmark, the runs, one timeline and one selection. Lives on the interface thread; the
/// bridge to the engine (or the store that reads files) feeds it, views listen.
class Workspace : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const Benchmark* benchmark() const { return m_benchmark.get(); }  ///< null until it is loaded
    void setBenchmark(std::shared_ptr<const Benchmark> benchmark);
    const Entity* entity(const QString& id) const;  ///< also bystanders; null for an unknown one
    /// The request that forgets the entity / retains it, by name; empty = none. Of the chosen run where that has
    /// requests of its own, else of the benchmark.
    QString forgottenIn(const QString& entity) const;
    QString retainedIn(const QString& entity) const;

    const std::vector<WorkspaceRun>& runs() const { return m_runs; }
    int indexOf(const std::filesystem::path& source) const;  ///< −1 = not open
    /// Replaces one of the same source; returns its index. The answers in `history` are packed at once; many are better
    /// packed in another thread.
    int addRun(RunHistory history);
    int addRun(RunHistory history, AnswerLog answers);
    AnswerLog takeAnswers(int run);
    void removeRun(int run);
    void setShown(int run, bool shown) { setShown(QList<int>{run}, shown); }
    void setShown(const QList<int>& runs, bool shown);  ///< of many views draw once
    void setPinned(int run, bool pinned) { setPinned(QList<int>{run}, pinned); }
    void setPinned(const QList<int>& runs, bool pinned);
    void setNotes(int run, const QString& notes, const QStringList& tags);
    void moveRun(int run, int to);  ///< to another place in the list
    void setSource(int run, const std::filesystem::path& source, const std::string& title);  ///< it was renamed
    void setActivity(int run, const QString& activity, double progress, const QString& doing = {});
    void setStatus(int run, RunStatus status);
    void appendRows(int run, RunRows rows);  ///< tells of each table that gained some
    void setStages(int run, int stages);
    /// The training of the request that makes `stage` is over, after so many of its steps.
    void setTrained(int run, int stage, std::int64_t stepsDone, std::int64_t stepsPlanned);
    std::vector<int> shownRuns() const;
    /// The requests that the chosen run has made at that stage: the first of its order.
    QStringList requestsMade(int stage) const;
    int chosenRun() const;  ///< that single pictures follow: the selected one if it is shown, else the first shown; −1
    /// What the shown runs looked at in place of all the benchmark's photos: "drawn stand-ins"; empty = nothing else.
    QString picturesNote() const;

    /// The timeline: stage 0 … stageCount − 1 over the shown runs.
    int stage() const { return m_stage; }
    void setStage(int stage);  ///< clamped
    int stageCount() const;
    int measuredStages() const;              ///< the most stages that a shown run has measured: 0 … stageCount
    const RunHistory* longestShown() const;  ///< the shown run with the most stages; null while none is shown
    /// Do the shown runs see the same requests in the same order, as far as each goes?
    bool ordersAgree() const;
    /// "original", "after A", …; numbers where shown runs disagree about the order.
    QString stageName(int stage) const;

    /// What others published (see readPublishedFigures), shown beside ours; mostly nothing.
    const std::vector<RunHistory>& published() const { return m_published; }
    void setPublished(std::vector<RunHistory> published);
    /// That of the run's method and order; null = none.
    const RunHistory* publishedOf(int run) const;

    const Selection& selection() const { return m_selection; }
    void select(const Selection& selection);
    void selectEntity(const QString& entity);  ///< keeps the run; question and view start anew
    void selectRun(int run);

    /// While held (Shift), views show the original model in place of the stage.
    bool showsReference() const { return m_showsReference; }
    /// The stage that views show: the original's while it is looked at.
    int shownStage() const { return m_showsReference ? 0 : m_stage; }
    void setShowsReference(bool on);

signals:
    void benchmarkChanged();
    void runsChanged();  ///< list, order, shown, pinned
    /// Comes many times per turn of the event loop: views listen through a ViewRefresh, or only repaint.
    void runGrew(int run, lacuna::Grown what);
    void activityChanged(int run);
    void statusChanged(int run);  ///< it began, was held, or ended
    void stageChanged(int stage);
    void selectionChanged();
    void referenceToggled(bool on);
    void publishedChanged();

private:
    /// What the benchmark says of one entity.
    struct Known {
        const Entity* entity = nullptr;
        QString forgottenIn, retainedIn;
    };

    /// What requests of a run's own do with an entity.
    struct Asked {
        QString forgottenIn, retainedIn;
    };
    const QHash<QString, Asked>* askedByChosen() const;  ///< null where the benchmark's requests are made

    WorkspaceRun& at(int run);  ///< throws std::out_of_range
    void runListChanged();

    std::shared_ptr<const Benchmark> m_benchmark;
    QHash<QString, Known> m_known;
    std::vector<WorkspaceRun> m_runs;
    mutable int m_askedOf = 0;  ///< WorkspaceRun::id that `m_asked` is of
    mutable QHash<QString, Asked> m_asked;
    int m_nextId = 1;
    int m_stage = 0;
    bool m_showsReference = false;
    Selection m_selection;
    std::vector<RunHistory> m_published;
};

}  // namespace lacuna
