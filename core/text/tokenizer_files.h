// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/tokenizer_json.h"

#include <cstdint>
#include <filesystem>
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
};

/// What the JSON files beside `tokenizer.model` say.
struct AddedTokenFiles {
    std::vector<AddedToken> tokens;
    std::string image = "<image>";
    std::string pad;                        ///< empty when none is named
    std::string bos, eos;                   ///< empty: the model's own
    std::string unknown = "<unk>";          ///< for chat templates alone
    bool addsBos = false, addsEos = false;  ///< around a text, where no `tokenizer.json` is there
    std::optional<TokenizerJson> json;      ///< of `tokenizer.json`
};

/// Reads `tokenizer_config.json` (its `added_tokens_decoder`, tokens by name and switches), `added_tokens.json`,
/// `tokenizer.json` (its "added_tokens" and what readTokenizerJson reads) and `special_tokens_map.json` of a folder, as
/// far as they are there. Throws InputError naming file and key.
AddedTokenFiles readAddedTokens(const std::filesystem::path& folder);

}  // namespace lacuna
