// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/run_library.h"

#include <QUndoCommand>

#include <functional>

namespace lacuna {

/// A run to the trash, or only off the list; undone, back where it was, and selected.
class DeleteRunCommand : public QUndoCommand {
public:
    enum class Files { ToTrash, Stay };
    DeleteRunCommand(Workspace& workspace, RunLibrary& library, int run, Files files,
                     std::function<void(const QString&)> failed);
    void redo() override;
    void undo() override;
    /// The trash was emptied since: nothing brings the run back.
    bool isGone() const;

private:
    Workspace& m_workspace;
    RunLibrary& m_library;
    std::filesystem::path m_source;
    TrashedRun m_trashed;
    Files m_files;
    int m_place = 0;  ///< in the list
    bool m_shown = true;
    std::function<void(const QString&)> m_failed;
};

}  // namespace lacuna
