#include "core/text/words.h"

#include "core/text/porter_stemmer.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lacuna {
namespace {

/// Bytes of the UTF-8 sequence that starts with `lead`; a stray byte counts as one.
std::size_t sequenceLength(unsigned char lead) {
    return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
}

bool isUnicodePunctuation(std::string_view letter) {
    return letter.starts_with("\xE2\x80") || letter.starts_with("\xE2\x81") || letter.starts_with("\xE3\x80") ||
           letter.starts_with("\xEF\xBC\x8C") || letter.starts_with("\xEF\xBC\x9F") || letter == "\xC2\xA0" ||
           letter == "\xC2\xAB" || letter == "\xC2\xBB" || letter == "\xC2\xBF" || letter == "\xC2\xA1";
}

/// The letter or digit in lower case; empty for what separates words.
std::string wordLetter(std::string_view letter) {
    const char c = letter.front();
    if (letter.size() == 1) {
        if (c >= 'A' && c <= 'Z')
            return {static_cast<char>(c - 'A' + 'a')};
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return plain ? std::string(letter) : std::string();
    }
    if (isUnicodePunctuation(letter))
        return {};
    std::string result(letter);
    const auto second = static_cast<unsigned char>(letter[1]);
    if (c == '\xC3' && second >= 0x80 && second <= 0x9E && second != 0x97)  // À…Þ, not the sign ×
        result[1] = static_cast<char>(second + 0x20);
    return result;
}

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
    std::vector<std::string> words;
    std::string word;
    for (std::size_t i = 0; i < text.size();) {
        const auto size = std::min(sequenceLength(static_cast<unsigned char>(text[i])), text.size() - i);
        const auto letter = wordLetter(text.substr(i, size));
        i += size;
        word += letter;
        if (!word.empty() && (letter.empty() || i >= text.size()))
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

std::set<std::string> contentWords(std::string_view text) {
    std::set<std::string> content;
    for (const auto& word : plainWords(text))
        if (!stopWords().contains(word))
            content.insert(word.size() > 3 ? porterStem(word) : word);
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
    return given.empty() || wanted.empty() ? answer == truth : given == wanted;
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
