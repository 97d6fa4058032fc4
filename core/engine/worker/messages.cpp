#include "core/engine/worker/messages.h"

#include "core/base/error.h"

#include <c10/util/Exception.h>
#include <fmt/ranges.h>

#include <exception>
#include <new>
#include <string_view>

namespace lacuna {
namespace {

constexpr const char* machineIsFull =
    "The machine has no memory left. Lower the batch or the LoRA rank, or close other programs.";

}  // namespace

std::string refusal(EngineState state, CommandKind command) {
    std::vector<std::string> allowed;
    for (std::size_t i = 0; i < engineStates; ++i)
        if (stateAfter(static_cast<EngineState>(i), command))
            allowed.emplace_back(stateName(static_cast<EngineState>(i)));
    return fmt::format("{} was refused, nothing was changed: the engine is {}, and it can be asked for while it is {}.",
                       commandName(command), stateName(state), fmt::join(allowed, ", "));
}

event::Failed describeCurrentException() {
    event::Failed failed;
    try {
        throw;
    } catch (const Error& error) {
        failed.kind = error.kind();
        failed.message = error.what();
    } catch (const c10::OutOfMemoryError& error) {
        failed.kind = ErrorKind::Resource;
        failed.message =
            "The device has no memory left. What was sealed is kept. Lower the precision (nf4), the batch or the "
            "LoRA rank, turn gradient checkpointing on, or choose --device cpu.";
        failed.detail = error.what();
    } catch (const std::bad_alloc& error) {
        failed.kind = ErrorKind::Resource;
        failed.message = machineIsFull;
        failed.detail = error.what();
    } catch (const c10::Error& error) {
        // libtorch has no type of its own for the CPU's memory.
        const bool outOfMemory = std::string_view(error.what()).find("can't allocate memory") != std::string_view::npos;
        failed.kind = outOfMemory ? ErrorKind::Resource : ErrorKind::Internal;
        failed.message =
            outOfMemory ? machineIsFull : "libtorch stopped the computation. Please report this with the detail below.";
        failed.detail = error.what();
    } catch (const std::exception& error) {
        failed.message = fmt::format("Something unforeseen went wrong: {}. Please report this.", error.what());
    } catch (...) {
        failed.message = "Something unforeseen went wrong. Please report this.";
    }
    return failed;
}

}  // namespace lacuna
