// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <CLI/CLI.hpp>

namespace lacuna::cli {

/// Prints the manual page lacuna(1) in man's own format (roff), made of the same rows as `--help`.
void printManualPage(const CLI::App& app);

}  // namespace lacuna::cli
