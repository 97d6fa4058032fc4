// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/jinja_tokens.h"

#include <map>
#include <optional>

namespace lacuna {

/// A value in a template; `discarded` stands for Jinja's undefined.
using JinjaValue = nlohmann::ordered_json;

struct JinjaArguments {
    std::vector<JinjaValue> values;
    std::map<std::string, JinjaValue> named;
};

JinjaValue jinjaUndefined();
/// Stands for something whose members all its holders see change: the `index`-th of a rendering. No template can write
/// such a value.
JinjaValue jinjaShared(std::size_t index);
/// Nothing for any other value.
std::optional<std::size_t> jinjaSharedIndex(const JinjaValue& value);
bool jinjaTrue(const JinjaValue& value);
/// As Jinja writes it out. Throws InputError for what Python would write in its own notation (lists, dictionaries).
std::string jinjaText(const JinjaValue& value, const JinjaPlace& at);
/// What a loop runs over: entries, keys, or letters. Nothing of undefined, as Jinja has it.
std::vector<JinjaValue> jinjaEntries(const JinjaValue& value, const JinjaPlace& at);
/// x.name and x[key]; undefined where there is no such.
JinjaValue jinjaMember(const JinjaValue& value, const JinjaValue& key, const JinjaPlace& at);
/// x[from:to]; null stands for an end left out.
JinjaValue jinjaSlice(const JinjaValue& value, const JinjaValue& from, const JinjaValue& to, const JinjaPlace& at);
/// One of == != < <= > >= in.
bool jinjaCompared(std::string_view sign, const JinjaValue& a, const JinjaValue& b, const JinjaPlace& at);
/// One of + - * // % ~.
JinjaValue jinjaCombined(std::string_view sign, const JinjaValue& a, const JinjaValue& b, const JinjaPlace& at);
bool jinjaTest(const std::string& name, const JinjaValue& value, const JinjaArguments& with, const JinjaPlace& at);
JinjaValue jinjaFilter(const std::string& name, const JinjaValue& value, const JinjaArguments& with,
                       const JinjaPlace& at);
/// x.name(…)
JinjaValue jinjaMethod(const std::string& name, const JinjaValue& value, const JinjaArguments& with,
                       const JinjaPlace& at);

}  // namespace lacuna
