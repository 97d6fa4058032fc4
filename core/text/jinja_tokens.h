// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// A place in a template, for errors.
struct JinjaPlace {
    std::shared_ptr<const std::string> source;  ///< the file
    std::size_t line = 1;

    Error beyond(std::string_view what) const {
        return inputError(
            "{}: line {}: {} is beyond the part of Jinja that Lacuna renders. Write the layout more simply, or remove "
            "it to ask as vicuna is asked.",
            *source, line, what);
    }
    Error wrong(std::string_view what) const { return inputError("{}: line {}: {}.", *source, line, what); }
};

struct JinjaToken {
    enum class Kind { Text, BlockBegin, BlockEnd, PrintBegin, PrintEnd, Name, Literal, Sign, End };
    Kind kind = Kind::End;
    std::string text;              ///< of Text, Name and Sign
    nlohmann::ordered_json value;  ///< of Literal
    JinjaPlace place;
};

/// A template cut into tokens as Jinja does it with trim_blocks and lstrip_blocks, white space already taken away; the
/// last one is End. Throws InputError naming the line.
std::vector<JinjaToken> jinjaTokens(std::string_view source, const std::string& file);

}  // namespace lacuna
