// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/rename_run_command.h"

#include "core/base/error.h"

#include <QCoreApplication>

namespace lacuna {

RenameRunCommand::RenameRunCommand(Workspace& workspace, RunLibrary& library, int run, std::string name,
                                   std::function<void(const QString&)> failed)
    : m_workspace(workspace), m_library(library), m_name(std::move(name)), m_failed(std::move(failed)) {
    m_source = workspace.runs().at(static_cast<std::size_t>(run)).history.source;
    setText(QCoreApplication::translate("RenameRunCommand", "rename %1")
                .arg(QString::fromStdString(m_source.filename().string())));
}

void RenameRunCommand::rename(const std::filesystem::path& from, const std::string& name) {
    const int run = m_workspace.indexOf(from);
    if (run < 0)
        return setObsolete(true);
    try {
        m_library.rename(run, name);
    } catch (const Error& error) {
        setObsolete(true);
        m_failed(QString::fromUtf8(error.what()));
    }
}

}  // namespace lacuna
