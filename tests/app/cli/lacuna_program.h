// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QProcess>
#include <QStringList>
#include <QtTest>

#include <memory>
#include <vector>

namespace lacuna::testing {

/// The built `lacuna` at work, started by the constructor.
class LacunaProgram {
public:
    explicit LacunaProgram(const QStringList& arguments);
    /// By the shell, as a line that holds `lacuna` in quotes: for limits, redirections and the folder it works in.
    static LacunaProgram inShell(const QString& line);

    struct Result {
        int code = -1;  ///< −1: it did not end, or by a signal
        QByteArray out, err;
    };
    Result wait() {
        Result result;
        if (m_process->state() == QProcess::NotRunning || m_process->waitForFinished(60'000))
            result.code = m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
        result.out = m_printed + m_process->readAllStandardOutput();
        result.err = m_process->readAllStandardError();
        return result;
    }
    /// Until it has printed `text`, or ended.
    bool waitForOutput(const QByteArray& text) {
        while (!m_printed.contains(text) && m_process->waitForReadyRead(60'000))
            m_printed += m_process->readAllStandardOutput();
        return m_printed.contains(text);
    }
    qint64 processId() const { return m_process->processId(); }

private:
    LacunaProgram(const QString& program, const QStringList& arguments);

    std::unique_ptr<QProcess> m_process;
    QByteArray m_printed;
};

inline LacunaProgram::Result lacuna(const QStringList& arguments) {
    return LacunaProgram(arguments).wait();
}

}  // namespace lacuna::testing
