// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lacuna {

/// One member of the outermost object, seen as soon as it is read.
using JsonMemberFunction = std::function<void(const std::string& key, nlohmann::json& value)>;

/// JSON from outside, checked as hostile: valid UTF-8, no duplicate keys, nesting of at most 64. Throws InputError that
/// begins with `source`. With `onMember` the members of the outermost object are handed over one by one and not kept,
/// so that a large file costs no memory; the result is then an empty object.
nlohmann::json parseJson(std::string_view text, const std::string& source, const JsonMemberFunction& onMember = {});

/// A JSON file's text as UTF-8: without a byte order mark, translated from UTF-16 (with a mark or without one: JSON
/// begins with an ASCII sign, so that the place of the zero byte tells; RFC 4627, section 3). Throws InputError for
/// UTF-32 and broken UTF-16.
std::string readJsonText(const std::filesystem::path& path, std::size_t limitBytes = std::size_t{64} << 20);

/// The same for a file of at most `limitBytes`, as readJsonText reads it.
nlohmann::json readJson(const std::filesystem::path& path, std::size_t limitBytes = std::size_t{64} << 20);

}  // namespace lacuna
