// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/rename_run_command.h"

#include "core/base/error.h"

#include <QCoreApplication>

namespace lacuna {

RenameRunCommand::RenameRunCommand(Workspace& workspace, RunLibrary& library, int run, std::string title,
                                   std::function<void(const QString&)> failed)
    : m_workspace(workspace), m_library(library), m_title(std::move(title)), m_failed(std::move(failed)) {
    const auto& history = workspace.runs().at(static_cast<std::size_t>(run)).history;
    m_source = history.source;
    m_titleBefore = history.spec.title;
    const auto now = m_source.filename().string();
    m_name = folderNameOf(m_title, now);
    if (m_name != now && m_name != m_title)  // nobody asked for that very folder: any free one will do
        m_name = RunStore(m_source.parent_path()).freeName(m_name);
    setText(
        QCoreApplication::translate("RenameRunCommand", "rename %1").arg(QString::fromStdString(shownName(history))));
}

void RenameRunCommand::rename(const std::filesystem::path& from, const std::string& name, const std::string& title) {
    const int run = m_workspace.indexOf(from);
    if (run < 0)
        return setObsolete(true);
    try {
        m_library.rename(run, name, title);
    } catch (const Error& error) {
        setObsolete(true);
        m_failed(QString::fromUtf8(error.what()));
    }
}

}  // namespace lacuna
