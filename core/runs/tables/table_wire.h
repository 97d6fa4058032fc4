// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/runs/tables/table_read.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lacuna {

// How lacuna-reader hands tables to the process that started it, column by column while it reads: both ends are of one
// build, on one machine.

using WireWrite = std::function<void(const void* bytes, std::size_t count)>;
using WireRead = std::function<void(void* bytes, std::size_t count)>;  ///< fills all of it, or throws

/// The sending end of one file: what it takes as a sink, then one of `end` and `failed`.
class WireSink final : public TableSink {
public:
    explicit WireSink(WireWrite write) : m_write(std::move(write)) {}
    void attributes(const std::map<std::string, std::string>& attributes) override;
    void table(const std::string& name) override;
    void column(const Column& column) override;
    void end();
    void failed(const Error& error);

private:
    WireWrite m_write;
};

/// One file as it was found: its tables, or why not.
struct TableFileResult {
    TableFile content;
    std::optional<Error> error;
};

/// The receiving end. Checks what it reads: a child that read a hostile file is not to be trusted. Throws InputError.
TableFileResult readFromWire(const WireRead& read);

/// The request as one command-line argument, and back.
std::string encodeSpecs(const std::vector<TableSpec>& specs);
std::vector<TableSpec> decodeSpecs(std::string_view text);

}  // namespace lacuna
