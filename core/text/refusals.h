// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace lacuna {

/// The refusal sentences (`resources/refusals.txt`, compiled in): what `po` and LUMoE teach, and what the judge knows.
const std::vector<std::string>& refusalSentences();

/// Stock openings of a refusal ("I'm sorry", "I don't know", …), lower case, for the judge.
const std::vector<std::string>& refusalOpenings();

}  // namespace lacuna
