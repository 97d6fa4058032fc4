// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <charconv>
#include <optional>
#include <string_view>

namespace lacuna {

/// All of `text` as a number with a point before its decimals, in every locale (std::stod and its kin stop at the point
/// where decimals follow a comma). Nothing for anything else: spaces, more text behind it, out of range. A plus may
/// stand in front.
template <typename Number>
std::optional<Number> numberFrom(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    Number value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace lacuna
