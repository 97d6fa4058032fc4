// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"
#include "core/engine/engine_states.h"

#include <string>

namespace lacuna {

/// Why a command was refused in this state, and when it can be given.
std::string refusal(EngineState state, CommandKind command);

/// The same for another reason, which completes the sentence.
std::string refusal(CommandKind command, const std::string& why);

/// What was caught, as an event for the user. Call inside a catch block.
event::Failed describeCurrentException();

}  // namespace lacuna
