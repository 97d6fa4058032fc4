// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/tokenizer_json.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// A token that is not cut out of SentencePiece's vocabulary but found in the text as it stands.
struct AddedToken {
    std::string content;
    std::int64_t id = 0;
    bool special = true;                         ///< left out when decoding
    bool stripLeft = false, stripRight = false;  ///< swallows the white space beside it
    bool wholeWord = false;                      ///< not found within a word
};

/// What the JSON files beside `tokenizer.model` say.
struct AddedTokenFiles {
    std::vector<AddedToken> tokens;
    std::map<std::string, std::string> names;  ///< "bos_token" → "<s>"; empty where the files say null
    bool addsBos = false, addsEos = false;     ///< around a text, where no `tokenizer.json` is there

    std::string named(const std::string& name) const;  ///< empty: none, or the model's own
    std::optional<TokenizerJson> json;                 ///< of `tokenizer.json`
};

/// Reads `tokenizer_config.json` (its `added_tokens_decoder`, tokens by name and switches), `added_tokens.json`,
/// `tokenizer.json` (its "added_tokens" and what readTokenizerJson reads) and `special_tokens_map.json` of a folder, as
/// far as they are there. As in `transformers` 5, `special_tokens_map.json` counts before `tokenizer_config.json` where
/// that has no `added_tokens_decoder`, and not at all where it has one. Throws InputError naming file and key.
AddedTokenFiles readAddedTokens(const std::filesystem::path& folder);

}  // namespace lacuna
