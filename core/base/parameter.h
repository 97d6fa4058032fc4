// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// One hyper-parameter, said once: command line, form, JSON check, tooltip and docs are made from this row.
struct ParameterRow {
    std::string id;     ///< as in JSON and on the command line: "lora_alpha"
    std::string label;  ///< as in the form: "LoRA alpha"
    double defaultValue = 0;
    double minimum = 0;
    double maximum = 0;
    std::string help;  ///< one plain sentence
    bool integer = false;
};

using ParameterTable = std::vector<ParameterRow>;
using ParameterValues = std::map<std::string, double>;

/// The row, or nullptr.
const ParameterRow* findParameter(const ParameterTable& table, std::string_view id);

/// `values` completed by the table's defaults. Throws InputError for an unknown name (naming the nearest known one),
/// a value out of range, not finite, or not whole where a whole number is asked. `where` opens the message.
ParameterValues checkedParameters(const ParameterTable& table, const ParameterValues& values, std::string_view where);

/// The known word nearest to `word` by edit distance, upper and lower case alike, or empty when none is near. For "did
/// you mean …?".
std::string nearestWord(std::string_view word, const std::vector<std::string>& known);

}  // namespace lacuna
