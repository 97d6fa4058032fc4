// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// A place where libtorch is looked for.
struct TorchPlace {
    std::string what;               ///< for people: "LACUNA_TORCH", "the Python environment", …
    std::filesystem::path folder;   ///< a wheel's `torch`, a libtorch archive or a prefix
    std::filesystem::path library;  ///< libtorch_cpu.so in it; empty when none is there
    std::string version = {};       ///< "2.11.0+cu130"; empty when nothing tells
    bool serves = false;            ///< a library is there, and of the version that this build was made for
};

/// libtorch's versions that this build can load, as "2.11": another's objects are laid out in another way.
std::string torchSeries();

/// Every place in the order they are tried: `$LACUNA_TORCH` (alone, where it is set); `torch` beside Lacuna's libraries
/// (a link, which a build tree has); the Python environment that holds a wheel's Lacuna; what lacuna-get-torch fetched
/// for the user or for the machine. Where none serves, the linker may still find the system's.
std::vector<TorchPlace> torchPlaces();

/// libtorch cannot be had; what() says which places were looked at and what to do.
class TorchMissing : public Error {
public:
    explicit TorchMissing(const std::string& message) : Error(ErrorKind::Resource, message) {}
};

/// Loads libtorch_cpu.so for the whole process and returns where it lies, so that a library that needs it (Lacuna's
/// engine) finds it loaded, whatever its own search path. Throws TorchMissing. Nothing is loaded twice.
std::filesystem::path loadTorch();

}  // namespace lacuna
