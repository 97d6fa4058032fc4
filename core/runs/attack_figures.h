// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/attack_log.h"
#include "core/runs/intervals.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// How much of what a stage no longer answers an attack wins back: (after − before) / (original − before), each the
/// share of the same forget questions that is known (verdict "knows"). Over 1 where the attack knows more than the
/// original did, under 0 where it knows less than the stage.
struct RecoveredShare {
    double share = 0;
    std::optional<Interval> interval;  ///< by entities
    double before = 0, after = 0, original = 0;
    int questions = 0, entities = 0;  ///< that were counted
};

/// One way in which an attack was mounted, at one amount of samples.
struct AttackVariantFigure {
    std::string variant;
    std::int64_t amount = 0;
    std::optional<RecoveredShare> recovered;  ///< nothing = nothing had been lost, or none was judged
};

/// What an attack on one stage shows: each way, and the strongest of them, which is what an attacker would take.
struct AttackFigure {
    const AttackEntry* entry = nullptr;
    std::vector<AttackVariantFigure> variants;  ///< as they were mounted; none where the attack was refused
    int strongest = -1;                         ///< the variant with the largest share; −1 = none has one

    const AttackVariantFigure* best() const {
        return strongest < 0 ? nullptr : &variants[static_cast<std::size_t>(strongest)];
    }
};

/// The latest of each attack at a stage, in the catalog's order. `log` outlives them.
std::vector<AttackFigure> attackFigures(const AttackLog& log, int stage);

/// The latest attack of this id at a stage; nothing where it was not mounted.
std::optional<AttackFigure> attackFigure(const AttackLog& log, int stage, std::string_view attack);

/// "crop", "near, 500 samples": the variant as a reader is told it; empty where an attack has one way only.
std::string variantText(const AttackVariantFigure& variant);

}  // namespace lacuna
