// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <exception>
#include <string>

namespace lacuna {

/// What an exception that is none of Lacuna's own says to the user.
struct Unforeseen {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    std::string detail;  ///< for a report, e.g. libtorch's own text
};

/// Out of memory, on a device or of the machine, and what a disk or the system refused are told from an error in
/// libtorch and from any other.
Unforeseen unforeseen(const std::exception& error);

}  // namespace lacuna
