// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>

namespace lacuna {

/// A variable of the environment that Lacuna reads, for the manual pages.
struct EnvironmentRow {
    const char* name;
    const char* help;
};

inline constexpr std::array environmentRows{
    EnvironmentRow{"LACUNA_TORCH",
                   "Folder of the libtorch to use: a wheel's torch folder, a libtorch archive or a prefix. Without it "
                   "Lacuna looks beside its own libraries, in the Python environment that it was installed into, and "
                   "for what lacuna-get-torch fetched."},
    EnvironmentRow{"LACUNA_CACHE",
                   "Folder for drawn pictures and answers of the original model, instead of "
                   "$XDG_CACHE_HOME/lacuna."},
    EnvironmentRow{"LACUNA_RUNS", "Folder of the window's runs, instead of $XDG_DATA_HOME/lacuna/runs."},
    EnvironmentRow{"LACUNA_DATASETS", "Folder of the embedded model, instead of the installed one."},
    EnvironmentRow{"LACUNA_API_KEY", "Key for the service that the gate \"remote\" asks."},
};

}  // namespace lacuna
