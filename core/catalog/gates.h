// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"

#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// A gate decides per picture which expert answers, or the base model.
struct GateRow {
    std::string id;  ///< "relative"
    std::string name;
    std::string summary;
    std::string score;  ///< what it holds against its threshold, a higher one is more of it; empty = it has none
    ParameterTable parameters;
    bool asksService = false;  ///< an OpenAI-compatible service decides: the spec names it
};

const std::vector<GateRow>& gateRows();
const GateRow& gateRow(std::string_view id);  ///< throws InputError for an unknown id

}  // namespace lacuna
