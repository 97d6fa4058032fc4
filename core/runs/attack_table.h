// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/attack_figures.h"
#include "core/runs/run_history.h"

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// A run with what was tried against one of its stages.
struct AttackedRun {
    const RunHistory* run = nullptr;
    const AttackLog* log = nullptr;
    int stage = 0;
    std::vector<AttackFigure> figures;  ///< of the attacks that were mounted
    std::optional<double> utilityLost;  ///< see utilityLost

    const AttackFigure* figure(std::string_view attack) const;  ///< null = not mounted
    /// The figure of the attack that wins back most; null where none can be read.
    const AttackFigure* strongest() const;
};

/// 1 − MU at the stage / MU of the original, over all retain sets: what the unlearning itself cost. Nothing where one
/// of them was not measured.
std::optional<double> utilityLost(const RunHistory& run, int stage);

/// The last stage that anything was tried against; −1 = none.
int attackedStage(const AttackLog& log);

/// At `stage`, or (nothing) the last one that was attacked. Both outlive it.
AttackedRun attackedRun(const RunHistory& run, const AttackLog& log, std::optional<int> stage = {});

/// "77 % [70, 84]": a share of the lost answers with its interval; empty without one.
std::string recoveredText(const std::optional<RecoveredShare>& recovered);

/// What the tables below end with: how they are to be read.
inline constexpr const char* attackTableNote =
    "Share of the answers lost about forgotten entities that each attack wins back: the strongest of its ways, 95 % "
    "interval by entities; - = not mounted, n/a = does not apply to such a run. What none of these attacks recovers is "
    "not recovered by the attacks shown, no more.";

/// Runs × attacks, for reading; `markdown` as a table of it.
std::string attackTable(const std::vector<AttackedRun>& runs, bool markdown);
/// In long form: a row for each way of each attack, with before, after, original, N, price, and why one was refused.
std::string attackCsv(const std::vector<AttackedRun>& runs);
std::string attackJson(const std::vector<AttackedRun>& runs);

}  // namespace lacuna
