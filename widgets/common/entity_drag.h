// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QMimeData>
#include <QStringList>

namespace lacuna {

/// What a drag of entities carries: their ids, one a line; and the request they are dragged out of, if any.
inline constexpr const char* entitiesMime = "application/x-lacuna-entities";
inline constexpr const char* requestMime = "application/x-lacuna-request";

inline QStringList entitiesIn(const QMimeData& data) {
    return QString::fromUtf8(data.data(entitiesMime)).split('\n', Qt::SkipEmptyParts);
}

}  // namespace lacuna
