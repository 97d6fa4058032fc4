// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/run_library.h"

#include <QUndoCommand>

#include <functional>

namespace lacuna {

/// A run under another name, its folder under one that follows from it; undone, both as before.
class RenameRunCommand : public QUndoCommand {
public:
    RenameRunCommand(Workspace& workspace, RunLibrary& library, int run, std::string title,
                     std::function<void(const QString&)> failed);
    void redo() override { rename(m_source, m_name, m_title); }
    void undo() override { rename(m_source.parent_path() / m_name, m_source.filename().string(), m_titleBefore); }

private:
    void rename(const std::filesystem::path& from, const std::string& name, const std::string& title);

    Workspace& m_workspace;
    RunLibrary& m_library;
    std::filesystem::path m_source;
    std::string m_name, m_title, m_titleBefore;
    std::function<void(const QString&)> m_failed;
};

}  // namespace lacuna
