// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/run_library.h"

#include <QUndoCommand>

namespace lacuna {

/// Lets an undo command, which is no QObject, say what went wrong.
class Teller : public QObject {
    Q_OBJECT
signals:
    void failed(const QString& message);
};

/// A run to the trash; undone, back where it was.
class DeleteRunCommand : public QUndoCommand {
public:
    DeleteRunCommand(Workspace& workspace, RunLibrary& library, int run);
    void redo() override;
    void undo() override;
    Teller* teller() { return &m_teller; }
    /// The trash was emptied since: nothing brings the run back.
    bool isGone() const;

private:
    Workspace& m_workspace;
    RunLibrary& m_library;
    std::filesystem::path m_source;
    TrashedRun m_trashed;
    Teller m_teller;
};

}  // namespace lacuna
