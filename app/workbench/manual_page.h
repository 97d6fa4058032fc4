// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QCommandLineOption>
#include <QList>

namespace lacuna {

/// Prints the manual page lacuna-workbench(1) in man's own format (roff), made of the rows that --help is made of.
void printManualPage(const QString& description, const QList<QCommandLineOption>& rows);

}  // namespace lacuna
