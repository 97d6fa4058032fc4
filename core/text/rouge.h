// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

struct RougeScore {
    double precision = 0, recall = 0, f1 = 0;
};

/// ROUGE-L of `answer` against `truth`, to the last digit as Python's `rouge_score` 0.1.2 with `use_stemmer=True` gives
/// it (tests/fixtures/rouge.json holds that package's results). All zero when either has no word, thus also for every
/// text without a–z and digits. Source: Lin 2004, "ROUGE: a package for automatic evaluation of summaries".
RougeScore rougeL(std::string_view truth, std::string_view answer);

/// The same over the words of any script: plainWords (core/text/words.h), ASCII ones stemmed. Equal to rougeL on ASCII.
/// tests/fixtures/rouge_unicode.json holds what `rouge_score` gives with a tokenizer of these rules.
RougeScore rougeLUnicode(std::string_view truth, std::string_view answer);

/// The words ROUGE compares: lower case, ASCII letters and digits alone, words of more than three letters stemmed.
std::vector<std::string> rougeWords(std::string_view text);

}  // namespace lacuna
