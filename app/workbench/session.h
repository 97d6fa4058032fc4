// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QSettings>

#include <memory>

namespace lacuna {

class MainWindow;

/// Where a session is kept: `file`, or the user's own settings when it is empty.
std::unique_ptr<QSettings> sessionSettings(const QString& file = {});

/// The folder new runs go to: as left, else `$LACUNA_RUNS`, else the user's data folder.
QString runsFolder(const QSettings& settings);

/// What the next start shall find again: window, tab, theme, runs folder, runs opened from elsewhere, hidden runs,
/// stage, selection, the draft of a run.
void saveSession(MainWindow& window, QSettings& settings);

/// The part that is there at once (window, tab, theme).
void restoreWindow(MainWindow& window, const QSettings& settings);

/// The part that comes as runs and benchmark are read.
void restoreWorkspace(MainWindow& window, const QSettings& settings);

}  // namespace lacuna
