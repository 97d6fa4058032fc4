// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja_values.h"

#include <algorithm>
#include <array>

namespace lacuna {
namespace {

using Value = JinjaValue;
using Place = JinjaPlace;

std::vector<std::string> lettersOf(const std::string& text) {
    std::vector<std::string> letters;
    for (const char c : text) {
        if (letters.empty() || (static_cast<unsigned char>(c) & 0xC0) != 0x80)
            letters.emplace_back();
        letters.back() += c;
    }
    return letters;
}

/// What Python's strip() takes for white space.
bool isSpace(const std::string& letter) {
    static constexpr std::array<std::string_view, 19> kWide{
        "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
        "\u2007", "\u2008", "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
    if (letter.size() > 1)
        return std::find(kWide.begin(), kWide.end(), letter) != kWide.end();
    return letter == " " || (letter >= "\t" && letter <= "\r") || (letter >= "\x1c" && letter <= "\x1f");
}

const std::string& textOf(const Value& value, std::string_view what, const Place& at) {
    if (!value.is_string())
        throw at.beyond(fmt::format("{} of what is no text", what));
    return value.get_ref<const std::string&>();
}

std::int64_t numberOf(const Value& value, std::string_view what, const Place& at) {
    if (!value.is_number_integer())
        throw at.beyond(fmt::format("{} of what is no whole number", what));
    return value.get<std::int64_t>();
}

/// The `i`-th argument of a filter or method, undefined where it is not given; `most` are known.
Value argument(const JinjaArguments& with, std::size_t i, std::size_t most, const std::string& name, const Place& at) {
    if (with.values.size() > most || !with.named.empty())
        throw at.beyond(fmt::format("\"{}\" with these arguments", name));
    return i < with.values.size() ? with.values[i] : jinjaUndefined();
}

Value stripped(const std::string& text, const Value& letters, bool left, bool right, const std::string& name,
               const Place& at) {
    const auto all = lettersOf(text);
    const auto taken =
        letters.is_discarded() || letters.is_null() ? std::vector<std::string>() : lettersOf(textOf(letters, name, at));
    const auto goes = [&](const std::string& letter) {
        return letters.is_string() ? std::find(taken.begin(), taken.end(), letter) != taken.end() : isSpace(letter);
    };
    std::size_t begin = 0, end = all.size();
    while (left && begin < end && goes(all[begin]))
        ++begin;
    while (right && end > begin && goes(all[end - 1]))
        --end;
    std::string result;
    for (auto i = begin; i < end; ++i)
        result += all[i];
    return result;
}

/// upper, lower, capitalize and title, of ASCII. As a method "title" begins a word at every letter behind none, as a
/// filter behind spaces, hyphens and opening brackets alone.
Value inCase(const std::string& text, const std::string& name, bool isFilter, const Place& at) {
    constexpr std::string_view before = " \t\n\r\v\f\x1c\x1d\x1e\x1f-({[<";
    std::string result = text;
    bool begins = true;
    for (char& c : result) {
        if (static_cast<unsigned char>(c) >= 0x80)
            throw at.beyond(fmt::format("\"{}\" of letters beyond ASCII", name));
        const bool small = c >= 'a' && c <= 'z', large = c >= 'A' && c <= 'Z';
        const bool up = name == "upper" || (name != "lower" && begins);
        if (name == "title" && !isFilter && c == '\'')
            throw at.beyond("\"title\" of a text with an apostrophe");
        if (up && small)
            c = static_cast<char>(c - 'a' + 'A');
        if (!up && large)
            c = static_cast<char>(c - 'A' + 'a');
        begins = name == "title" && (isFilter ? before.find(c) != before.npos : !small && !large);
    }
    return result;
}

Value replaced(const std::string& text, const std::string& from, const std::string& to, const Place& at) {
    if (from.empty())
        throw at.beyond("\"replace\" of nothing");
    std::string result;
    for (std::size_t begin = 0;;) {
        const auto next = text.find(from, begin);
        result += text.substr(begin, next - begin);
        if (next == text.npos)
            return result;
        result += to;
        begin = next + from.size();
    }
}

Value split(const std::string& text, const std::string& by, const Place& at) {
    if (by.empty())
        throw at.beyond("\"split\" without a text to split by");
    Value parts = Value::array();
    for (std::size_t begin = 0;;) {
        const auto next = text.find(by, begin);
        parts.push_back(text.substr(begin, next - begin));
        if (next == text.npos)
            return parts;
        begin = next + by.size();
    }
}

std::int64_t lengthOf(const Value& value, const Place& at) {
    if (value.is_string())
        return static_cast<std::int64_t>(lettersOf(value.get_ref<const std::string&>()).size());
    if (value.is_array() || value.is_object())
        return static_cast<std::int64_t>(value.size());
    if (value.is_discarded())
        return 0;
    if (jinjaSharedIndex(value))
        throw at.beyond("\"length\" of a namespace or loop");
    throw at.wrong("\"length\" of a number or of none");
}

Value pairsOf(const Value& value, const Place& at) {
    if (!value.is_object())
        throw at.beyond("\"items\" of what is no dictionary");
    Value pairs = Value::array();
    for (const auto& [key, member] : value.items())
        pairs.push_back(Value::array({key, member}));
    return pairs;
}

/// selectattr('type', 'equalto', 'image') and its opposite.
Value selected(const Value& value, const JinjaArguments& with, bool wanted, const Place& at) {
    if (with.values.empty() || !with.named.empty())
        throw at.beyond("selecting without the name of an attribute");
    Value kept = Value::array();
    for (auto& entry : jinjaEntries(value, at)) {
        const auto member = jinjaMember(entry, with.values[0], at);
        const bool fits = with.values.size() == 1 ? jinjaTrue(member)
                                                  : jinjaTest(textOf(with.values[1], "the test", at), member,
                                                              {{with.values.begin() + 2, with.values.end()}, {}}, at);
        if (fits == wanted)
            kept.push_back(std::move(entry));
    }
    return kept;
}

Value joined(const Value& value, const std::string& between, const Place& at) {
    std::string text;
    bool first = true;
    for (const auto& entry : jinjaEntries(value, at)) {
        text += (first ? "" : between) + jinjaText(entry, at);
        first = false;
    }
    return text;
}

Value mapped(const Value& value, const JinjaArguments& with, const Place& at) {
    const auto attribute = with.named.find("attribute");
    if (!with.values.empty() || with.named.size() != 1 || attribute == with.named.end())
        throw at.beyond("\"map\" but for one attribute");
    Value members = Value::array();
    for (const auto& entry : jinjaEntries(value, at))
        members.push_back(jinjaMember(entry, attribute->second, at));
    return members;
}

}  // namespace

Value jinjaUndefined() {
    return Value(Value::value_t::discarded);
}

Value jinjaShared(std::size_t index) {
    return Value::binary({}, index);
}

std::optional<std::size_t> jinjaSharedIndex(const Value& value) {
    return value.is_binary() ? std::optional<std::size_t>(value.get_binary().subtype()) : std::nullopt;
}

bool jinjaTrue(const Value& value) {
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number())
        return value != 0;
    if (value.is_string())
        return !value.get_ref<const std::string&>().empty();
    return (value.is_structured() && !value.empty()) || jinjaSharedIndex(value);
}

std::string jinjaText(const Value& value, const Place& at) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_discarded())
        return {};
    if (value.is_null())
        return "None";
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (value.is_number_integer())
        return value.dump();
    throw at.beyond("a list, dictionary, namespace or loop written as text");
}

