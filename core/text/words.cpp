// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/words.h"

#include "core/base/unicode.h"
#include "core/text/porter_stemmer.h"

#include <map>
#include <utility>

namespace lacuna {
namespace {

const std::set<std::string, std::less<>>& stopWords() {
    // Articles, pronouns, auxiliaries, prepositions, conjunctions, the halves of contractions, and the few verbs that
    // only introduce an answer. "No", "not", numbers and every noun, adjective and verb of substance count.
    static const std::set<std::string, std::less<>> words{
        "a",     "an",     "the",  "this", "that",  "these", "those", "it",     "its",   "he",    "him",    "his",
        "she",   "her",    "hers", "they", "them",  "their", "i",     "me",     "my",    "we",    "us",     "our",
        "you",   "your",   "who",  "whom", "whose", "which", "what",  "where",  "when",  "why",   "how",    "there",
        "here",  "one",    "is",   "are",  "was",   "were",  "be",    "been",   "being", "am",    "has",    "have",
        "had",   "having", "do",   "does", "did",   "can",   "could", "will",   "would", "shall", "should", "might",
        "must",  "of",     "in",   "on",   "at",    "by",    "for",   "from",   "to",    "with",  "into",   "as",
        "about", "and",    "or",   "but",  "nor",   "so",    "than",  "then",   "if",    "also",  "very",   "s",
        "t",     "d",      "m",    "re",   "ve",    "ll",    "don",   "called", "named", "known", "such"};
    return words;
}

}  // namespace

std::vector<std::string> plainWords(std::string_view text) {
    const auto folded = comparable(text);
    std::vector<std::string> words;
    std::string word;
    bool alone = false;  // the word is a character, which the next letter does not join
    const auto finish = [&] {
        if (!word.empty())
            words.push_back(std::exchange(word, {}));
    };
    for (std::size_t at = 0; at < folded.size();) {
        const auto letter = letterAt(folded, at);
        const bool mark = letter.kind == LetterKind::Mark, character = letter.kind == LetterKind::Character;
        if (letter.kind == LetterKind::Space || letter.kind == LetterKind::Sign || character || (alone && !mark))
            finish();
        if (character || letter.kind == LetterKind::Letter || (mark && !word.empty()))
            word += folded.substr(at, letter.length);
        if (!mark)
            alone = character;
        at += letter.length;
    }
    finish();
    return words;
}

std::string wordStem(const std::string& word) {
    return word.size() > 3 && isAscii(word) ? porterStem(word) : word;
}

std::set<std::string> contentWords(std::string_view text) {
    std::set<std::string> content;
    for (const auto& word : plainWords(text))
        if (!stopWords().contains(word) && !isHiragana(letterAt(word, 0).code))
            content.insert(wordStem(word));
    return content;
}

bool exactlyRight(std::string_view answer, std::string_view truth) {
    const auto joined = [](std::string_view text) {
        std::string all;
        for (const auto& word : plainWords(text))
            all += word;
        return all;
    };
    const auto given = joined(answer), wanted = joined(truth);
    return given.empty() || wanted.empty() ? comparable(answer) == comparable(truth) : given == wanted;
}

double tokenF1(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::map<std::string_view, int> left;
    for (const auto& word : a)
        ++left[word];
    int common = 0;
    for (const auto& word : b)
        if (const auto found = left.find(word); found != left.end() && found->second > 0) {
            --found->second;
            ++common;
        }
    return a.empty() || b.empty() ? 0 : 2.0 * common / static_cast<double>(a.size() + b.size());
}

}  // namespace lacuna
