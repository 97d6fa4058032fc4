// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"

#include <chrono>
#include <string>

namespace lacuna::cli {

/// Progress on standard error: a bar with time left that rewrites its line on a terminal, a plain line now and then
/// otherwise. Standard output stays for results.
class ConsoleProgress {
public:
    explicit ConsoleProgress(bool quiet = false);
    ~ConsoleProgress();
    ConsoleProgress(const ConsoleProgress&) = delete;
    ConsoleProgress& operator=(const ConsoleProgress&) = delete;

    void show(const Progress& progress, const std::string& note = {});
    void clear();  ///< takes the bar away before other output
    ProgressFunction function();

private:
    bool m_quiet, m_terminal, m_drawn = false;
    std::string m_lastWhat;
    std::chrono::steady_clock::time_point m_lastShown{};
    int m_lastTenth = -1;
};

/// Names out of a stranger's file or folder as they may be shown: a terminal must not obey them.
std::string printable(std::string text);

/// "3 s", "2 min 05 s", "1 h 20 min"; "?" when negative.
std::string duration(double seconds);

}  // namespace lacuna::cli