std::vector<Value> jinjaEntries(const Value& value, const Place& at) {
    std::vector<Value> entries;
    if (value.is_string())
        for (auto& letter : lettersOf(value.get_ref<const std::string&>()))
            entries.emplace_back(std::move(letter));
    else if (value.is_array())
        entries.assign(value.begin(), value.end());
    else if (value.is_object())
        for (const auto& [key, member] : value.items())
            entries.emplace_back(key);
    else if (jinjaSharedIndex(value))
        throw at.beyond("a loop over a namespace or another loop");
    else if (!value.is_discarded())
        throw at.wrong("a loop over a number or over none");
    return entries;
}

Value jinjaMember(const Value& value, const Value& key, const Place& at) {
    if (value.is_discarded())
        throw at.wrong(fmt::format("{} is asked for of what is undefined", key.dump()));
    if (jinjaSharedIndex(value))
        throw at.beyond("a namespace or loop in this filter");
    if (value.is_object() && key.is_string()) {
        const auto found = value.find(key.get_ref<const std::string&>());
        return found == value.end() ? jinjaUndefined() : *found;
    }
    if ((value.is_array() || value.is_string()) && key.is_number_integer()) {
        const auto entries = jinjaEntries(value, at);
        const auto size = static_cast<std::int64_t>(entries.size()), i = key.get<std::int64_t>();
        const auto from = i < 0 ? i + size : i;
        return from < 0 || from >= size ? jinjaUndefined() : entries[static_cast<std::size_t>(from)];
    }
    return jinjaUndefined();
}

