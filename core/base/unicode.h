// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lacuna {

/// Canonical composition (NFC): "é" as one letter, however it was put together. Bytes that are no UTF-8 stay as they
/// are, also below.
std::string composed(std::string_view utf8);

/// What texts are compared by: equal where only case, composition or width tells them apart. Unicode's canonical
/// caseless matching (The Unicode Standard, section 3.13, D145) in NFC: "ß" is "ss", "ς" is "σ". Beyond the standard:
/// full-width and half-width forms are the plain letters; Turkish "İ" and "ı" are "i" (the text's language is not
/// known, and upper case loses the difference); invisible characters (soft hyphen, joiners, variation selectors) are
/// dropped. Superscripts, fractions and Roman numerals stay: "10²" is not "102".
std::string comparable(std::string_view utf8);

/// The letters without their marks: "e" of "é". Broken bytes are left out.
std::string withoutMarks(std::string_view utf8);

enum class LetterKind {
    Letter,     ///< letters, digits, unassigned code points, broken bytes
    Mark,       ///< belongs to the letter before it
    Character,  ///< Han and hiragana, written without spaces
    Space,
    Sign,  ///< punctuation, symbols, controls; letters that write an apostrophe (U+02B9 to U+02BF)
};

/// The letter that starts at a byte of a text. Broken UTF-8 is read byte by byte.
struct Letter {
    std::size_t length = 1;  ///< bytes
    char32_t code = 0;       ///< U+FFFD for a broken byte
    LetterKind kind = LetterKind::Letter;
};
Letter letterAt(std::string_view utf8, std::size_t at);

bool isHiragana(char32_t code);
bool isDigit(char32_t code);  ///< decimal, of any script
bool isAscii(std::string_view text);

}  // namespace lacuna
