// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <ATen/ATen.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What the decoder says (its normed output, behind the last layer) where it is to say each token of a question's true
/// answer, closing EOS included: [tokens, hidden], no rows where there is no answer, in the machine's memory.
struct TruthStates {
    at::Tensor subject;   ///< as what is measured has them
    at::Tensor original;  ///< as the original model has them
};

/// One answer as a measure sees it.
struct MeasuredAnswer {
    const AnswerRow& row;
    const std::vector<RequestRow>& requests;  ///< in the order they arrive
    TruthStates states = {};                  ///< float32; undefined unless the measure needs states
};

/// What a measure asks of an evaluation beside the answers and how likely their truths are. What no measure needs is
/// not computed.
struct MeasureNeeds {
    bool states = false;        ///< kept are 2 numbers × tokens × hidden per probe, in the model's type
    bool tokens = false;        ///< the truths' tokens one by one (see TokenScores): hardly any time
    bool otherAnswers = false;  ///< how likely other answers are (see OtherAnswers): ten short passes
    bool names = false;         ///< the questions with the name in the picture's place: one pass
    bool bystanders = false;    ///< that they are asked, also without a gate
    bool operator==(const MeasureNeeds&) const = default;
};

/// How a metric of the catalog with scope Cell is measured: a cell holds the mean over its answers.
struct Measure {
    std::string_view metric;                             ///< id in the catalog
    std::optional<double> (*of)(const MeasuredAnswer&);  ///< nothing = this answer does not count
    MeasureNeeds needs = {};
    bool absentAtZero = false;  ///< no cell where every answer has 0
    /// The cell holds no mean: its answers' values against those of the stage's bystanders (see areaUnderCurve).
    bool againstBystanders = false;
};

/// One per metric with scope Cell, in the catalog's order, in which a run's files have them.
const std::vector<Measure>& measures();

/// Those of a choice as in RunSpec::metrics. Throws InputError as chosenMetrics.
std::vector<Measure> measuresOf(const std::string& choice);

/// Of all of them together.
MeasureNeeds needsOf(const std::vector<Measure>& measures);

}  // namespace lacuna
