// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// The words of a text for judging, as `comparable` (core/base/unicode.h) writes them: letters and digits with their
/// marks, split at spaces, punctuation and symbols. Han and hiragana, which no space parts, are words letter by letter.
/// Bytes that are no UTF-8 count as letters.
std::vector<std::string> plainWords(std::string_view text);

/// The Porter stem of an ASCII word of more than three letters; any other word is its own stem.
std::string wordStem(const std::string& word);

/// The words that carry meaning: plainWords without stop words and without hiragana (which write the grammar), stemmed,
/// each once.
std::set<std::string> contentWords(std::string_view text);

/// True where nothing but case, composition (NFC or NFD), width, punctuation and spaces tells `answer` from `truth`.
bool exactlyRight(std::string_view answer, std::string_view truth);

/// F1 over the words of two texts, each word counted as often as it stands there (as SQuAD does it).
double tokenF1(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace lacuna
