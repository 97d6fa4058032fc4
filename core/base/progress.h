// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace lacuna {

/// Where long work stands. `total` 0 = length unknown; never a timer's guess.
struct Progress {
    std::string what;  ///< "training the tower", "request B", …
    std::int64_t done = 0;
    std::int64_t total = 0;
    double secondsLeft = -1;  ///< from the measured rate; negative = not known yet
};

using ProgressFunction = std::function<void(const Progress&)>;

}  // namespace lacuna
