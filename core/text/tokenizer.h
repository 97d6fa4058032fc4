// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What stands in front of a text that is encoded.
enum class TextFront {
    AsFiles,  ///< what the checkpoint's files put before a text
    Space,    ///< one space: the text follows another after it
    Nothing   ///< the text follows another directly
};

/// Texts as token ids and back, as a checkpoint's files have it.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Ids of `text` with added tokens ("<image>") recognised; with `whole` between the tokens that the checkpoint's
    /// files put around a text (BOS as a rule).
    virtual std::vector<std::int64_t> encode(std::string_view text, bool whole, TextFront front) const = 0;
    std::vector<std::int64_t> encode(std::string_view text, bool whole) const {
        return encode(text, whole, TextFront::AsFiles);
    }
    /// Control tokens and one leading space left out: the space between a prompt and its answer.
    virtual std::string decode(const std::vector<std::int64_t>& ids) const = 0;
    virtual std::string piece(std::int64_t id) const = 0;  ///< one token as shown, with its spaces
    virtual std::int64_t vocabulary() const = 0;           ///< added tokens included
    virtual std::int64_t imageToken() const = 0;
    virtual std::int64_t bos() const = 0;
    virtual std::int64_t eos() const = 0;
    virtual std::int64_t pad() const = 0;
};

/// The tokenizer of a checkpoint folder: SentencePiece (`tokenizer.model`) with added tokens (`added_tokens.json` or
/// the `added_tokens_decoder` of `tokenizer_config.json`), giving the ids of `AutoTokenizer` (`transformers` 5) beside
/// the `config.json` of a LLaVA. `tokenizer.json` decides on spaces and on the tokens around a text where it is there;
/// else there is no space in front, and "add_bos_token" and "add_eos_token" of `tokenizer_config.json` say which tokens
/// ("legacy" and "add_prefix_space" do nothing, as there). Throws InputError naming the file.
std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& folder);

/// Trains a SentencePiece model on `sentences` and writes `tokenizer.model` and `tokenizer_config.json` (with "<image>"
/// and a pad token added) into `folder`. The same bytes for the same input.
void trainTokenizer(const std::vector<std::string>& sentences, int vocabulary, const std::filesystem::path& folder);

}  // namespace lacuna
