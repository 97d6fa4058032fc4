// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace lacuna {

// The embedded benchmark's pictures are drawn once, by the engine, while its entities are shown already.

/// Where the picture lies now: `path`, or its place while the benchmark is drawn.
QString whereDrawn(const QString& path);

/// Is the picture one of those that are still to be drawn? Then it is worth looking again.
bool isToBeDrawn(const QString& path);

}  // namespace lacuna
