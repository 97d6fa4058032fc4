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
std::optional<double> exactRephrasedValue(const AnswerRow& row);  ///< of questions in words that were not trained
std::optional<double> extractionValue(const AnswerRow& row);
std::optional<double> memorizationValue(const AnswerRow& row);
/// R = AnswerRow::truthRatio: min(R, 1/R) on a forget set, max(0, 1 − R) on a retain set. Source: Maini et al. 2024,
/// arXiv 2401.06121.
std::optional<double> truthRatioValue(const AnswerRow& row);
std::optional<double> exposureValue(const AnswerRow& row);
std::optional<double> modalityGapValue(const AnswerRow& row);

// The higher, the more the model looks as if it had been trained on the answer; the metric is an area under the curve.
std::optional<double> lossMembership(const AnswerRow& row);  ///< mean log-probability per token
std::optional<double> zlibMembership(const AnswerRow& row);  ///< that, per byte of the truth as zlib packs it
std::optional<double> minKMembership(const AnswerRow& row);
std::optional<double> minKPlusMembership(const AnswerRow& row);

/// Null for a metric that needs more than the answer: requests, hidden states, texts compared anew.
AnswerValue answerValue(std::string_view metric);

/// The same of a metric that holds a set's answers against the bystanders'; null for any other.
AnswerValue membershipValue(std::string_view metric);

}  // namespace lacuna
