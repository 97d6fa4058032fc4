// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFile>
#include <QRegularExpression>
#include <QStringList>

namespace lacuna::testing {

/// Of a file; empty where there is none.
inline QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// The C++ that a document shows, block by block.
inline QStringList codeOf(const QString& document) {
    static const QRegularExpression block("```cpp\n(.*?)```", QRegularExpression::DotMatchesEverythingOption);
    QStringList blocks;
    for (auto match = block.globalMatch(textOf(document)); match.hasNext();)
        blocks << match.next().captured(1);
    return blocks;
}

}  // namespace lacuna::testing
