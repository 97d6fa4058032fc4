// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstdint>

namespace lacuna {

/// How many tokens the texts of a benchmark take at most.
struct LongestTexts {
    std::int64_t question = 0;  ///< in any phrasing, with room for what a chat template adds; without pictures
    std::int64_t answer = 0;    ///< true, or a refusal; closing EOS included
};

LongestTexts longestTexts(const Benchmark& benchmark, const Tokenizer& tokenizer, const ChatTemplate& chat);

}  // namespace lacuna
