// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/background.h"
#include "core/runs/attack_log.h"
#include "core/runs/own_probes.h"
#include "core/runs/run_queue.h"
#include "core/runs/run_store.h"
#include "core/runs/run_tail.h"
#include "widgets/common/workspace.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace lacuna {

/// The runs on the disk: reads them away from the interface thread, notices new ones in the runs folder, follows those
/// that another process writes, renames them, takes them away and brings them back.
class RunLibrary : public QObject {
    Q_OBJECT
public:
    explicit RunLibrary(Workspace& workspace, QObject* parent = nullptr);
    ~RunLibrary() override;  ///< after what waits is on the disk

    /// The folder new runs go to; every run in it is opened, also those that appear later.
    void setFolder(const std::filesystem::path& folder);
    const std::filesystem::path& folder() const { return m_folder; }

    /// Opens a run folder, a run.h5, or every run in a folder. What cannot be read is told by `failed`.
    void open(const std::filesystem::path& path);
    bool busy() const { return m_background.busy(); }

    /// Keeps an answer with the run that was asked, away from the interface thread; a single file keeps none.
    void keepProbe(const std::filesystem::path& source, const OwnProbe& probe);

    /// Looks for runs that earlier sessions left waiting in the runs folder; they are this one's then, told by
    /// `queueFound`.
    void takeOverQueue();  ///< and once more after some seconds: a killed session's lock goes with its last thread
    /// Keeps these, and no others, beside the runs, away from the interface thread.
    void keepQueue(std::vector<WaitingRun> waiting);

    // Changes on the disk. They throw InputError or ResourceError and leave everything as it was.
    void rename(int run, const std::string& name, const std::string& title = {});  ///< see RunStore::rename
    /// Moves a run folder into its neighbours' trash and takes it from the workspace. Of a single file it only takes
    /// the entry from the workspace: the result has an empty folder then.
    TrashedRun remove(int run);
    /// Takes it from the workspace alone, until its folder is opened again.
    TrashedRun forget(int run);
    /// To that place in the list, and selected, as soon as it is read.
    void bringBack(const TrashedRun& trashed, const std::filesystem::path& source, int place, bool shown = true);
    /// Keeps what people wrote of a run with it.
    void keepNotes(int run, const QString& notes, const QStringList& tags);

    /// Counts what deleted runs take up, of the runs folder and of every folder that one was deleted in; told by
    /// `trashSeen`. Away from the interface thread, as is `emptyTrash`, which removes them for good.
    void lookIntoTrash();
    void emptyTrash();

signals:
    void opened(const std::filesystem::path& source);  ///< it is in the workspace
    void probesRead(const std::filesystem::path& source, const std::vector<OwnProbe>& probes);
    void attacksRead(const std::filesystem::path& source, const AttackLog& attacks);
    void failed(const QString& message);
    void listed();  ///< the runs folder was looked through: its runs are in the workspace with their cells
    void trashSeen(const lacuna::TrashContent& content);
    void trashEmptied();
    void queueFound(const std::vector<WaitingRun>& waiting);
    void idle();  ///< everything asked for has been read

private:
    struct Place {
        int row = 0;
        bool shown = true;
    };
    struct Found {
        RunHistory history;  ///< without its answers
        AnswerLog answers;
        RunExtra extra;
        std::vector<OwnProbe> probes;
        AttackLog attacks;
        QString problem;                ///< with what was added to the run; the run itself could be read
        std::shared_ptr<RunTail> tail;  ///< of a run that another process writes
    };

    void scan();
    void takeOver();
    void glance(const std::vector<std::filesystem::path>& sources);
    void read(const std::filesystem::path& source, bool asked);
    void add(Found found, bool asked);
    void follow();
    void keepPins();
    void apply(const std::filesystem::path& source, RunGrowth growth);
    void tellWhenIdle();
    std::set<std::filesystem::path> foldersWithTrash() const;

    Workspace& m_workspace;
    std::filesystem::path m_folder;
    QFileSystemWatcher m_watcher;
    QTimer m_followTimer, m_scanLater;
    std::map<std::filesystem::path, std::shared_ptr<RunTail>> m_followed;
    std::set<std::filesystem::path> m_seen;                ///< in the runs folder, read or not readable
    std::map<std::filesystem::path, RunStatus> m_glanced;  ///< in the workspace with their cells alone
    QHash<int, bool> m_pinned;                             ///< by WorkspaceRun::id, as it stands on the disk
    std::map<std::filesystem::path, Place> m_places;       ///< of those that are brought back
    std::set<std::filesystem::path> m_deletedIn;           ///< folders, in this session
    bool m_following = false;                              ///< a look at the followed runs is under way
    std::vector<WaitingRun> m_waiting;                     ///< as last told to keep
    std::shared_ptr<RunQueue> m_queue;                     ///< of the runs folder; touched by m_queueWork alone
    Background m_queueWork;                                // apart: reading many runs takes its time
    Background m_background;                               // last: its task ends before anything it may touch
};

/// A run folder or a run file, by its looks alone.
bool looksLikeRun(const std::filesystem::path& path);

}  // namespace lacuna
