// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The attacks of the catalog: one file each.
#include "core/attacks/attack.h"

namespace lacuna {

std::unique_ptr<Attack> makeBypass();
std::unique_ptr<Attack> makePhrasing();
std::unique_ptr<Attack> makeView();
std::unique_ptr<Attack> makeGateFlood();
std::unique_ptr<Attack> makeInContext();
std::unique_ptr<Attack> makeQuantize();
std::unique_ptr<Attack> makeRelearn();
std::unique_ptr<Attack> makeBenign();
std::unique_ptr<Attack> makeSoftPrompt();
std::unique_ptr<Attack> makeUniversal();

}  // namespace lacuna
