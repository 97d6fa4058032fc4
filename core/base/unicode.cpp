// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/unicode.h"

#include "core/base/ascii.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <utf8proc.h>
#include <utility>
#include <vector>

namespace lacuna {
namespace {

using Code = utf8proc_int32_t;

constexpr Code broken = -1;

/// Bytes read: one for a broken byte.
std::size_t decode(std::string_view text, std::size_t at, Code& code) {
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                         static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (length > 0 && code >= 0)
        return static_cast<std::size_t>(length);
    code = broken;
    return 1;
}

/// Appends what becomes of one code point.
void decompose(std::vector<Code>& codes, Code code, int options) {
    std::array<Code, 32> parts{};  // Unicode's longest has 18
    int boundary = 0;
    const auto count =
        utf8proc_decompose_char(code, parts.data(), parts.size(), static_cast<utf8proc_option_t>(options), &boundary);
    if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size()))
        throw internalError("U+{:04X} has no decomposition ({}). Please report this.", code, utf8proc_errmsg(count));
    codes.insert(codes.end(), parts.begin(), parts.begin() + count);
}

/// Marks of one letter in canonical order.
/// utf8proc sorts too, but in quadratic time: a hostile file could hold a million marks.
void orderMarks(std::vector<Code>& codes) {
    const auto rank = [](Code code) { return utf8proc_get_property(code)->combining_class; };
    const auto isMark = [&](Code code) { return rank(code) != 0; };
    for (auto first = codes.begin(); first != codes.end();) {
        first = std::find_if(first, codes.end(), isMark);
        const auto last = std::find_if_not(first, codes.end(), isMark);
        std::stable_sort(first, last, [&](Code a, Code b) { return rank(a) < rank(b); });
        first = last;
    }
}

bool within(char32_t code, char32_t first, char32_t last) {
    return code >= first && code <= last;
}

bool isHan(char32_t c) {
    return within(c, 0x4E00, 0x9FFF) || within(c, 0x3400, 0x4DBF) || within(c, 0x20000, 0x3FFFD) ||
           within(c, 0xF900, 0xFAFF) || within(c, 0x2E80, 0x2FD5) || within(c, 0x3021, 0x3029) || c == 0x3005 ||
           c == 0x3007;
}

void appendFolded(std::vector<Code>& codes, Code code) {
    constexpr int fold = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    const auto c = static_cast<char32_t>(code);
    if (c == 0x130 || c == 0x131)  // İ, ı
        codes.push_back('i');
    else if (c == 0x307 && !codes.empty() && codes.back() == 'i')
        return;            // what is left of İ
    else if (c == 0x200B)  // has no width, yet ends a word
        codes.push_back(' ');
    else if (c == 0x3000 || within(c, 0xFF01, 0xFFEE))
        decompose(codes, code, fold | UTF8PROC_COMPAT);
    else
        decompose(codes, code, fold);
}

std::vector<Code> folded(const std::vector<Code>& codes) {
    std::vector<Code> result;
    for (const auto code : codes)
        appendFolded(result, code);
    orderMarks(result);
    return result;
}

void append(std::string& text, Code code) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(code, bytes.data());
    text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

void appendComposed(std::string& text, std::vector<Code> codes, bool fold) {
    orderMarks(codes);
    if (fold)
        codes = folded(codes);
    const auto count = utf8proc_normalize_utf32(codes.data(), static_cast<utf8proc_ssize_t>(codes.size()),
                                                static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    for (utf8proc_ssize_t i = 0; i < count; ++i)
        append(text, codes[static_cast<std::size_t>(i)]);
}

std::string normalised(std::string_view text, bool fold) {
    std::string result;
    std::vector<Code> codes;  // decomposed, up to the next broken byte
    for (std::size_t at = 0; at < text.size();) {
        Code code = 0;
        const auto length = decode(text, at, code);
        if (code == broken) {
            appendComposed(result, std::exchange(codes, {}), fold);
            result += text[at];
        } else {
            decompose(codes, code, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
        }
        at += length;
    }
    appendComposed(result, std::move(codes), fold);
    return result;
}

}  // namespace

bool isHiragana(char32_t c) {
    return within(c, 0x3041, 0x309F) || within(c, 0x1B001, 0x1B11F) || within(c, 0x1B150, 0x1B152);
}

bool isDigit(char32_t code) {
    return utf8proc_category(static_cast<Code>(code)) == UTF8PROC_CATEGORY_ND;
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

std::string composed(std::string_view utf8) {
    return isAscii(utf8) ? std::string(utf8) : normalised(utf8, false);
}

std::string comparable(std::string_view utf8) {
    if (!isAscii(utf8))
        return normalised(utf8, true);
    std::string lower(utf8);
    std::transform(lower.begin(), lower.end(), lower.begin(), asciiLower);
    return lower;
}

std::string withoutMarks(std::string_view utf8) {
    std::vector<Code> codes;
    for (std::size_t at = 0; at < utf8.size();) {
        Code code = 0;
        at += decode(utf8, at, code);
        if (code != broken)
            decompose(codes, code, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
    }
    std::string text;
    for (const auto code : codes)
        append(text, code);
    return text;
}

Letter letterAt(std::string_view utf8, std::size_t at) {
    if (const auto byte = static_cast<unsigned char>(utf8[at]); byte < 0x80) {
        const char c = asciiLower(utf8[at]);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        return {1, byte, letter ? LetterKind::Letter : space ? LetterKind::Space : LetterKind::Sign};
    }
    Code code = 0;
    const auto length = decode(utf8, at, code);
    constexpr Code replacement = 0xFFFD;  // a symbol to Unicode; here it stands for a letter
    constexpr Code lengthMark = 0x30FC;   // a letter to Unicode, which lengthens the kana before it
    if (code == broken || code == replacement)
        return {length, replacement, LetterKind::Letter};
    const auto letter = [&](LetterKind kind) { return Letter{length, static_cast<char32_t>(code), kind}; };
    if (code == lengthMark)
        return letter(LetterKind::Mark);
    if (within(static_cast<char32_t>(code), 0x2B9, 0x2BF))  // letters to Unicode, typed as ' too
        return letter(LetterKind::Sign);
    switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_CF:
            return letter(LetterKind::Mark);
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return letter(LetterKind::Space);
        case UTF8PROC_CATEGORY_CC:
            return letter(code == 0x85 ? LetterKind::Space : LetterKind::Sign);
        case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD:
        case UTF8PROC_CATEGORY_PS:
        case UTF8PROC_CATEGORY_PE:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
        case UTF8PROC_CATEGORY_PO:
        case UTF8PROC_CATEGORY_SM:
        case UTF8PROC_CATEGORY_SC:
        case UTF8PROC_CATEGORY_SK:
        case UTF8PROC_CATEGORY_SO:
            return letter(LetterKind::Sign);
        default:
            return letter(isHan(static_cast<char32_t>(code)) || isHiragana(static_cast<char32_t>(code))
                              ? LetterKind::Character
                              : LetterKind::Letter);
    }
}

}  // namespace lacuna
