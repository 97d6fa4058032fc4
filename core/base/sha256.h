// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lacuna {

/// Of bytes that come in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    void add(std::string_view bytes);
    std::string hex();  ///< once, after the last piece

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// The same of a file, read in pieces of a megabyte, an interruption point between them; `came` is told of how many
/// bytes. Throws InputError when the file cannot be read.
std::string sha256OfFile(const std::filesystem::path& path, const std::function<void(std::uint64_t)>& came = {});

}  // namespace lacuna
