// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/torch_fetch.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace lacuna {
namespace {

constexpr double bytesPerMb = 1e6;
constexpr int mostMsToEnd = 2000;

}  // namespace

TorchFetch::TorchFetch(QObject* parent) : QObject(parent) {
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &TorchFetch::readProgress);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            emit ended(tr("%1 cannot be started (%2). Install Lacuna again.").arg(m_program, m_process.errorString()));
    });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        if (m_stopped)
            emit ended(tr("Fetching libtorch was stopped. Nothing was changed."));
        else if (status == QProcess::NormalExit && code == 0)
            emit ended({});
        else {
            const auto said = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
            emit ended(said.isEmpty() ? tr("%1 ended without a word.").arg(m_program)
                                      : said.section("lacuna-get-torch: ", -1));
        }
    });
}

TorchFetch::~TorchFetch() {
    if (!running())
        return;
    disconnect(&m_process, nullptr, this, nullptr);
    m_process.terminate();
    m_process.waitForFinished(mostMsToEnd);
}

bool TorchFetch::possible() const {
    const auto program = m_program.isEmpty() ? QCoreApplication::applicationDirPath() + "/lacuna-get-torch" : m_program;
    return QFileInfo(program).isExecutable();
}

void TorchFetch::useProgram(const QString& program, const QStringList& before) {
    m_program = program;
    m_before = before;
}

void TorchFetch::start() {
    if (running())
        return;
    if (m_program.isEmpty())
        m_program = QCoreApplication::applicationDirPath() + "/lacuna-get-torch";
    m_stopped = false;
    emit progress(tr("Fetching libtorch…"));
    m_process.start(m_program, m_before + QStringList{"--yes", "--progress"});
}

void TorchFetch::stop() {
    m_stopped = true;
    m_process.terminate();
}

void TorchFetch::readProgress() {
    QString text;
    while (m_process.canReadLine()) {
        const auto words = QString::fromUtf8(m_process.readLine()).trimmed().split(' ');
        if (words.size() == 3 && words[0] == "progress")
            text = tr("Fetching libtorch: %1 of %2 MB")
                       .arg(words[1].toDouble() / bytesPerMb, 0, 'f', 0)
                       .arg(words[2].toDouble() / bytesPerMb, 0, 'f', 0);
        else if (words == QStringList{"checking"})
            text = tr("Checking libtorch…");
        else if (words == QStringList{"unpacking"})
            text = tr("Unpacking libtorch…");
    }
    if (!text.isEmpty() && !m_stopped)
        emit progress(text);
}

QString TorchFetch::offer() {
    return tr("Get libtorch? 540 MB to download (2.5 GB with an NVIDIA device), half a gigabyte on disk (3.8).");
}

QString TorchFetch::licence() {
    return tr(
        "libtorch is under BSD-3-Clause; inside are Intel's oneMKL (Intel Simplified Software License) and NVIDIA's "
        "CUDA "
        "runtime (NVIDIA's licence). They are no part of Lacuna. It goes to lacuna/libtorch in your data folder; "
        "lacuna-get-torch --remove takes it away.");
}

}  // namespace lacuna
