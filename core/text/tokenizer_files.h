#pragma once
#include <cstdint>
#include <filesystem>
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
    std::string pad;  ///< empty when none is named
};

/// Reads `tokenizer_config.json` (its `added_tokens_decoder`, `pad_token`, `image_token`), `added_tokens.json`,
/// the "added_tokens" of `tokenizer.json` and `special_tokens_map.json` of a folder, as far as they are there. Throws
/// InputError naming file and key.
AddedTokenFiles readAddedTokens(const std::filesystem::path& folder);

}  // namespace lacuna
