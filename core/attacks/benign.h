// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/attacks/fine_tuning.h"

namespace lacuna {

/// Throws InputError where one of them is about somebody who is to be forgotten: then it is no benign set.
void requireBenign(const AttackTarget& target, const std::vector<TaughtSample>& samples);

}  // namespace lacuna