Value jinjaSlice(const Value& value, const Value& from, const Value& to, const Place& at) {
    if (!value.is_array() && !value.is_string())
        throw at.beyond("a slice of what is neither list nor text");
    const auto entries = jinjaEntries(value, at);
    const auto size = static_cast<std::int64_t>(entries.size());
    const auto bound = [&](const Value& end, std::int64_t otherwise) {
        if (end.is_null())
            return otherwise;
        const auto number = numberOf(end, "a slice's end", at);
        return std::clamp<std::int64_t>(number < 0 ? number + size : number, 0, size);
    };
    Value part = value.is_string() ? Value("") : Value::array();
    for (auto i = bound(from, 0); i < bound(to, size); ++i) {
        if (value.is_string())
            part.get_ref<std::string&>() += entries[static_cast<std::size_t>(i)].get_ref<const std::string&>();
        else
            part.push_back(entries[static_cast<std::size_t>(i)]);
    }
    return part;
}

bool jinjaCompared(std::string_view sign, const Value& a, const Value& b, const Place& at) {
    if (sign == "==" || sign == "!=") {
        if ((a.is_boolean() && b.is_number()) || (a.is_number() && b.is_boolean()))
            throw at.beyond("a number compared with true or false");
        return ((a.is_discarded() && b.is_discarded()) || a == b) == (sign == "==");
    }
    if (sign == "in") {
        if (b.is_string())
            return b.get_ref<const std::string&>().find(textOf(a, "\"in\"", at)) != std::string::npos;
        const auto entries = jinjaEntries(b, at);
        return std::any_of(entries.begin(), entries.end(),
                           [&](const Value& entry) { return jinjaCompared("==", a, entry, at); });
    }
    if (!(a.is_string() && b.is_string()) && !(a.is_number_integer() && b.is_number_integer()))
        throw at.beyond("an order of what is neither two whole numbers nor two texts");
    return sign == "<" ? a < b : sign == "<=" ? a <= b : sign == ">" ? a > b : a >= b;
}

Value jinjaCombined(std::string_view sign, const Value& a, const Value& b, const Place& at) {
    if (sign == "~")
        return jinjaText(a, at) + jinjaText(b, at);
    if (sign == "+" && a.is_string() && b.is_string())
        return a.get_ref<const std::string&>() + b.get_ref<const std::string&>();
    if (sign == "+" && a.is_array() && b.is_array()) {
        Value both = a;
        both.insert(both.end(), b.begin(), b.end());
        return both;
    }
    if (sign == "+" && (a.is_string() || b.is_string()))
        throw at.wrong("a text is added to what is none");
    const auto x = numberOf(a, fmt::format("\"{}\"", sign), at), y = numberOf(b, fmt::format("\"{}\"", sign), at);
    std::int64_t result = 0;
    bool overflows = false;
    if (sign == "+")
        overflows = __builtin_add_overflow(x, y, &result);
    else if (sign == "-")
        overflows = __builtin_sub_overflow(x, y, &result);
    else if (sign == "*")
        overflows = __builtin_mul_overflow(x, y, &result);
    else if (y <= 0)
        throw at.beyond("a division by what is not positive");
    else  // Python rounds down
        result = sign == "%" ? (x % y + y) % y : x / y - (x % y < 0 ? 1 : 0);
    if (overflows)
        throw at.beyond("a number of more than 64 bits");
    return result;
}

