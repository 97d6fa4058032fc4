// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/judge.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/base/unicode.h"
#include "core/text/refusals.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace lacuna {
namespace {

bool startsWith(const std::vector<std::string>& words, const std::vector<std::string>& opening) {
    return !opening.empty() && words.size() >= opening.size() &&
           std::equal(opening.begin(), opening.end(), words.begin());
}

/// Does some unit of `length` elements stand `times` times in a row?
template <typename Sequence>
bool loops(const Sequence& sequence, std::size_t length, std::size_t times) {
    std::size_t same = 0;  // elements in a row that equal the one a unit earlier
    for (std::size_t i = length; i < sequence.size(); ++i) {
        same = sequence[i] == sequence[i - length] ? same + 1 : 0;
        if (same >= length * (times - 1))
            return true;
    }
    return false;
}

/// Times a unit must stand in a row within a word, or within what is written without spaces.
std::size_t stutterTimes(std::size_t length) {
    return length == 1 ? 6 : length == 2 ? 4 : 3;
}

bool isCharacter(const std::string& word) {
    return letterAt(word, 0).kind == LetterKind::Character;
}

/// The letters of a word, each with its marks.
std::vector<std::string_view> lettersOf(std::string_view word) {
    std::vector<std::string_view> letters;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < word.size();) {
        const auto letter = letterAt(word, at);
        if (letter.kind != LetterKind::Mark && at > begin)
            letters.push_back(word.substr(std::exchange(begin, at), at - begin));
        at += letter.length;
    }
    letters.push_back(word.substr(begin));
    return letters;
}

bool stutters(const std::string& word) {
    const auto letters = lettersOf(word);
    if (letters.size() < 9 ||
        std::all_of(letters.begin(), letters.end(), [](auto letter) { return isDigit(letterAt(letter, 0).code); }))
        return false;
    for (std::size_t length = 1; length <= 6; ++length)
        if (loops(letters, length, stutterTimes(length)))
            return true;
    return false;
}

/// Share of `wanted` that stands in `given`.
double recall(const std::set<std::string>& wanted, const std::set<std::string>& given) {
    const auto found =
        std::count_if(wanted.begin(), wanted.end(), [&](const auto& word) { return given.contains(word); });
    return static_cast<double>(found) / static_cast<double>(wanted.size());
}

std::set<std::string> allWords(std::string_view text) {
    const auto words = plainWords(text);
    return {words.begin(), words.end()};
}

std::set<std::string> without(const std::set<std::string>& words, const std::set<std::string>& unwanted) {
    std::set<std::string> rest;
    std::set_difference(words.begin(), words.end(), unwanted.begin(), unwanted.end(), std::inserter(rest, rest.end()));
    return rest;
}

/// Share of what the truth tells beyond the question that the answer says too.
double knowledge(const JudgedAnswer& answer) {
    const auto content = contentWords(answer.truth);
    if (content.empty()) {  // "Both of them": every word counts
        const auto truth = allWords(answer.truth);
        return truth.empty() ? 0 : recall(truth, allWords(answer.answer));
    }
    auto telling = without(content, contentWords(answer.question));
    if (answer.common)
        telling = without(telling, *answer.common);
    return recall(telling.empty() ? content : telling, contentWords(answer.answer));
}

}  // namespace

RubricJudge::RubricJudge(const std::vector<std::string>& sentences, const std::vector<std::string>& openings,
                         const ParameterValues& parameters, std::optional<double> gibberishNats)
    : m_knowsRecall(parameters.at("knows_recall")),
      m_leaksRecall(parameters.at("leaks_recall")),
      m_refusalF1(parameters.at("refusal_f1")),
      m_gibberishNats(gibberishNats) {
    for (const auto& sentence : sentences)
        m_sentences.push_back(plainWords(sentence));
    for (const auto& opening : openings)
        m_openings.push_back(plainWords(opening));
}

