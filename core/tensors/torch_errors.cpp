// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/torch_errors.h"

#include "core/base/file_error.h"

#include <c10/util/Exception.h>

#include <new>
#include <string_view>

namespace lacuna {

Unforeseen unforeseen(const std::exception& error) {
    constexpr const char* machineIsFull =
        "The machine has no memory left. Lower the precision (nf4), the batch or the LoRA rank, or close other "
        "programs.";
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error))
        return {ErrorKind::Resource,
                "The device has no memory left. What was sealed is kept. Lower the precision (nf4), the batch or the "
                "LoRA rank, turn gradient checkpointing on, or choose --device cpu.",
                error.what()};
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return {ErrorKind::Resource, machineIsFull, error.what()};
    if (dynamic_cast<const c10::Error*>(&error)) {
        // libtorch has no type of its own for the CPU's memory.
        if (std::string_view(error.what()).find("can't allocate memory") != std::string_view::npos)
            return {ErrorKind::Resource, machineIsFull, error.what()};
        return {ErrorKind::Internal, "libtorch stopped the computation. Please report this with the detail below.",
                error.what()};
    }
    if (const auto* disk = dynamic_cast<const std::filesystem::filesystem_error*>(&error))
        return {ErrorKind::Resource, fileError(*disk).what(), {}};
    if (const auto* system = dynamic_cast<const std::system_error*>(&error))
        return {ErrorKind::Resource, systemError(*system).what(), {}};
    return {
        ErrorKind::Internal, fmt::format("Something unforeseen went wrong: {}. Please report this.", error.what()), {}};
}

}  // namespace lacuna
