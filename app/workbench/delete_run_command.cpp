// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/delete_run_command.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <QCoreApplication>

namespace lacuna {

DeleteRunCommand::DeleteRunCommand(Workspace& workspace, RunLibrary& library, int run, Files files,
                                   std::function<void(const QString&)> failed)
    : m_workspace(workspace), m_library(library), m_files(files), m_failed(std::move(failed)) {
    const auto& history = workspace.runs().at(static_cast<std::size_t>(run)).history;
    m_source = history.source;
    const auto text = files == Files::ToTrash ? QCoreApplication::translate("DeleteRunCommand", "delete %1")
                                              : QCoreApplication::translate("DeleteRunCommand", "remove %1");
    setText(text.arg(QString::fromStdString(shownName(history))));
}

void DeleteRunCommand::redo() {
    const int run = m_workspace.indexOf(m_source);
    if (run < 0)
        return setObsolete(true);
    m_place = run;
    m_shown = m_workspace.runs()[static_cast<std::size_t>(run)].shown;
    try {
        m_trashed = m_files == Files::ToTrash ? m_library.remove(run) : m_library.forget(run);
    } catch (const Error& error) {
        setObsolete(true);
        m_failed(QString::fromUtf8(error.what()));
    }
}

bool DeleteRunCommand::isGone() const {
    return !m_trashed.folder.empty() && !isThere(m_trashed.folder);
}

void DeleteRunCommand::undo() {
    if (isGone())
        return setObsolete(true);
    try {
        m_library.bringBack(m_trashed, m_source, m_place, m_shown);
    } catch (const Error& error) {
        setObsolete(true);
        m_failed(QString::fromUtf8(error.what()));
    }
}

}  // namespace lacuna
