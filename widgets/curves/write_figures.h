// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"
#include "widgets/common/theme.h"

#include <QString>

#include <vector>

namespace lacuna {

/// The figures of a comparison, drawn without a window (a QApplication must be there, any platform will do):
/// forgetting, retention, matrix and plane, each as PNG (twice the pixels) and SVG, into `folder`, which is made where
/// it is missing. Runs of one method that differ only in their seed become one line with a band. Applies `mode` to the
/// application. Returns the paths written. Throws InputError without runs, ResourceError when a file cannot be written.
std::vector<QString> writeFigures(std::vector<RunHistory> runs, const QString& folder,
                                  Theme::Mode mode = Theme::Mode::Light);

}  // namespace lacuna
