// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

namespace lacuna {

/// Copies all that lies in the folder `from` into `to`, which is made; piece by piece, not synced. Throws ResourceError
/// naming the file and the system's reason (std::filesystem::copy says "Input/output error" of a full disk), Cancelled.
void copyFolder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lacuna
