// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/tables/table.h"

#include <filesystem>
#include <memory>

namespace lacuna {

/// Appends rows to a file that another process may read at the same time (HDF5's SWMR). The file stands complete with
/// all its columns before it is opened here (writeLiveFile): nothing but appending ever happens to it, which is what
/// survives a kill at any write. Rows count once the line of `committed` that follows them is there, so a reader never
/// sees columns of different length.
class LiveFile {
public:
    /// Throws ResourceError when the file cannot be opened for writing.
    explicit LiveFile(const std::filesystem::path& path);
    ~LiveFile();
    LiveFile(const LiveFile&) = delete;
    LiveFile& operator=(const LiveFile&) = delete;

    /// Tables and columns as the file was made with, in any order; tables without rows may be left out. Another process
    /// can read the rows once this returns. Throws ResourceError (disk full); the rows before are then still readable.
    void append(const std::vector<Table>& rows);

    /// Waits until everything appended is on the disk, safe from a power cut.
    void sync();

private:
    class Writer;
    std::unique_ptr<Writer> m_writer;
};

}  // namespace lacuna