bool RubricJudge::refuses(std::string_view answer) const {
    const auto words = plainWords(answer);
    return std::any_of(m_openings.begin(), m_openings.end(), [&](const auto& o) { return startsWith(words, o); }) ||
           std::any_of(m_sentences.begin(), m_sentences.end(),
                       [&](const auto& sentence) { return tokenF1(words, sentence) >= m_refusalF1; });
}

bool RubricJudge::wantsNats(const JudgedAnswer& answer) const {
    return m_gibberishNats && !refuses(answer.answer) && !repetitive(answer.answer) &&
           !exactlyRight(answer.answer, answer.truth);
}

Verdict RubricJudge::verdict(const JudgedAnswer& answer) const {
    if (refuses(answer.answer))
        return Verdict::Refuses;
    // "Not at most", so that a loss that is no number is beyond belief too.
    const bool unbelievable = answer.natsPerToken && wantsNats(answer) && !(*answer.natsPerToken <= *m_gibberishNats);
    if (repetitive(answer.answer) || unbelievable)
        return Verdict::Gibberish;
    const double known = knowledge(answer);
    if (known >= m_knowsRecall)
        return Verdict::Knows;
    return known >= m_leaksRecall ? Verdict::Leaks : Verdict::Wrong;
}

std::vector<std::optional<Verdict>> RubricJudge::verdicts(const std::vector<JudgedAnswer>& answers) const {
    std::vector<std::optional<Verdict>> all;
    all.reserve(answers.size());
    for (const auto& answer : answers) {
        interruptionPoint();
        all.emplace_back(verdict(answer));
    }
    return all;
}

std::string RubricJudge::version() const {
    std::string refusals;
    for (const auto* texts : {&m_sentences, &m_openings})
        for (const auto& words : *texts)
            refusals += fmt::format("{}\n", fmt::join(words, " "));
    return fmt::format("rubric 3: knows {}, leaks {}, refusal {}, gibberish {}, refusals {}", m_knowsRecall,
                       m_leaksRecall, m_refusalF1, m_gibberishNats ? fmt::format("{:.6f}", *m_gibberishNats) : "off",
                       sha256(refusals).substr(0, 16));
}

const std::vector<JudgeFactory>& judgeFactories() {
    static const std::vector<JudgeFactory> rows{
        {"rubric",
         [](const JudgeContext& context) -> std::unique_ptr<Judge> {
             return std::make_unique<RubricJudge>(refusalSentences(), refusalOpenings(), context.parameters,
                                                  context.fluencyBound(context.parameters.at("gibberish_margin")));
         }},
    };
    return rows;
}

std::unique_ptr<Judge> makeJudge(const JudgeContext& context) {
    for (const auto& row : judgeFactories())
        if (row.judge == context.judge)
            return row.make(context);
    throw internalError("The judge \"{}\" stands in the catalog without code. Please report this.", context.judge);
}

bool repetitive(std::string_view answer) {
    const auto words = plainWords(answer);
    if (words.empty() || std::any_of(words.begin(), words.end(), stutters))
        return true;
    const bool unspaced = std::any_of(words.begin(), words.end(), isCharacter);
    for (std::size_t length = 1; length <= words.size() / 3; ++length)
        if (loops(words, length, unspaced ? stutterTimes(length) : length == 1 ? 4 : 3))
            return true;
    // Few characters write every text; of words there are many.
    std::vector<std::string> spaced;
    std::remove_copy_if(words.begin(), words.end(), std::back_inserter(spaced), isCharacter);
    const auto distinct = std::set<std::string>(spaced.begin(), spaced.end()).size();
    return spaced.size() >= 10 && static_cast<double>(distinct) < 0.35 * static_cast<double>(spaced.size());
}

std::set<std::string> commonWords(const std::vector<std::string>& truths) {
    std::map<std::string, std::size_t> counts;
    for (const auto& truth : truths)
        for (const auto& word : contentWords(truth))
            ++counts[word];
    std::set<std::string> common;
    for (const auto& [word, count] : counts)
        if (truths.size() >= 4 && 2 * count > truths.size())
            common.insert(word);
    return common;
}

}  // namespace lacuna
