// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/longest_texts.h"

#include "core/text/refusals.h"

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::int64_t templateTokens = 64;

}  // namespace

LongestTexts longestTexts(const Benchmark& benchmark, const Tokenizer& tokenizer, const ChatTemplate& chat) {
    std::size_t question = 0, answer = 0;
    const auto look = [&](const std::string& text) {
        answer = std::max(answer, answerTokens(tokenizer, chat, text).size());
    };
    for (const auto& entity : benchmark.entities)
        for (const auto& asked : entity.questions) {
            for (const auto& phrasing : asked.phrasings)
                question = std::max(question, tokenizer.encode(phrasing, false, TextFront::Space).size());
            look(asked.answer);
        }
    for (const auto& sentence : refusalSentences())
        look(sentence);
    return {static_cast<std::int64_t>(question) + templateTokens, static_cast<std::int64_t>(answer) + 1};
}

}  // namespace lacuna
