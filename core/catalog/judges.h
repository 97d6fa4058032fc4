// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"

#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// A judge says what an answer shows: one of the verdicts.
struct JudgeRow {
    std::string id;  ///< "rubric"
    std::string name;
    std::string summary;
    ParameterTable parameters;
};

const std::vector<JudgeRow>& judgeRows();
const JudgeRow& judgeRow(std::string_view id);  ///< throws InputError for an unknown id

}  // namespace lacuna
