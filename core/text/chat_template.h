// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

struct ChatLayout;

/// How a checkpoint wants to be asked. `prompt` holds "{question}" and, for pictures, "<image>"; an answer follows
/// after one space and is closed by EOS.
struct ChatTemplate {
    std::string prompt = "USER: <image>\n{question} ASSISTANT:";
    std::shared_ptr<const ChatLayout> layout = nullptr;  ///< a template to render in place of `prompt`
    bool assumed = false;                                ///< the checkpoint has none, and vicuna's is taken
    std::vector<std::string> notes = {};                 ///< sentences for the user: other templates beside it

    /// The checkpoint's own, from where `transformers` 5 looks, in its order: "chat_template" of
    /// `processor_config.json`, `chat_template.json`, `chat_template.jinja` (of named ones "default"), "chat_template"
    /// of `tokenizer_config.json`; else vicuna's. It is rendered with a list of parts (pictures first), and where it
    /// knows texts alone with "<image>\n" before the question. Throws InputError where it cannot be, or shows no
    /// picture or question.
    static ChatTemplate of(const std::filesystem::path& checkpoint);
    /// The small model's: picture and question, nothing else, so that few positions are spent.
    static ChatTemplate small() { return {.prompt = "<image> {question}"}; }
    /// Writes `chat_template.jinja`, which `apply_chat_template` of `transformers` renders to the same text.
    void write(const std::filesystem::path& checkpoint) const;
    /// The question in its place, behind `pictures` of the template's "<image>"; a question that holds "<image>" is a
    /// whole prompt and stays as it is.
    std::string filled(std::string_view question, std::size_t pictures = 1) const;
    /// Whether an answer stands right behind the prompt, without a space between them.
    bool answersDirectly() const;
};

/// Token ids with the image token repeated for each picture position, ready for TokenBatch.
struct PromptTokens {
    std::vector<std::int64_t> ids;
    std::size_t answerBegin = 0;  ///< ids from here on are the answer, closing EOS included
};

/// `answer` may be empty: then the prompt alone. `imageTokens` positions for each picture in turn, as many as the
/// question holds "<image>" where it is a whole prompt. BOS stands in front where
/// the tokenizer adds it. Throws InputError where they differ.
PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, const std::vector<std::int64_t>& imageTokens);
/// Ids of an answer as it stands behind the prompt, without the closing EOS.
std::vector<std::int64_t> answerTokens(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view answer);

/// Of one picture.
PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, std::int64_t imageTokens);

}  // namespace lacuna
