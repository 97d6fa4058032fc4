// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Rows in JSON, with every column they have.
#include "core/runs/run_records.h"

#include <nlohmann/json_fwd.hpp>

namespace lacuna {

/// Sets a key for every column, and "tokens".
void addAnswer(nlohmann::ordered_json& json, const AnswerRow& row);

/// Back: columns that are absent keep their defaults, but for the answer itself. Throws nlohmann::json::exception.
AnswerRow answerFromJson(const nlohmann::json& json);

/// A key for every column.
nlohmann::ordered_json cellJson(const CellRow& row);

}  // namespace lacuna
