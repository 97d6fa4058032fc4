#include "core/text/chat_template.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::string_view kQuestion = "{question}", kImage = "<image>";
constexpr std::size_t kLongestTemplate = std::size_t{1} << 20;

constexpr std::string_view kSmallJinja =
    "{% for message in messages %}{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>"
    "{% else %}{{ ' ' + part['text'] }}{% endif %}{% endfor %}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}";

/// As llava-hf/llava-1.5-7b-hf has it.
constexpr std::string_view kVicunaJinja =
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
    "{% endfor %}{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}";

/// LLaVA's templates exist in several wordings that render one user's turn alike; these parts are in all of them.
bool looksLikeVicuna(std::string_view jinja) {
    const auto has = [&](std::string_view part) { return jinja.find(part) != jinja.npos; };
    return has("message['role'].upper() + ': '") && (has("'<image>\\n'") || has("'<image>\n'")) &&
           has("content['text'] + ' '") && has("'ASSISTANT:'");
}

ChatTemplate recognised(std::string jinja, const std::string& source) {
    while (!jinja.empty() && (jinja.back() == '\n' || jinja.back() == '\r' || jinja.back() == ' '))
        jinja.pop_back();
    if (jinja == kSmallJinja)
        return ChatTemplate::small();
    if (looksLikeVicuna(jinja))
        return {};
    throw inputError(
        "{}: an unknown chat template. Supported are LLaVA's with vicuna (\"USER: <image>\\n… ASSISTANT:\") "
        "and the small model's; remove the file to ask as vicuna is asked.",
        source);
}

}  // namespace

ChatTemplate ChatTemplate::of(const fs::path& checkpoint) {
    const auto jinja = checkpoint / "chat_template.jinja";
    if (isThere(jinja))
        return recognised(readFile(jinja, kLongestTemplate), jinja.string());
    const auto json = checkpoint / "chat_template.json";
    if (!isThere(json))
        return {};
    const auto file = readJson(json);
    if (!file.is_object() || !file.contains("chat_template") || !file["chat_template"].is_string())
        throw inputError("{}: \"chat_template\" is no text. Copy the file again.", json.string());
    return recognised(file["chat_template"].get<std::string>(), json.string());
}

void ChatTemplate::write(const fs::path& checkpoint) const {
    const bool small = prompt == ChatTemplate::small().prompt;
    if (!small && prompt != ChatTemplate{}.prompt)
        throw internalError("{}: no Jinja is known for the chat template \"{}\". Please report this.",
                            checkpoint.string(), prompt);
    writeFileAtomically(checkpoint / "chat_template.jinja", small ? kSmallJinja : kVicunaJinja);
}

std::string ChatTemplate::filled(std::string_view question, std::size_t pictures) const {
    if (question.find("<image>") != question.npos)
        return std::string(question);
    const auto at = prompt.find(kQuestion);
    if (at == prompt.npos)
        throw internalError("The chat template \"{}\" has no place for a question. Please report this.", prompt);
    std::string text = prompt.substr(0, at) + std::string(question) + prompt.substr(at + kQuestion.size());
    if (const auto image = text.find(kImage); image < at) {
        const std::string one = text.compare(image + kImage.size(), 1, "\n") == 0 ? "<image>\n" : "<image>";
        std::string all;
        for (std::size_t i = 0; i < pictures; ++i)
            all += one;
        text.replace(image, one.size(), all);
    }
    return text;
}

PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, const std::vector<std::int64_t>& imageTokens) {
    PromptTokens tokens;
    std::size_t places = 0;
    for (const auto id : tokenizer.encode(chat.filled(question, imageTokens.size()), true)) {
        std::size_t times = 1;
        if (id == tokenizer.imageToken() && places++ < imageTokens.size())
            times = static_cast<std::size_t>(imageTokens[places - 1]);
        tokens.ids.insert(tokens.ids.end(), times, id);
    }
    if (places != imageTokens.size())
        throw inputError("The prompt holds \"<image>\" {} times for {} pictures. Give one for each.", places,
                         imageTokens.size());
    tokens.answerBegin = tokens.ids.size();
    if (answer.empty())
        return tokens;
    // Encoded for itself, so that the prompt's ids are the same with and without an answer; the leading space that
    // every text gets is the one space between them.
    const auto ids = tokenizer.encode(answer, false);
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    tokens.ids.push_back(tokenizer.eos());
    return tokens;
}

PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, std::int64_t imageTokens) {
    return tokenise(tokenizer, chat, question, answer, std::vector{imageTokens});
}

}  // namespace lacuna
