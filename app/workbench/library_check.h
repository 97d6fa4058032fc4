// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

#include <string>

namespace lacuna {

/// What is wrong with a library whose build function (null: it has none) was found under `path`; empty when it is of
/// this program's build.
QString buildProblem(const char* (*build)(), const QString& path);

/// The same of the library that this program was started with.
QString ownLibraryProblem();

}  // namespace lacuna
