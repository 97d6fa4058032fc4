// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStringList>
#include <QtNetwork/QLocalServer>

namespace lacuna {

/// One window per runs folder: a second start hands its files to the first, which comes to the front.
class SingleInstance final : public QObject {
    Q_OBJECT
public:
    /// Takes `files` (absolute paths) over for whoever has `runsFolder` open; false = nobody answers within half a
    /// second.
    static bool handOver(const QString& runsFolder, const QStringList& files);

    /// Answers for `runsFolder` from now on. Where that cannot be, starts stay apart as if they were of other folders.
    explicit SingleInstance(const QString& runsFolder, QObject* parent = nullptr);
    bool listening() const { return m_server.isListening(); }

signals:
    void handed(const QStringList& files);  ///< of another start; may be empty

private:
    void take();

    QLocalServer m_server;
};

}  // namespace lacuna
