// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/command_palette.h"
#include "core/runs/run_spec.h"

#include <QString>
#include <QWidget>

#include <functional>
#include <vector>

namespace lacuna {

class Workbench;

/// One tab of the middle: a view, and what the window's figure actions do while it is in front (empty = nothing, the
/// action is greyed).
struct WorkbenchTab {
    QString id;  ///< "curves": as in settings and on the command line
    QString title;
    QWidget* widget = nullptr;
    std::function<void()> copyFigure, saveFigure, fit, resetZoom;
    /// Fills the form for a new run, from a given one or (null) from the defaults. Only the Sequence tab has it.
    std::function<void(const RunSpec*)> newRun;
    /// The requests of the run that is put together, by name, and how entities come into one (empty = a new one).
    std::function<QStringList()> requests = {};
    std::function<void(const QStringList& entities, const QString& request, bool keep)> addToRequest = {};
    /// What the session keeps of the tab, as text, and the way back (empty = nothing).
    std::function<QString()> keep = {};
    std::function<void(const QString&)> bringBack = {};
    /// What the palette finds of it: a metric, a setting.
    std::function<std::vector<PaletteEntry>()> entries = {};
};

/// The tabs there are, in the order of the window. Here a new view is put in.
std::vector<WorkbenchTab> buildTabs(Workbench& workbench, QWidget* parent);

}  // namespace lacuna
