#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// The words of a text for judging: lower case, split at spaces and punctuation (Unicode's general and CJK punctuation
/// too), letters beyond ASCII kept as they are save that Latin-1 capitals are lowered.
std::vector<std::string> plainWords(std::string_view text);

/// The words that carry meaning: plainWords without stop words, stemmed, each once.
std::set<std::string> contentWords(std::string_view text);

/// True where nothing but case, punctuation and spaces tells `answer` from `truth`.
bool exactlyRight(std::string_view answer, std::string_view truth);

/// F1 over the words of two texts, each word counted as often as it stands there (as SQuAD does it).
double tokenF1(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace lacuna
