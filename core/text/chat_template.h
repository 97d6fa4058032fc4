#pragma once
#include "core/text/tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// How a checkpoint wants to be asked. `prompt` holds "{question}" and, for pictures, "<image>"; an answer follows
/// after one space and is closed by EOS.
struct ChatTemplate {
    std::string prompt = "USER: <image>\n{question} ASSISTANT:";

    /// The checkpoint's own (`chat_template.json`/`.jinja` is not run: known layouts are recognised), else vicuna's.
    static ChatTemplate of(const std::filesystem::path& checkpoint);
    std::string filled(std::string_view question) const;
};

/// Token ids with the image token repeated for each picture position, ready for TokenBatch.
struct PromptTokens {
    std::vector<std::int64_t> ids;
    std::size_t answerBegin = 0;  ///< ids from here on are the answer, closing EOS included
};

/// `answer` may be empty: then the prompt alone. `imageTokens` positions per "<image>".
PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, std::int64_t imageTokens);

}  // namespace lacuna
