// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <optional>
#include <string_view>
#include <vector>

namespace lacuna {

/// What one answer alone brings to a metric of the catalog; nothing = it does not count there.
using AnswerValue = std::optional<double> (*)(const AnswerRow& row);

std::optional<double> exactValue(const AnswerRow& row);
std::optional<double> rougeValue(const AnswerRow& row);
std::optional<double> probabilityValue(const AnswerRow& row);
std::optional<double> forgetScore(const AnswerRow& row);  ///< 0 … 1
std::optional<double> retainScore(const AnswerRow& row);  ///< 0 … 1
std::optional<double> refusalValue(const AnswerRow& row);
std::optional<double> leakValue(const AnswerRow& row);
std::optional<double> gibberishValue(const AnswerRow& row);

/// Null for a metric that needs more than the answer: requests, hidden states, texts compared anew.
AnswerValue answerValue(std::string_view metric);

}  // namespace lacuna
