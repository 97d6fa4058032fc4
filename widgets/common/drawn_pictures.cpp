// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/drawn_pictures.h"

#include "core/base/error.h"
#include "core/benchmark/cache_folder.h"

#include <QFileInfo>

namespace lacuna {
namespace {

/// The folder while it is not whole; empty from then on.
QString folderToCome(const QString& path) {
    try {
        const auto folder = QString::fromStdString(drawnBenchmarkFolder().string());
        return path.startsWith(folder + '/') && !QFileInfo::exists(folder) ? folder : QString();
    } catch (const Error&) {  // no cache folder: nothing is drawn
        return {};
    }
}

}  // namespace

QString whereDrawn(const QString& path) {
    const auto folder = folderToCome(path);
    if (folder.isEmpty())
        return path;
    return QString::fromStdString(unfinished(folder.toStdString()).string()) + path.mid(folder.size());
}

bool isToBeDrawn(const QString& path) {
    return !folderToCome(path).isEmpty();
}

}  // namespace lacuna
