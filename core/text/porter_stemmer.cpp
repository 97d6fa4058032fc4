// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/porter_stemmer.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <vector>

namespace lacuna {
namespace {

/// Per letter: is it a consonant? A "y" is one at the start and after a vowel.
std::vector<bool> consonants(std::string_view word) {
    std::vector<bool> flags(word.size());
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == 'y')
            flags[i] = i == 0 || !flags[i - 1];
        else
            flags[i] = std::string_view("aeiou").find(word[i]) == std::string_view::npos;
    }
    return flags;
}

/// Porter's m: how often a vowel is followed by a consonant.
int measure(std::string_view stem) {
    const auto flags = consonants(stem);
    int count = 0;
    for (std::size_t i = 1; i < flags.size(); ++i)
        count += !flags[i - 1] && flags[i];
    return count;
}

bool hasVowel(std::string_view stem) {
    const auto flags = consonants(stem);
    return std::find(flags.begin(), flags.end(), false) != flags.end();
}

bool endsWithDoubleConsonant(std::string_view word) {
    const auto size = word.size();
    return size >= 2 && word[size - 1] == word[size - 2] && consonants(word).back();
}

/// Porter's *o: consonant, vowel, consonant other than w, x, y at the end; NLTK adds the two-letter "vowel, consonant".
bool endsConsonantVowelConsonant(std::string_view word) {
    const auto flags = consonants(word);
    const auto size = word.size();
    if (size == 2)
        return !flags[0] && flags[1];
    return size > 2 && flags[size - 3] && !flags[size - 2] && flags[size - 1] &&
           std::string_view("wxy").find(word[size - 1]) == std::string_view::npos;
}

struct Rule {
    std::string_view suffix, replacement;
};

/// The first rule whose suffix fits decides: it is applied when the stem's measure is above `above`.
std::string applied(std::string_view word, std::span<const Rule> rules, int above) {
    for (const auto& [suffix, replacement] : rules) {
        if (!word.ends_with(suffix))
            continue;
        const auto stem = word.substr(0, word.size() - suffix.size());
        if (measure(stem) > above)
            return std::string(stem).append(replacement);
        break;
    }
    return std::string(word);
}

std::string withoutPlural(std::string_view word) {
    if (word.ends_with("ies"))
        return std::string(word.substr(0, word.size() - (word.size() == 4 ? 1 : 2)));
    if (word.ends_with("sses"))
        return std::string(word.substr(0, word.size() - 2));
    if (word.ends_with("s") && !word.ends_with("ss"))
        return std::string(word.substr(0, word.size() - 1));
    return std::string(word);
}

/// What is left after "-ed" or "-ing" gets its "e" back or loses a doubled letter.
std::string mended(std::string stem) {
    if (stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz"))
        return stem + "e";
    if (endsWithDoubleConsonant(stem)) {
        if (std::string_view("lsz").find(stem.back()) == std::string_view::npos)
            stem.pop_back();
        return stem;
    }
    return measure(stem) == 1 && endsConsonantVowelConsonant(stem) ? stem + "e" : stem;
}

std::string withoutPast(std::string word) {
    if (word.ends_with("ied"))
        return word.substr(0, word.size() - (word.size() == 4 ? 1 : 2));
    if (word.ends_with("eed"))
        return measure(std::string_view(word).substr(0, word.size() - 3)) > 0 ? word.substr(0, word.size() - 1) : word;
    for (const std::string_view suffix : {"ed", "ing"}) {
        if (!word.ends_with(suffix))
            continue;
        auto stem = word.substr(0, word.size() - suffix.size());
        if (hasVowel(stem))
            return mended(std::move(stem));
    }
    return word;
}

std::string withIForY(std::string word) {
    const auto stem = std::string_view(word).substr(0, word.size() - 1);
    if (word.back() == 'y' && stem.size() > 1 && consonants(stem).back())
        word.back() = 'i';
    return word;
}

std::string withoutDoubleSuffix(std::string word) {
    // NLTK takes "-alli" first and goes round again.
    if (word.ends_with("alli") && measure(std::string_view(word).substr(0, word.size() - 4)) > 0)
        return withoutDoubleSuffix(word.substr(0, word.size() - 2));
    static constexpr auto rules = std::to_array<Rule>(
        {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
         {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
         {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
         {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"},
         {"fulli", "ful"}});
    auto result = applied(word, rules, 0);
    // The "l" of "-logi" counts as the stem's, so that "geo" and "theo" do as "philo" does.
    if (word.ends_with("logi") && measure(std::string_view(word).substr(0, word.size() - 3)) > 0)
        result = word.substr(0, word.size() - 1);
    return result;
}

std::string withoutFullSuffix(std::string_view word) {
    static constexpr auto rules = std::to_array<Rule>(
        {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}});
    return applied(word, rules, 0);
}

std::string withoutLastSuffix(std::string_view word) {
    if (word.ends_with("sion") || word.ends_with("tion")) {
        const auto stem = word.substr(0, word.size() - 3);
        return std::string(measure(stem) > 1 ? stem : word);
    }
    static constexpr auto rules = std::to_array<Rule>({{"al", ""},
                                                       {"ance", ""},
                                                       {"ence", ""},
                                                       {"er", ""},
                                                       {"ic", ""},
                                                       {"able", ""},
                                                       {"ible", ""},
                                                       {"ant", ""},
                                                       {"ement", ""},
                                                       {"ment", ""},
                                                       {"ent", ""},
                                                       {"ou", ""},
                                                       {"ism", ""},
                                                       {"ate", ""},
                                                       {"iti", ""},
                                                       {"ous", ""},
                                                       {"ive", ""},
                                                       {"ize", ""}});
    return applied(word, rules, 1);
}

std::string tidied(std::string word) {
    if (word.ends_with('e')) {
        const auto stem = word.substr(0, word.size() - 1);
        const int m = measure(stem);
        if (m > 1 || (m == 1 && !endsConsonantVowelConsonant(stem)))
            word = stem;
    }
    if (word.ends_with("ll") && measure(std::string_view(word).substr(0, word.size() - 1)) > 1)
        word.pop_back();
    return word;
}

}  // namespace

std::string porterStem(std::string_view word) {
    static const std::map<std::string_view, std::string_view> irregular{
        {"skies", "sky"},      {"sky", "sky"},         {"dying", "die"},        {"lying", "lie"},
        {"tying", "tie"},      {"news", "news"},       {"innings", "inning"},   {"inning", "inning"},
        {"outings", "outing"}, {"outing", "outing"},   {"cannings", "canning"}, {"canning", "canning"},
        {"howe", "howe"},      {"proceed", "proceed"}, {"exceed", "exceed"},    {"succeed", "succeed"}};
    if (const auto known = irregular.find(word); known != irregular.end())
        return std::string(known->second);
    if (word.size() <= 2)
        return std::string(word);
    return tidied(
        withoutLastSuffix(withoutFullSuffix(withoutDoubleSuffix(withIForY(withoutPast(withoutPlural(word)))))));
}

}  // namespace lacuna
