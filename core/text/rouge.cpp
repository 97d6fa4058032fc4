// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/rouge.h"

#include "core/text/words.h"

#include <algorithm>

namespace lacuna {
namespace {

/// Python's lower(), as far as it matters here: beyond ASCII only these two code points become ASCII letters.
std::string lowered(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto rest = text.substr(i);
        if (rest.starts_with("\xC4\xB0")) {  // İ becomes i and a combining dot
            result += "i ";
            i += 1;
        } else if (rest.starts_with("\xE2\x84\xAA")) {  // the sign for kelvin becomes k
            result += 'k';
            i += 2;
        } else {
            result += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
        }
    }
    return result;
}

bool isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::size_t longestCommonSubsequence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (const auto& word : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = word == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
            diagonal = above;
        }
    }
    return row.back();
}

}  // namespace

std::vector<std::string> rougeWords(std::string_view text) {
    const auto lower = lowered(text);
    std::vector<std::string> words;
    for (auto begin = lower.begin(); begin != lower.end();) {
        begin = std::find_if(begin, lower.end(), isWordCharacter);
        const auto end = std::find_if_not(begin, lower.end(), isWordCharacter);
        const std::string word(begin, end);
        if (!word.empty())
            words.push_back(wordStem(word));
        begin = end;
    }
    return words;
}

namespace {

RougeScore scoreOf(const std::vector<std::string>& wanted, const std::vector<std::string>& given) {
    if (wanted.empty() || given.empty())
        return {};
    const auto common = static_cast<double>(longestCommonSubsequence(wanted, given));
    RougeScore score{common / static_cast<double>(given.size()), common / static_cast<double>(wanted.size()), 0};
    if (score.precision + score.recall > 0)
        score.f1 = 2 * score.precision * score.recall / (score.precision + score.recall);
    return score;
}

}  // namespace

RougeScore rougeL(std::string_view truth, std::string_view answer) {
    return scoreOf(rougeWords(truth), rougeWords(answer));
}

RougeScore rougeLUnicode(std::string_view truth, std::string_view answer) {
    const auto stems = [](std::string_view text) {
        auto words = plainWords(text);
        std::transform(words.begin(), words.end(), words.begin(), wordStem);
        return words;
    };
    return scoreOf(stems(truth), stems(answer));
}

}  // namespace lacuna
