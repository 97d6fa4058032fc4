// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

#include <optional>
#include <vector>

namespace lacuna {

/// The model of a run that never saw whom another has forgotten.
struct GoldStage {
    const RunHistory* run = nullptr;
    int stage = 0;
};

/// The stage of a reference run `among` these that leaves out exactly whom `run` forgets by `stage`, of the same
/// benchmark and model; nothing where there is none. At stage 0 the original model, which is its own reference.
std::optional<GoldStage> goldOf(const RunHistory& run, int stage, const std::vector<const RunHistory*>& among);

/// How far a stage is from gold, over the questions that both were asked. What was not measured is absent.
struct GoldFigures {
    /// p of the two-sample Kolmogorov–Smirnov test between the truth ratios about the forgotten: 1 = as in gold.
    /// Source: Maini et al. 2024, arXiv 2401.06121.
    std::optional<double> forgetQuality;
    /// ((1 − A) − (1 − A_gold)) / (1 − A_gold) · 100, A the area by Min-K % of the forgotten against bystanders: 0 = as
    /// in gold, −100 = as well known as ever, above 0 = forgotten so hard that it shows. Source: Shi et al. 2024, arXiv
    /// 2407.06460.
    std::optional<double> privacyLeak;
    /// Mean Jensen–Shannon divergence, in bits, of "the truth or anything else" by the probability per token.
    std::optional<double> distanceForget, distanceRetain;
};

/// `own` the answers of the stage, `gold` those of its reference.
GoldFigures goldFigures(const std::vector<AnswerRow>& own, const std::vector<AnswerRow>& gold,
                        const std::vector<RequestRow>& requests, int stage);

}  // namespace lacuna
