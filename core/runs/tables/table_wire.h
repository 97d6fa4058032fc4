#pragma once
#include "core/runs/tables/table.h"

#include <functional>
#include <string>
#include <string_view>

namespace lacuna {

// How lacuna-reader hands tables to the process that started it: both ends are of one build, on one machine.

using WireWrite = std::function<void(const void* bytes, std::size_t count)>;
using WireRead = std::function<void(void* bytes, std::size_t count)>;  ///< fills all of it, or throws

void writeTables(const TableFile& content, const WireWrite& write);

/// Checks what it reads: a child that read a hostile file is not to be trusted. Throws InputError.
TableFile readTables(const WireRead& read);

void writeText(std::string_view text, const WireWrite& write);
std::string readText(const WireRead& read);

/// The request as one command-line argument, and back.
std::string encodeSpecs(const std::vector<TableSpec>& specs);
std::vector<TableSpec> decodeSpecs(std::string_view text);

}  // namespace lacuna
