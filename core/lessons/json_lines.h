// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace lacuna {

/// The line (from 1) on which each value of a JSON text begins, by its JSON pointer ("/steps/2/text"). The text must be
/// valid JSON already.
std::map<std::string, int> jsonLines(std::string_view text);

}  // namespace lacuna
