// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker/messages.h"

#include "core/base/error.h"
#include "core/tensors/torch_errors.h"

#include <fmt/ranges.h>

#include <exception>

namespace lacuna {

std::string refusal(EngineState state, CommandKind command) {
    std::vector<std::string> allowed;
    for (std::size_t i = 0; i < engineStates; ++i)
        if (stateAfter(static_cast<EngineState>(i), command))
            allowed.emplace_back(stateName(static_cast<EngineState>(i)));
    return refusal(command, fmt::format("the engine is {}, and it can be asked for while it is {}", stateName(state),
                                        fmt::join(allowed, ", ")));
}

std::string refusal(CommandKind command, const std::string& why) {
    return fmt::format("{} was refused, nothing was changed: {}.", commandName(command), why);
}

event::Failed describeCurrentException() {
    event::Failed failed;
    try {
        throw;
    } catch (const Error& error) {
        failed.kind = error.kind();
        failed.message = error.what();
    } catch (const std::exception& error) {
        auto failure = unforeseen(error);
        failed.kind = failure.kind;
        failed.message = std::move(failure.message);
        failed.detail = std::move(failure.detail);
    } catch (...) {
        failed.message = "Something unforeseen went wrong. Please report this.";
    }
    return failed;
}

}  // namespace lacuna
