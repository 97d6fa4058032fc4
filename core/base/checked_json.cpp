// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked_json.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace lacuna {
namespace {

constexpr int kDeepest = 64;
/// A member handed over alone must stay small, whatever the file says: nothing we read so has more values.
constexpr std::size_t kMostValuesOfMember = 100'000;

/// What the parser calls at every event; depth counts from 0 for the outermost object.
class Guard {
public:
    Guard(const std::string& source, const JsonMemberFunction& onMember) : m_source(source), m_onMember(onMember) {}

    bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if ((event == Event::object_start || event == Event::array_start) && depth >= kDeepest)
            throw inputError("{}: nested deeper than {} levels. Is it the right file?", m_source, kDeepest);
        if (event == Event::object_start) {
            m_keys.resize(static_cast<std::size_t>(depth) + 1);
            m_keys.back().clear();
        } else if (event == Event::key) {
            checkKey(depth, parsed.get_ref<const std::string&>());
        } else if (m_onMember) {
            return !handedOver(depth, event, parsed);
        }
        return true;
    }

private:
    void checkKey(int depth, const std::string& key) {
        if (!m_keys[static_cast<std::size_t>(depth) - 1].insert(key).second)
            throw inputError("{}: the key \"{}\" stands twice. Make the file again.", m_source, key.substr(0, 100));
        if (depth == 1)
            m_member = key;
    }

    bool handedOver(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if (event == Event::value && ++m_values > kMostValuesOfMember)
            throw inputError("{}: \"{}\" holds over {} values. Is it the right file?", m_source,
                             m_member.substr(0, 100), kMostValuesOfMember);
        if (depth == 0 && event == Event::array_start)
            throw inputError("{}: a list, expected an object.", m_source);
        const bool ended = event == Event::value || event == Event::object_end || event == Event::array_end;
        if (depth != 1 || !ended)
            return false;
        m_values = 0;
        m_onMember(m_member, parsed);
        return true;
    }

    const std::string& m_source;
    const JsonMemberFunction& m_onMember;
    std::vector<std::unordered_set<std::string>> m_keys;  // of the objects open at each depth
    std::string m_member;
    std::size_t m_values = 0;
};

void appendUtf8(std::string& text, char32_t code) {
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | code >> 6);
        tail(0);
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0 | code >> 12);
        tail(6), tail(0);
    } else {
        text += static_cast<char>(0xf0 | code >> 18);
        tail(12), tail(6), tail(0);
    }
}

std::string fromUtf16(std::string_view bytes, bool bigEndian, const std::string& source) {
    const auto unit = [&](std::size_t at) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
        return bigEndian ? first << 8 | second : second << 8 | first;
    };
    const auto isHigh = [](char32_t code) { return code >= 0xd800 && code < 0xdc00; };
    const auto isLow = [](char32_t code) { return code >= 0xdc00 && code < 0xe000; };
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        auto code = unit(at);
        if (isHigh(code) && at + 3 < bytes.size() && isLow(unit(at + 2))) {
            code = 0x10000 + ((code - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
            at += 2;
        } else if (isHigh(code) || isLow(code)) {
            throw inputError("{}: is broken UTF-16 at byte {}. Save it as UTF-8.", source, at);
        }
        appendUtf8(text, code);
    }
    return text;
}

Error notJson(std::string_view text, const std::string& source, std::size_t byte, bool notUtf8 = false) {
    const auto before = text.substr(0, byte > 0 ? byte - 1 : 0);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto lineStart = before.rfind('\n');
    const auto column = 1 + before.size() - (lineStart == std::string_view::npos ? 0 : lineStart + 1);
    if (notUtf8)
        return inputError("{}: a text in it is not UTF-8 (line {}, column {}). Save it as UTF-8.", source, line,
                          column);
    return inputError("{}: not valid JSON at line {}, column {}. Is it cut off?", source, line, column);
}

}  // namespace

nlohmann::json parseJson(std::string_view text, const std::string& source, const JsonMemberFunction& onMember) {
    // The parser would take a NUL for the end, whatever stands behind it.
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        throw notJson(text, source, nul + 1);
    Guard guard(source, onMember);
    try {
        auto parsed = nlohmann::json::parse(text.begin(), text.end(), std::ref(guard));
        if (onMember && !parsed.is_object())
            throw inputError("{}: expected a JSON object.", source);
        // The parser leaves a discarded mark where the last member stood.
        return onMember ? nlohmann::json::object() : parsed;
    } catch (const nlohmann::json::parse_error& problem) {
        throw notJson(text, source, problem.byte,
                      std::string_view(problem.what()).find("UTF-8") != std::string_view::npos);
    } catch (const nlohmann::json::exception&) {
        throw inputError("{}: holds a number that is too large. Mend the file.", source);
    }
}

std::string readJsonText(const std::filesystem::path& path, std::size_t limitBytes) {
    constexpr std::string_view mark8("\xef\xbb\xbf"), little16("\xff\xfe"), big16("\xfe\xff");
    auto bytes = readFile(path, limitBytes);
    const std::string_view text(bytes);
    const auto zeroAt = [&](std::size_t at) { return at < text.size() && text[at] == 0; };
    if ((text.starts_with(little16) && zeroAt(2) && zeroAt(3)) || (zeroAt(0) && zeroAt(1)) ||
        (zeroAt(1) && zeroAt(2) && zeroAt(3)))
        throw inputError("{}: is UTF-32. Save it as UTF-8.", path.string());
    if (text.starts_with(mark8))
        return bytes.substr(mark8.size());
    const bool whole = text.size() % 2 == 0;
    if (text.starts_with(little16) || text.starts_with(big16)) {
        if (!whole)
            throw inputError("{}: is UTF-16 and cut off. Copy it again, or save it as UTF-8.", path.string());
        return fromUtf16(text.substr(little16.size()), text.starts_with(big16), path.string());
    }
    return whole && (zeroAt(0) || zeroAt(1)) ? fromUtf16(text, zeroAt(0), path.string()) : bytes;
}

nlohmann::json readJson(const std::filesystem::path& path, std::size_t limitBytes) {
    return parseJson(readJsonText(path, limitBytes), path.string());
}

}  // namespace lacuna
