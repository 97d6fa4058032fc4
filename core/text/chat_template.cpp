// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/text/jinja.h"
#include "core/text/tokenizer_files.h"

#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::string_view kQuestion = "{question}", kImage = "<image>";
constexpr const char* kMoreTemplates = "additional_chat_templates";
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

}  // namespace

/// A template that is rendered for each question.
struct ChatLayout {
    std::string source;  ///< as it stands in its file
    std::string file;    ///< where
    JinjaTemplate jinja;
    nlohmann::ordered_json names;  ///< variables beside the messages
    std::string picture;           ///< what stands for one in a text
    bool textAlone = false;        ///< knows no parts
    bool direct = false;           ///< see answersDirectly

    /// With `answer` (not null) the whole exchange, else what stands before an answer.
    std::string rendered(std::string_view question, std::size_t pictures, const char* answer = nullptr) const {
        auto variables = names;
        variables["add_generation_prompt"] = answer == nullptr;
        variables["messages"] = nlohmann::ordered_json::array({message("user", std::string(question), pictures)});
        if (answer)
            variables["messages"].push_back(message("assistant", answer, 0));
        return jinja.render(variables);
    }

private:
    nlohmann::ordered_json message(const char* role, std::string text, std::size_t pictures) const {
        auto parts = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < pictures; ++i)
            parts.push_back({{"type", "image"}});
        parts.push_back({{"type", "text"}, {"text", text}});
        if (!textAlone)
            return {{"role", role}, {"content", std::move(parts)}};
        std::string content;
        for (std::size_t i = 0; i < pictures; ++i)
            content += picture + "\n";
        return {{"role", role}, {"content", content + text}};
    }
};

namespace {

struct Found {
    std::string source, file;
};

std::string textOf(const nlohmann::json& json, const std::string& file) {
    if (!json.is_string())
        throw inputError("{}: \"chat_template\" is no text. Copy the file again.", file);
    return json.get<std::string>();
}

/// The one called "default" of several with names.
std::string defaultOf(const std::map<std::string, std::string>& named, const std::string& file) {
    const auto found = named.find("default");
    if (found == named.end())
        throw inputError("{}: holds chat templates by name, and none is called \"default\". Name the one to use so.",
                         file);
    return found->second;
}

/// A text, an object of them, or a list of {name, template}.
std::string fromJson(const nlohmann::json& json, const std::string& file) {
    std::map<std::string, std::string> named;
    if (json.is_object()) {
        for (const auto& [name, source] : json.items())
            named[name] = textOf(source, file);
    } else if (json.is_array()) {
        for (const auto& each : json) {
            if (!each.is_object() || !each.contains("name") || !each.contains("template"))
                throw inputError("{}: \"chat_template\" is no list of name and template. Copy the file again.", file);
            named[textOf(each["name"], file)] = textOf(each["template"], file);
        }
    } else {
        return textOf(json, file);
    }
    return defaultOf(named, file);
}

/// "chat_template" of a JSON file, where it is there and says something.
std::optional<Found> inFile(const fs::path& file) {
    if (!isThere(file))
        return std::nullopt;
    const auto json = readJson(file);
    if (!json.is_object() || !json.contains("chat_template") || json["chat_template"].is_null())
        return std::nullopt;
    return Found{fromJson(json["chat_template"], file.string()), file.string()};
}

std::optional<Found> inProcessor(const fs::path& checkpoint) {
    return inFile(checkpoint / "processor_config.json");
}

std::optional<Found> inTokenizer(const fs::path& checkpoint) {
    return inFile(checkpoint / "tokenizer_config.json");
}

std::optional<Found> inOlderFile(const fs::path& checkpoint) {
    const auto file = checkpoint / "chat_template.json";
    auto found = inFile(file);
    if (!found && isThere(file))
        throw inputError("{}: \"chat_template\" is no text. Copy the file again.", file.string());
    return found;
}

/// Those of `additional_chat_templates` by name.
std::map<std::string, std::string> inMoreFiles(const fs::path& checkpoint) {
    std::map<std::string, std::string> named;
    std::error_code code;
    for (fs::directory_iterator each(checkpoint / kMoreTemplates, code), end; !code && each != end;
         each.increment(code))
        if (each->path().extension() == ".jinja")
            named[each->path().stem().string()] = readFile(each->path(), kLongestTemplate);
    return named;
}

std::optional<Found> inJinjaFiles(const fs::path& checkpoint) {
    auto named = inMoreFiles(checkpoint);
    const auto own = checkpoint / "chat_template.jinja", more = checkpoint / kMoreTemplates;
    if (isThere(own))
        named["default"] = readFile(own, kLongestTemplate);
    if (named.empty())
        return std::nullopt;
    return Found{defaultOf(named, more.string()), (isThere(own) ? own : more / "default.jinja").string()};
}

/// In the order of `transformers` 5: the first counts, and the others need not be readable.
std::vector<Found> templatesOf(const fs::path& checkpoint) {
    if (isThere(checkpoint / "chat_template.json") && !inMoreFiles(checkpoint).empty())  // transformers refuses it too
        throw inputError(
            "{}: stands beside the templates in {}, and only one of the two can count. Move its template to "
            "chat_template.jinja, and the file away.",
            (checkpoint / "chat_template.json").string(), kMoreTemplates);
    std::vector<Found> all;
    for (const auto place : {inProcessor, inOlderFile, inJinjaFiles, inTokenizer}) {
        try {
            if (auto found = place(checkpoint))
                all.push_back(std::move(*found));
        } catch (const Error&) {
            if (all.empty())
                throw;
        }
    }
    return all;
}

/// Whether the template shows question and picture; sets how its answers follow.
bool fits(ChatLayout& layout) {
    constexpr const char *kAsked = "Is this Halvorn?", *kAnswer = "Yes.";
    const auto prompt = layout.rendered(kAsked, 1);
    if (prompt.find(kAsked) == prompt.npos || prompt.find(layout.picture) == prompt.npos)
        return false;
    layout.direct = false;
    try {
        const auto whole = layout.rendered(kAsked, 1, kAnswer);
        layout.direct = whole.starts_with(prompt + kAnswer);
    } catch (const Error&) {
        // A template for questions alone: a space, as after vicuna's colon.
    }
    return true;
}

/// The variables that `transformers` 5 gives every template beside the messages: LlamaTokenizer's tokens, or what the
/// files call them, and two that only other calls fill.
nlohmann::ordered_json variablesOf(const AddedTokenFiles& tokens) {
    nlohmann::ordered_json all{{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}};
    for (const auto& [name, token] : tokens.names) {
        if (token.empty())
            all.erase(name);
        else
            all[name] = token;
    }
    all["tools"] = all["documents"] = nullptr;
    return all;
}

std::shared_ptr<const ChatLayout> layoutOf(const Found& found, const fs::path& checkpoint) {
    const auto tokens = readAddedTokens(checkpoint);
    const auto picture = tokens.named("image_token").empty() ? std::string(kImage) : tokens.named("image_token");
    auto layout = std::make_shared<ChatLayout>(
        ChatLayout{found.source, found.file, JinjaTemplate(found.source, found.file), variablesOf(tokens), picture});
    std::optional<Error> refused;
    for (const bool textAlone : {false, true}) {
        layout->textAlone = textAlone;
        try {
            if (fits(*layout))
                return layout;
        } catch (const Error& error) {
            if (!refused)
                refused = error;
        }
    }
    if (refused)
        throw Error(*refused);
    throw inputError("{}: the chat template shows no \"{}\" or no question. Take that of a LLaVA.", found.file,
                     picture);
}

}  // namespace

