// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace lacuna {

/// The commands, in the order of the variant `Command`.
enum class CommandKind {
    Load,
    Start,
    Resume,
    Pause,
    Continue,
    Stop,
    Unqueue,
    CheckpointNow,
    SkipToNextRequest,
    Probe,
    Shutdown
};
inline constexpr std::size_t commandKinds = std::variant_size_v<Command>;
inline constexpr std::size_t engineStates = 9;

/// As a sentence to the user says it.
constexpr const char* commandName(CommandKind command) {
    constexpr std::array<const char*, commandKinds> names{"Loading a model",
                                                          "Starting a run",
                                                          "Resuming a run",
                                                          "Pausing",
                                                          "Going on",
                                                          "Stopping",
                                                          "Unqueuing",
                                                          "Writing a checkpoint",
                                                          "Skipping to the next request",
                                                          "Asking a probe",
                                                          "Shutting down"};
    return names[static_cast<std::size_t>(command)];
}
constexpr const char* stateName(EngineState state) {
    constexpr std::array<const char*, engineStates> names{"idle",   "loading",  "ready",    "running", "pausing",
                                                          "paused", "stopping", "finished", "failed"};
    return names[static_cast<std::size_t>(state)];
}

constexpr CommandKind kindOf(const Command& command) {
    return static_cast<CommandKind>(command.index());
}

namespace detail {
using enum EngineState;
constexpr EngineState no = static_cast<EngineState>(-1);

/// Row = state, column = command: the state the worker goes to when it takes the command up, `no` = refused. Start,
/// Resume and Probe that keep the state are queued, or answered between two steps.
inline constexpr std::array<std::array<EngineState, commandKinds>, engineStates> transitions{{
    // clang-format off
    //               Load     Start    Resume   Pause    Continue Stop      Unqueue   Checkp.  Skip     Probe    Shutdown
    /* Idle     */ {{Loading, Loading, Loading, no,      no,      no,       Idle,     no,      no,      Loading, Stopping}},
    /* Loading  */ {{no,      Loading, Loading, no,      no,      Stopping, Loading,  no,      no,      Loading, Stopping}},
    /* Ready    */ {{Loading, Loading, Loading, no,      no,      no,       Ready,    no,      no,      Ready,   Stopping}},
    /* Running  */ {{no,      Running, Running, Pausing, no,      Stopping, Running,  Running, Running, Running, Stopping}},
    /* Pausing  */ {{no,      Pausing, Pausing, no,      no,      Stopping, Pausing,  no,      no,      Pausing, Stopping}},
    /* Paused   */ {{no,      Paused,  Paused,  no,      Running, Stopping, Paused,   Paused,  no,      Paused,  Stopping}},
    /* Stopping */ {{no,      Stopping,Stopping,no,      no,      no,       Stopping, no,      no,      no,      Stopping}},
    /* Finished */ {{Loading, Loading, Loading, no,      no,      no,       Finished, no,      no,      Finished,Stopping}},
    /* Failed   */ {{Loading, Loading, Loading, no,      no,      no,       Failed,   no,      no,      Failed,  Stopping}},
    // clang-format on
}};
}  // namespace detail

/// The state after `command` is taken up in `state`; nothing where it is refused.
constexpr std::optional<EngineState> stateAfter(EngineState state, CommandKind command) {
    const auto next = detail::transitions[static_cast<std::size_t>(state)][static_cast<std::size_t>(command)];
    return next == detail::no ? std::nullopt : std::optional(next);
}

}  // namespace lacuna
