#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace lacuna {

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// The same of a file, read in pieces. Throws InputError when it cannot be read.
std::string sha256OfFile(const std::filesystem::path& path);

}  // namespace lacuna