ChatTemplate ChatTemplate::of(const fs::path& checkpoint) {
    const auto all = templatesOf(checkpoint);
    ChatTemplate chat;
    chat.assumed = all.empty();
    if (all.empty())
        return chat;
    const auto& found = all.front();
    if (found.source == kSmallJinja)
        chat = small();
    else if (found.source != kVicunaJinja)
        chat.layout = layoutOf(found, checkpoint);
    for (const auto& other : all)
        if (other.source != found.source)
            chat.notes.push_back(
                fmt::format("The chat template of {} is used, as transformers does it; {} holds another.",
                            fs::path(found.file).filename().string(), fs::path(other.file).filename().string()));
    return chat;
}

bool ChatTemplate::answersDirectly() const {
    return layout && layout->direct;
}

void ChatTemplate::write(const fs::path& checkpoint) const {
    if (layout)
        return writeFileAtomically(checkpoint / "chat_template.jinja", layout->source);
    const bool small = prompt == ChatTemplate::small().prompt;
    if (!small && prompt != ChatTemplate{}.prompt)
        throw internalError("{}: no Jinja is known for the chat template \"{}\". Please report this.",
                            checkpoint.string(), prompt);
    writeFileAtomically(checkpoint / "chat_template.jinja", small ? kSmallJinja : kVicunaJinja);
}

std::string ChatTemplate::filled(std::string_view question, std::size_t pictures) const {
    if (question.find("<image>") != question.npos)
        return std::string(question);
    if (layout)
        return layout->rendered(question, pictures);
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

std::vector<std::int64_t> answerTokens(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view answer) {
    // Encoded for itself, so that the prompt's ids are the same with and without an answer.
    return tokenizer.encode(answer, false, chat.answersDirectly() ? TextFront::Nothing : TextFront::Space);
}

PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, const std::vector<std::int64_t>& imageTokens) {
    interruptionPoint();
    PromptTokens tokens;
    std::size_t places = 0;
    const auto prompt = chat.filled(question, imageTokens.size());
    // One that brings its own BOS gets nothing around it, as apply_chat_template of a processor does it.
    for (const auto id : tokenizer.encode(prompt, !prompt.starts_with(tokenizer.piece(tokenizer.bos())))) {
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
    const auto ids = answerTokens(tokenizer, chat, answer);
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    tokens.ids.push_back(tokenizer.eos());
    return tokens;
}

PromptTokens tokenise(const Tokenizer& tokenizer, const ChatTemplate& chat, std::string_view question,
                      std::string_view answer, std::int64_t imageTokens) {
    return tokenise(tokenizer, chat, question, answer, std::vector{imageTokens});
}

}  // namespace lacuna
