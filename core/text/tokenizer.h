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

/// SentencePiece with added tokens, giving the ids of `transformers`' Llama tokenizer with the switches of
/// `tokenizer_config.json` ("legacy", "add_prefix_space", "add_bos_token", "add_eos_token").
class Tokenizer {
public:
    /// `tokenizer.model` (and `added_tokens.json` or the `added_tokens_decoder` of `tokenizer_config.json`) of a
    /// checkpoint folder. Throws InputError naming the file.
    static Tokenizer load(const std::filesystem::path& folder);

    /// Ids of `text` with added tokens ("<image>") recognised; with `whole` between the tokens that the checkpoint's
    /// switches put around a text (BOS as a rule). A text that `continues` another gets no leading space.
    std::vector<std::int64_t> encode(std::string_view text, bool whole, bool continues = false) const;
    std::string decode(const std::vector<std::int64_t>& ids) const;  ///< control tokens left out
    std::string piece(std::int64_t id) const;                        ///< one token as shown: "▁" becomes a space
    std::int64_t vocabulary() const;                                 ///< added tokens included
    std::int64_t imageToken() const;
    std::int64_t bos() const;
    std::int64_t eos() const;
    std::int64_t pad() const;

private:
    struct State;
    std::shared_ptr<const State> m_state;
};

/// Trains a SentencePiece model on `sentences` and writes `tokenizer.model` and `tokenizer_config.json` (with "<image>"
/// and a pad token added) into `folder`. The same bytes for the same input.
void trainTokenizer(const std::vector<std::string>& sentences, int vocabulary, const std::filesystem::path& folder);

}  // namespace lacuna
