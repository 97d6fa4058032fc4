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

namespace {

/// Letters to change, add, leave out or swap with their neighbour, upper and lower case alike.
std::size_t editDistance(std::string_view one, std::string_view other) {
    std::vector<std::vector<std::size_t>> steps(one.size() + 1, std::vector<std::size_t>(other.size() + 1));
    std::iota(steps[0].begin(), steps[0].end(), 0);
    const auto same = [&](std::size_t i, std::size_t j) { return asciiLower(one[i - 1]) == asciiLower(other[j - 1]); };
    for (std::size_t i = 1; i <= one.size(); ++i) {
        steps[i][0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            steps[i][j] =
                std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + (same(i, j) ? 0 : 1)});
            if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j))
                steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    }
    return steps[one.size()][other.size()];
}

}  // namespace

std::string nearestWord(std::string_view word, const std::vector<std::string>& known) {
    // At least one letter must agree: "lr" is no misspelling of "po".
    const auto furthest = std::min(std::max<std::size_t>(2, word.size() / 3), word.empty() ? 0 : word.size() - 1);
    std::string best;
    std::size_t bestDistance = 1 + furthest;
    for (const auto& candidate : known) {
        const auto distance = editDistance(word, candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
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
