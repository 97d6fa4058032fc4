// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Who made the stages of a run, as its files keep it.
#include "core/runs/run_records.h"
#include "core/runs/run_spec.h"

#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// The maker that a spec's provenance names.
Maker makerOf(const RunSpec& spec);

/// What a user should know when `now` goes on with what `before` began.
std::string differenceOf(const Maker& before, const Maker& now);

/// A JSON list of objects, and back: entries that are none are passed over (another version may say more).
std::string makersToJson(const std::vector<StageMaker>& makers);
std::vector<StageMaker> makersFromJson(std::string_view json);

}  // namespace lacuna
