// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"

#include "core/base/ascii.h"
#include "core/base/error.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna {
const ParameterRow* findParameter(const ParameterTable& table, std::string_view id) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const auto& r) { return r.id == id; });
    return row == table.end() ? nullptr : &*row;
}

std::string nearestWord(std::string_view word, const std::vector<std::string>& known) {
    // At least one letter must agree: "lr" is no misspelling of "po".
    const auto furthest = std::min(std::max<std::size_t>(2, word.size() / 3), word.empty() ? 0 : word.size() - 1);
    std::string best;
    std::size_t bestDistance = 1 + furthest;
    for (const auto& candidate : known) {
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), 0);
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t changed =
                    diagonal + (asciiLower(word[i - 1]) == asciiLower(candidate[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return best;
}

ParameterValues checkedParameters(const ParameterTable& table, const ParameterValues& values, std::string_view where) {
    ParameterValues complete;
    for (const auto& row : table)
        complete[row.id] = row.defaultValue;
    for (const auto& [id, value] : values) {
        const auto* row = findParameter(table, id);
        if (!row) {
            std::vector<std::string> known;
            for (const auto& r : table)
                known.push_back(r.id);
            const auto near = nearestWord(id, known);
            throw inputError("{}: no parameter \"{}\". {}", where, id,
                             near.empty() ? fmt::format("Known are: {}.", fmt::join(known, ", "))
                                          : fmt::format("Did you mean \"{}\"?", near));
        }
        if (!std::isfinite(value) || value < row->minimum || value > row->maximum)
            throw inputError("{}: {} = {} is outside {} to {}. Choose a value in that range.", where, id, value,
                             row->minimum, row->maximum);
        if (row->integer && value != std::floor(value))
            throw inputError("{}: {} = {} must be a whole number.", where, id, value);
        complete[id] = value;
    }
    return complete;
}

}  // namespace lacuna
