// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/report_maker.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

namespace lacuna {

ReportMaker::ReportMaker(QObject* parent) : QObject(parent) {
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        if (status == QProcess::NormalExit && code == 0) {
            emit made(m_file);
            return;
        }
        auto text = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
        emit failed(text.isEmpty() ? tr("The report could not be written: %1 ended.").arg(m_process.program()) : text);
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            emit failed(tr("%1 cannot be started: %2.").arg(m_process.program(), m_process.errorString()));
    });
}

ReportMaker::~ReportMaker() {
    m_process.disconnect(this);
    if (busy()) {  // the file is written whole or not at all
        m_process.kill();
        m_process.waitForFinished(1000);
    }
}

QString ReportMaker::program() {
    const QString beside = QCoreApplication::applicationDirPath() + QStringLiteral("/lacuna");
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(QStringLiteral("lacuna"));
}

void ReportMaker::make(const QStringList& runs, const QString& file) {
    if (busy()) {
        emit failed(tr("A report is being written: wait for it."));
        return;
    }
    const auto found = program();
    if (found.isEmpty()) {
        emit failed(
            tr("The program \"lacuna\", which writes reports, is neither beside this one nor on the path. Install "
               "the command line."));
        return;
    }
    m_file = file;
    m_process.start(found, QStringList{QStringLiteral("report")} + runs + QStringList{QStringLiteral("--out"), file});
}

}  // namespace lacuna
