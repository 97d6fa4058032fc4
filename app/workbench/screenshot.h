// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

#include <functional>

namespace lacuna {

class MainWindow;

/// A picture of the window for a paper or a bug report.
struct ScreenshotRequest {
    QString file;
    QString tab;
    QString entity;       ///< name or id
    int stage = -1;       ///< −1 = as restored
    QString lesson = {};  ///< id of one that comes with Lacuna, or a file
    int page = 1;         ///< of the lesson, from 1
    int guess = 0;        ///< made on that page, from 1; 0 = none
    bool presenting = false;
};

/// Waits until runs, benchmark and pictures are there (at most half a minute), writes the picture, and calls
/// `done(problem)`; empty when all is well.
void takeScreenshot(MainWindow& window, const ScreenshotRequest& request, std::function<void(QString)> done);

}  // namespace lacuna
