// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <CLI/CLI.hpp>

namespace lacuna {

/// Adds `doctor` to `app`: prints what was found and what is wrong with it. Its callback throws InputError where
/// something is.
void addDoctorCommand(CLI::App& app);

}  // namespace lacuna
