// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What became of a word of one text when it is held against another.
enum class WordChange { Same, Added, Missing };

/// What words are compared by: `comparable` (core/base/unicode.h) without punctuation and symbols; a word of nothing
/// else keeps them.
std::string wordKey(std::string_view word);

/// A word as it stands in its text: byte offset and length (punctuation clings to its word). Han and hiragana, which no
/// space parts, are words letter by letter.
struct WordMark {
    std::string word;
    std::size_t offset = 0;
    std::size_t length = 0;
    WordChange change = WordChange::Same;
};

/// The words of `answer`, each Same or Added against `truth`, with those of `truth` that fail interleaved as Missing
/// (their offset is that in `truth`). Longest common subsequence; case and punctuation do not count.
/// Words after the 2,000th of a text are not compared: Added or Missing.
std::vector<WordMark> wordDifference(std::string_view answer, std::string_view truth);

}  // namespace lacuna
