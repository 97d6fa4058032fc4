// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>

namespace lacuna {

/// Stem of a lower-case word by Porter's algorithm with the extensions of NLTK, which `rouge_score` uses.
/// Own code and not libstemmer's "porter": that one stems 58 of the 6,558 words of MLUBench differently ("play" →
/// "plai", "used" → "us"), and ROUGE-L must agree with the package. Source: Porter 1980, "An algorithm for suffix
/// stripping"; nltk.stem.porter, mode NLTK_EXTENSIONS.
std::string porterStem(std::string_view word);

}  // namespace lacuna
