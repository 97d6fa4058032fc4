// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

#include <filesystem>

namespace lacuna {

/// What the engine would take up now. Whoever knows the engine fills it in; the view shows it and guesses nothing.
struct RunControls {
    std::filesystem::path run = {};  ///< in work or held; empty = none
    bool pause = false, goOn = false, stop = false, checkpoint = false, skip = false;
    bool resume = false;   ///< a stopped run may be taken up again
    bool queues = false;   ///< a run that is started now waits for its turn
    QString noSkip = {};   ///< why there is nothing to skip now; empty where `skip`, or where it goes without saying
    QString waiting = {};  ///< "Pausing after this step…": what was asked and has not happened; empty = nothing
    QString problem = {};  ///< why nothing can be computed; empty = it can
    bool operator==(const RunControls&) const = default;
};

}  // namespace lacuna
