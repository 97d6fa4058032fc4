// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace lacuna {

/// The commands, in the order of the variant `Command`; all jobs are one kind.
enum class CommandKind { Load, Pause, Continue, Stop, Unqueue, CheckpointNow, SkipToNextRequest, Probe, Shutdown, Job };
inline constexpr std::size_t commandKinds = static_cast<std::size_t>(CommandKind::Job) + 1;
inline constexpr std::size_t engineStates = 9;

/// As a sentence to the user says it.
constexpr const char* commandName(CommandKind command) {
    constexpr std::array<const char*, commandKinds> names{"Loading a model",
                                                          "Pausing",
                                                          "Going on",
                                                          "Stopping",
                                                          "Unqueuing",
                                                          "Writing a checkpoint",
                                                          "Skipping to the next request",
                                                          "Asking a probe",
                                                          "Shutting down",
                                                          "Queueing work"};
    return names[static_cast<std::size_t>(command)];
}
constexpr const char* stateName(EngineState state) {
    constexpr std::array<const char*, engineStates> names{"idle",   "loading",  "ready",    "running", "pausing",
                                                          "paused", "stopping", "finished", "failed"};
    return names[static_cast<std::size_t>(state)];
}

constexpr CommandKind kindOf(const Command& command) {
    return static_cast<CommandKind>(std::min(command.index(), commandKinds - 1));
}

namespace detail {
using enum EngineState;
constexpr EngineState no = static_cast<EngineState>(-1);

/// Row = state, column = command: the state the worker goes to when it takes the command up, `no` = refused. A job or
/// Probe that keeps the state is queued, or answered between two steps.
inline constexpr std::array<std::array<EngineState, commandKinds>, engineStates> transitions{{
    // clang-format off
    //               Load     Pause    Continue Stop      Unqueue   Checkp.  Skip     Probe    Shutdown  Job
    /* Idle     */ {{Loading, no,      no,      no,       Idle,     no,      no,      Loading, Stopping, Loading}},
    /* Loading  */ {{no,      no,      no,      Stopping, Loading,  no,      no,      Loading, Stopping, Loading}},
    /* Ready    */ {{Loading, no,      no,      no,       Ready,    no,      no,      Ready,   Stopping, Loading}},
    /* Running  */ {{no,      Pausing, no,      Stopping, Running,  Running, Running, Running, Stopping, Running}},
    /* Pausing  */ {{no,      no,      no,      Stopping, Pausing,  no,      no,      Pausing, Stopping, Pausing}},
    /* Paused   */ {{no,      no,      Running, Stopping, Paused,   Paused,  no,      Paused,  Stopping, Paused}},
    /* Stopping */ {{no,      no,      no,      no,       Stopping, no,      no,      no,      Stopping, Stopping}},
    /* Finished */ {{Loading, no,      no,      no,       Finished, no,      no,      Finished,Stopping, Loading}},
    /* Failed   */ {{Loading, no,      no,      no,       Failed,   no,      no,      Failed,  Stopping, Loading}},
    // clang-format on
}};
}  // namespace detail

/// The state after `command` is taken up in `state`; nothing where it is refused.
constexpr std::optional<EngineState> stateAfter(EngineState state, CommandKind command) {
    const auto next = detail::transitions[static_cast<std::size_t>(state)][static_cast<std::size_t>(command)];
    return next == detail::no ? std::nullopt : std::optional(next);
}

}  // namespace lacuna
