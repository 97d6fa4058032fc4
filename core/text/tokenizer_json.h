// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

/// Where a "▁" is put before a text or a part of it, as `tokenizers` does it.
enum class LeadingSpace {
    None,      ///< Metaspace "never", or nothing that puts one
    First,     ///< Metaspace "first": before a text that has none
    EachPart,  ///< Metaspace "always": behind each added token too
    Prepended  ///< the normalizer Prepend: before each part, even one that has its own
};

/// What a `tokenizer.json` decides about how a text is cut; the vocabulary is that of `tokenizer.model`.
struct TokenizerJson {
    std::vector<std::int64_t> before, after;  ///< around a text
    LeadingSpace leading = LeadingSpace::None;
    bool normalises = false;  ///< by the table of `tokenizer.model`
};

/// "normalizer", "pre_tokenizer" and "post_processor" of the file `source`, absent or null: none of it. Throws
/// InputError that names what cannot be computed from `tokenizer.model`, or is no such thing.
TokenizerJson readTokenizerJson(const nlohmann::json& json, const std::string& source);

}  // namespace lacuna
