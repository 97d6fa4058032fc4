// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/background.h"
#include "app/workbench/delete_run_command.h"
#include "app/workbench/engine_bridge.h"
#include "app/workbench/engine_loader.h"
#include "app/workbench/messages_model.h"
#include "app/workbench/run_library.h"
#include "app/workbench/torch_fetch.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/workspace.h"

#include <QTimer>
#include <QUndoStack>

namespace lacuna {

/// Everything the window shows and does, without the window: the workspace with what feeds it (engine, disk), messages
/// and undo.
class Workbench : public QObject {
    Q_OBJECT
public:
    explicit Workbench(QObject* parent = nullptr);

    Workspace& workspace() { return m_workspace; }
    Thumbnails& thumbnails() { return m_thumbnails; }
    EngineBridge& bridge() { return m_bridge; }
    RunLibrary& library() { return m_library; }
    TorchFetch& torchFetch() { return m_torchFetch; }  ///< starts the engine when it is done
    MessagesModel& messages() { return m_messages; }
    /// Who looks at the newest stage sees the next one come; not in a lesson, which says where to look.
    void setFollowsStages(bool follows) { m_followsStages = follows; }
    QUndoStack& undoStack() { return m_undoStack; }

    /// Reads the benchmark ("embedded" or a folder in MLUBench's layout) away from the interface thread. `images` is
    /// what somebody decided of missing photos, as RunSpec::images has it ("present", "surrogate"); without it what
    /// asks about them is left out, and `photosMissing` asks whether that is wanted.
    void openBenchmark(const QString& benchmark, const QString& images = {});
    /// The answers to `photosMissing`.
    void leaveOutMissing() { m_images = "present"; }
    void drawStandIns() { openBenchmark(m_benchmarkName, "surrogate"); }
    void openFormerBenchmark() { openBenchmark(m_formerName, m_formerImages); }
    const QString& decidedImages() const { return m_images; }
    /// Benchmarks opened from now on keep their wrongly decoded texts.
    void setAsReleased(bool asReleased) { m_asReleased = asReleased; }
    const QString& benchmarkName() const { return m_benchmarkName; }
    /// What stands in the way of seeing the benchmark; empty once it is there.
    const QString& benchmarkWait() const { return m_benchmarkWait; }
    /// Loads the engine's library in a thread of its own, then asks it for the benchmark and its model.
    void startEngine();
    void useEngine(std::unique_ptr<Engine> engine);
    QString engineProblem() const { return m_engineProblem; }  ///< why there is none; empty while it starts or is there
    bool engineStarted() const { return m_engineStarted; }     ///< it was asked for, and comes or is there or failed

    // What the user wants of runs. Problems become messages.
    void startDemo();
    void start(RunSpec spec);  ///< under the spec's name, or the next free one
    /// What a run trained, measured with other values of what may change afterwards: a run of its own.
    void measureAgain(int run, const ParameterValues& values);
    void goOn(int run);
    void rename(int run, const QString& name);
    void forget(int run);  ///< off the list, its files stay; can be undone
    /// Before the window closes: what is in work goes on in the next session, before what waits. One that is held stays
    /// so: somebody paused it.
    void keepForNextSession();
    void remove(int run);  ///< to the trash, can be undone; a queued run leaves the queue

    bool busyLoading() const { return m_library.busy() || m_background.busy(); }

signals:
    void openAsked();                                  ///< by a view: the window shall ask for a run to open
    void entitiesPicked(const QStringList& entities);  ///< by a view: these shall be selected
    void entityAsked();                                ///< by a view: the chosen entity is to be seen
    void askAsked();     ///< by a view: the shown question about the chosen entity shall be asked
    void lessonAsked();  ///< by a view: the first lesson shall be opened
    void newRunAsked();  ///< by a view: the window shall show the form for a new run
    /// Some, not all, of the benchmark's photos are missing. What `text` says is so until it is answered: what asks
    /// about them is left out or, where nothing would be left of a request, stand-ins take the place of all.
    void photosMissing(const QString& text, const QString& list, bool leftOut);
    void torchAsked();  ///< the engine's libtorch is missing and can be fetched: is that wanted?
    void benchmarkWaitChanged();
    void benchmarkNameChanged();
    void engineProblemChanged();  ///< or it was started

private:
    void take(int run, DeleteRunCommand::Files files);
    void dropGoneDeletions();  ///< what would be undone next is something that can be
    std::string freeName(const std::string& wanted) const;
    void tell(ErrorKind kind, const QString& message, const QString& detail = {});
    void queueAgain(const std::vector<WaitingRun>& left);
    void followStage(int run, int stage);
    struct ReadBenchmark;
    void readBenchmark(const std::filesystem::path& folder, bool load);
    void loadRead(const ReadBenchmark& read);
    void showBenchmark(std::shared_ptr<const Benchmark> benchmark);
    void takeDrawn(const std::shared_ptr<const Benchmark>& benchmark);
    void setBenchmarkWait(const QString& text);
    void lookForBegun();

    Workspace m_workspace;
    MessagesModel m_messages;
    QUndoStack m_undoStack;
    Thumbnails m_thumbnails;
    RunLibrary m_library{m_workspace};
    EngineBridge m_bridge{m_workspace};
    EngineLoader m_loader;
    TorchFetch m_torchFetch;
    Background m_background;
    QString m_benchmarkName = "embedded", m_images;
    QString m_formerName = "embedded", m_formerImages;
    QString m_benchmarkWait;
    QString m_engineProblem;
    QTimer m_begun;            ///< looks whether the embedded benchmark has begun to be drawn
    bool m_onlyBegun = false;  ///< what is shown is the one being drawn
    bool m_benchmarkAsked = false;
    bool m_followsStages = true;
    bool m_asReleased = false;
    bool m_engineStarted = false;
    bool m_queueingAgain = false;  ///< not all that earlier sessions left is asked for yet
};

}  // namespace lacuna
