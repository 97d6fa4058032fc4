// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/tables/table.h"

#include <filesystem>
#include <string>

namespace lacuna {

/// The bytes of a sealed file: columns compressed, text of fixed length, for reading also by h5py and pandas. Made in
/// memory, so that a full disk never meets a half-written file of the library's: writeFileAtomically puts it on the
/// disk as a whole. Throws ResourceError when memory is short.
std::string sealedImage(const TableFile& content);

/// Writes a live file, made to grow (LiveFile): columns not compressed, text as bytes and ends, a table of commits.
/// Not synced, and half a file when it throws ResourceError: write beside the real name, then publishFile.
void writeLiveFile(const std::filesystem::path& path, const TableFile& content);

}  // namespace lacuna
