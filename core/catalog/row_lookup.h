// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/base/parameter.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// The row of a table of the catalog by its id. Throws InputError for an unknown one, with the nearest known; `what`
/// names the kind of row ("method").
template <typename Row>
const Row& rowOf(const std::vector<Row>& rows, std::string_view id, std::string_view what) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.id == id; });
    if (row != rows.end())
        return *row;
    std::vector<std::string> known;
    std::string list;
    for (const auto& r : rows) {
        known.push_back(r.id);
        list += (list.empty() ? "" : ", ") + r.id;
    }
    const auto near = nearestWord(id, known);
    throw inputError("There is no {} \"{}\". {}Known are: {}.", what, id,
                     near.empty() ? "" : fmt::format("Did you mean \"{}\"? ", near), list);
}

}  // namespace lacuna
