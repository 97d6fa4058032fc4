// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/set_option.h"

#include "core/base/error.h"
#include "core/base/number.h"

#include <optional>

namespace lacuna::cli {

void takeValues(const char* option, const std::vector<std::string>& values, ParameterValues& into) {
    for (const auto& text : values) {
        const auto equals = text.find('=');
        const auto value =
            equals == std::string::npos ? std::nullopt : numberFrom<double>(std::string_view(text).substr(equals + 1));
        if (!value || equals == 0)
            throw inputError("{} {}: expected NAME=NUMBER, e.g. --set lr=0.001.", option, text);
        into[text.substr(0, equals)] = *value;
    }
}

}  // namespace lacuna::cli
