// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QtNetwork/QLocalSocket>

#include <unistd.h>

namespace lacuna {
namespace {

constexpr int answerMs = 500;
constexpr qint64 mostBytes = 1 << 20;

/// Of this user and that folder, by whatever path it was named.
QString serverName(const QString& runsFolder) {
    QFileInfo folder(runsFolder);
    const auto place = folder.exists() ? folder.canonicalFilePath() : folder.absoluteFilePath();
    const auto hash = QCryptographicHash::hash(QDir::cleanPath(place).toUtf8(), QCryptographicHash::Sha256).toHex();
    return QStringLiteral("lacuna-%1-%2").arg(getuid()).arg(QString::fromLatin1(hash.left(16)));
}

}  // namespace

bool SingleInstance::handOver(const QString& runsFolder, const QStringList& files) {
    QLocalSocket socket;
    socket.connectToServer(serverName(runsFolder));
    if (!socket.waitForConnected(answerMs))
        return false;
    socket.write(files.join('\n').toUtf8() + '\0');
    return socket.waitForBytesWritten(answerMs) && socket.waitForReadyRead(answerMs) && socket.readAll() == "taken";
}

SingleInstance::SingleInstance(const QString& runsFolder, QObject* parent) : QObject(parent) {
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::take);
    const auto name = serverName(runsFolder);
    QLocalSocket other;
    other.connectToServer(name);
    if (other.waitForConnected(answerMs))
        return;                        // somebody does answer: a start at the same moment
    QLocalServer::removeServer(name);  // of one that was killed
    m_server.listen(name);
}

void SingleInstance::take() {
    while (auto* socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto read = [this, socket] {
            if (socket->bytesAvailable() > mostBytes) {
                socket->abort();
                return;
            }
            if (!socket->peek(mostBytes).endsWith('\0'))
                return;
            auto said = socket->readAll();
            said.chop(1);
            socket->write("taken");
            socket->flush();
            emit handed(QString::fromUtf8(said).split('\n', Qt::SkipEmptyParts));
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

}  // namespace lacuna
