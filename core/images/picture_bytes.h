// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lacuna {

/// A number of up to four bytes; what lies behind the end of `bytes` counts as 0.
inline std::uint32_t numberAt(std::string_view bytes, std::size_t at, std::size_t count, bool bigEndian) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = at + (bigEndian ? i : count - 1 - i);
        value = value << 8 | (from < bytes.size() ? static_cast<unsigned char>(bytes[from]) : 0U);
    }
    return value;
}
inline std::uint32_t littleEndian(std::string_view bytes, std::size_t at, std::size_t count) {
    return numberAt(bytes, at, count, false);
}
inline std::uint32_t bigEndian(std::string_view bytes, std::size_t at, std::size_t count) {
    return numberAt(bytes, at, count, true);
}

}  // namespace lacuna
