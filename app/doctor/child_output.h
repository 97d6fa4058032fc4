// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace lacuna {

struct ChildOutput {
    int code = -1;     ///< −1: it could not be started, or a signal ended it
    std::string text;  ///< both streams, without the last line's end
};

/// Runs a program to its end and takes what it prints. Waits at most half a minute, then ends it.
ChildOutput childOutput(std::vector<std::string> commandLine);

}  // namespace lacuna
