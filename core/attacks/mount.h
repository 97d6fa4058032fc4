// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/attacks/attack.h"
#include "core/runs/attack_log.h"

#include <string>

namespace lacuna {

/// The forget questions of the target as it answers them and as the original model does: two entries, without which no
/// attack can be read.
AttackLog unattackedAnswers(AttackTarget& target, const ProgressFunction& progress = {});

/// Mounts an attack: one entry with its answers, or with the reason why it does not apply. `values` on top of its row's
/// defaults. Throws InputError, ResourceError, Cancelled: then nothing of it is left.
AttackLog mountAttack(AttackTarget& target, const std::string& attack, const ParameterValues& values,
                      std::uint64_t seed, const ProgressFunction& progress = {});

}  // namespace lacuna
