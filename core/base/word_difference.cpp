// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/word_difference.h"

#include "core/base/unicode.h"

#include <algorithm>

namespace lacuna {
namespace {

/// Parted at spaces and, where letters are written without, before every character.
std::vector<WordMark> split(std::string_view text) {
    std::vector<WordMark> words;
    std::size_t begin = 0, end = 0;  // of the word
    bool lettered = false, alone = false;
    const auto finish = [&] {
        if (end > begin)
            words.push_back({std::string(text.substr(begin, end - begin)), begin, end - begin, WordChange::Same});
        lettered = alone = false;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto letter = letterAt(text, at);
        const bool character = letter.kind == LetterKind::Character;
        if (letter.kind == LetterKind::Space) {
            finish();
            begin = end = at + letter.length;
        } else {
            if (lettered && (character || (alone && letter.kind == LetterKind::Letter))) {
                finish();
                begin = at;
            }
            end = at + letter.length;
            alone = character || (alone && letter.kind != LetterKind::Letter);
            lettered = lettered || character || letter.kind == LetterKind::Letter;
        }
        at += letter.length;
    }
    finish();
    return words;
}

}  // namespace

std::string wordKey(std::string_view word) {
    const auto folded = comparable(word);
    std::string key;
    for (std::size_t at = 0; at < folded.size();) {
        const auto letter = letterAt(folded, at);
        if (letter.kind != LetterKind::Sign && letter.kind != LetterKind::Space)
            key += folded.substr(at, letter.length);
        at += letter.length;
    }
    return key.empty() ? folded : key;
}

namespace {

std::vector<std::string> foldedWords(const std::vector<WordMark>& words, std::size_t most) {
    std::vector<std::string> keys(std::min(words.size(), most));
    std::transform(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(keys.size()), keys.begin(),
                   [](const auto& w) { return wordKey(w.word); });
    return keys;
}

}  // namespace

std::vector<WordMark> wordDifference(std::string_view answer, std::string_view truth) {
    constexpr std::size_t longest = 2000;  // the table below is quadratic; answers are sentences
    const auto ours = split(answer);
    const auto theirs = split(truth);
    const auto a = foldedWords(ours, longest);
    const auto b = foldedWords(theirs, longest);

    const std::size_t width = b.size() + 1;
    std::vector<unsigned short> common((a.size() + 1) * width, 0);
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i * width + j] = a[i] == b[j] ? static_cast<unsigned short>(common[(i + 1) * width + j + 1] + 1)
                                                 : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);

    std::vector<WordMark> marks;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            marks.push_back(ours[i++]);
            ++j;
        } else if (i < a.size() && (j == b.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            marks.push_back(ours[i++]);
            marks.back().change = WordChange::Added;
        } else {
            marks.push_back(theirs[j++]);
            marks.back().change = WordChange::Missing;
        }
    }
    // What is beyond the table is told apart without looking.
    const auto rest = [&](const std::vector<WordMark>& words, std::size_t from, WordChange change) {
        for (; from < words.size(); ++from) {
            marks.push_back(words[from]);
            marks.back().change = change;
        }
    };
    rest(ours, i, WordChange::Added);
    rest(theirs, j, WordChange::Missing);
    return marks;
}

}  // namespace lacuna
