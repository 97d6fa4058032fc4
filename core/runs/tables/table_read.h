// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/tables/table.h"

#include <filesystem>

namespace lacuna {

/// What marks a file as a run of Lacuna (attributes "format" and "format_version").
constexpr const char* runFormat = "lacuna.run";
constexpr const char* runFormatVersion = "1.3";

/// The same of attacks on a run, whose first table is this one.
constexpr const char* attacksFormat = "lacuna.attacks";
constexpr const char* attacksFormatVersion = "1.0";
constexpr const char* attacksTable = "attacks";

/// Takes what is read as soon as it is read.
class TableSink {
public:
    virtual ~TableSink() = default;
    virtual void attributes(const std::map<std::string, std::string>& attributes) = 0;
    virtual void table(const std::string& name) = 0;
    virtual void column(const Column& column) = 0;  ///< of the last table
};

/// Reads the tables and columns asked for, sealed or live, also while another process appends to it. What the file does
/// not have is absent from the answer; a number is converted to the type asked for.
/// Follows no link, external file, virtual data set or filter plug-in, and refuses more than 4 GB.
/// Throws InputError: not a run file (or, where the table of attacks is asked for first, none of attacks), an unknown
/// major version, a damaged or hostile file. A damaged file may also hang
/// or end the process: read files through readTableFiles (child_reader.h), which calls this in a child process.
void readTableFile(const std::filesystem::path& path, const std::vector<TableSpec>& wanted, TableSink& sink);

}  // namespace lacuna
