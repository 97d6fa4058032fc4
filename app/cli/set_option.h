// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"

#include <string>
#include <vector>

namespace lacuna::cli {

/// Parameters as options name them, NAME=NUMBER each, into `into`. Throws InputError that begins with `option`.
void takeValues(const char* option, const std::vector<std::string>& values, ParameterValues& into);

}  // namespace lacuna::cli