bool jinjaTest(const std::string& name, const Value& value, const JinjaArguments& with, const Place& at) {
    const auto other = [&] {
        if (with.values.size() != 1)
            throw at.wrong(fmt::format("the test \"{}\" takes one argument", name));
        return with.values[0];
    };
    if (name == "equalto" || name == "eq" || name == "==")
        return jinjaCompared("==", value, other(), at);
    if (name == "ne" || name == "!=")
        return jinjaCompared("!=", value, other(), at);
    if (name == "in")
        return jinjaCompared("in", value, other(), at);
    if (!with.values.empty() || !with.named.empty())
        throw at.beyond(fmt::format("the test \"{}\" with arguments", name));
    if (name == "defined" || name == "undefined")
        return value.is_discarded() == (name == "undefined");
    if (name == "none")
        return value.is_null();
    if (name == "string")
        return value.is_string();
    if (name == "mapping")
        return value.is_object();
    if ((name == "iterable" || name == "sequence") && jinjaSharedIndex(value))
        throw at.beyond(fmt::format("the test \"{}\" of a namespace or loop", name));
    if (name == "iterable" || name == "sequence")
        return value.is_structured() || value.is_string() || value.is_discarded();
    if (name == "number")
        return value.is_number() || value.is_boolean();
    if (name == "integer")
        return value.is_number_integer();
    if (name == "boolean")
        return value.is_boolean();
    if (name == "true" || name == "false")
        return value.is_boolean() && value.get<bool>() == (name == "true");
    if (name == "odd" || name == "even")
        return (numberOf(value, name, at) % 2 != 0) == (name == "odd");
    throw at.beyond(fmt::format("the test \"{}\"", name));
}

Value jinjaFilter(const std::string& name, const Value& value, const JinjaArguments& with, const Place& at) {
    const auto given = [&](std::size_t i, std::size_t most) { return argument(with, i, most, name, at); };
    if (name == "selectattr" || name == "rejectattr")
        return selected(value, with, name == "selectattr", at);
    if (name == "map")
        return mapped(value, with, at);
    if (name == "default" || name == "d") {
        const auto otherwise = given(0, 2);
        const bool absent = value.is_discarded() || (jinjaTrue(given(1, 2)) && !jinjaTrue(value));
        return !absent ? value : otherwise.is_discarded() ? Value("") : otherwise;
    }
    if (name == "join") {
        const auto between = given(0, 1);
        return joined(value, between.is_discarded() ? "" : textOf(between, name, at), at);
    }
    if (name == "trim")  // jinja2 makes a text of it first
        return stripped(jinjaText(value, at), given(0, 1), true, true, name, at);
    if (name == "replace")
        return replaced(jinjaText(value, at), textOf(given(0, 2), name, at), textOf(given(1, 2), name, at), at);
    given(0, 0);
    if (name == "upper" || name == "lower" || name == "capitalize" || name == "title")
        return inCase(jinjaText(value, at), name, true, at);
    if (name == "length" || name == "count")
        return lengthOf(value, at);
    if (name == "list")
        return Value(jinjaEntries(value, at));
    if (name == "items")
        return value.is_discarded() ? Value::array() : pairsOf(value, at);
    if (name == "string")
        return jinjaText(value, at);
    if (name == "first" || name == "last") {
        const auto entries = jinjaEntries(value, at);
        return entries.empty() ? jinjaUndefined() : name == "first" ? entries.front() : entries.back();
    }
    throw at.beyond(fmt::format("the filter \"{}\"", name));
}

Value jinjaMethod(const std::string& name, const Value& value, const JinjaArguments& with, const Place& at) {
    const auto given = [&](std::size_t i, std::size_t most) { return argument(with, i, most, name, at); };
    if (value.is_discarded())
        throw at.wrong(fmt::format("\"{}\" is asked for of what is undefined", name));
    if (value.is_object()) {
        if (name == "get") {
            const auto found = jinjaMember(value, given(0, 2), at), otherwise = given(1, 2);
            return !found.is_discarded() ? found : otherwise.is_discarded() ? Value() : otherwise;
        }
        if (name == "items" || name == "keys" || name == "values") {
            given(0, 0);
            Value all = Value::array();
            for (const auto& pair : pairsOf(value, at))
                all.push_back(name == "items" ? pair : pair[name == "keys" ? 0 : 1]);
            return all;
        }
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (name == "strip" || name == "lstrip" || name == "rstrip")
            return stripped(text, given(0, 1), name != "rstrip", name != "lstrip", name, at);
        if (name == "startswith")
            return text.starts_with(textOf(given(0, 1), name, at));
        if (name == "endswith")
            return text.ends_with(textOf(given(0, 1), name, at));
        if (name == "split")
            return split(text, textOf(given(0, 1), name, at), at);
        if (name == "replace")
            return replaced(text, textOf(given(0, 2), name, at), textOf(given(1, 2), name, at), at);
        if (name == "upper" || name == "lower" || name == "capitalize" || name == "title") {
            given(0, 0);
            return inCase(text, name, false, at);
        }
    }
    throw at.beyond(fmt::format("the method \"{}\"", name));
}

}  // namespace lacuna
