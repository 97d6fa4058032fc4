// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_files.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/number.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::int64_t kHighestId = 10'000'000;  // the widest vocabulary there is has under a million

std::int64_t checkedId(std::int64_t id, const std::string& where) {
    if (id < 0 || id > kHighestId)
        throw inputError("{}: token id {} is out of range. Copy the file again.", where, id);
    return id;
}

/// A token is written as a text, or as an object with its text in "content".
std::string contentOf(const nlohmann::json& token, const std::string& where) {
    const auto& text = token.is_object() && token.contains("content") ? token["content"] : token;
    if (!text.is_string() || text.get_ref<const std::string&>().empty())
        throw inputError("{}: expected a token's text. Copy the file again.", where);
    return text.get<std::string>();
}

bool flag(const nlohmann::json& token, const char* key) {
    return token.contains(key) && token[key].is_boolean() && token[key].get<bool>();
}

AddedToken tokenFrom(const nlohmann::json& token, std::int64_t id, const std::string& where) {
    return {contentOf(token, where), checkedId(id, where),  flag(token, "special"),
            flag(token, "lstrip"),   flag(token, "rstrip"), flag(token, "single_word")};
}

/// Files read earlier know more of a token.
void addUnlessKnown(AddedTokenFiles& into, AddedToken token) {
    const bool known = std::any_of(into.tokens.begin(), into.tokens.end(), [&](const AddedToken& other) {
        return other.content == token.content || other.id == token.id;
    });
    if (!known)
        into.tokens.push_back(std::move(token));
}

/// "xyz_token": a text, an object with its text, or null for none. Switches are called so too ("add_bos_token").
void readNames(const nlohmann::json& json, const std::string& source, std::map<std::string, std::string>& names) {
    if (!json.is_object())
        throw inputError("{}: expected a JSON object.", source);
    for (const auto& [key, token] : json.items()) {
        if (key.ends_with("_token") && !token.is_boolean())
            names[key] = token.is_null() ? std::string() : contentOf(token, source + ": " + key);
    }
}

/// The objects in which a model names further tokens of its own; they count before all else.
void readOwnNames(const nlohmann::json& json, const std::string& source, std::map<std::string, std::string>& names) {
    for (const char* key : {"extra_special_tokens", "model_specific_special_tokens"})
        if (json.contains(key) && json[key].is_object())
            for (const auto& [name, token] : json[key].items())
                names[name] = contentOf(token, fmt::format("{}: {} \"{}\"", source, key, name));
}

void readConfig(const nlohmann::json& config, const std::string& source, AddedTokenFiles& into) {
    if (!config.is_object())
        throw inputError("{}: expected a JSON object.", source);
    if (config.contains("added_tokens_decoder")) {
        const auto& decoder = config["added_tokens_decoder"];
        if (!decoder.is_object())
            throw inputError("{}: \"added_tokens_decoder\" is not an object.", source);
        for (const auto& [key, token] : decoder.items()) {
            const auto where = fmt::format("{}: added_tokens_decoder \"{}\"", source, key);
            const auto id = numberFrom<std::int64_t>(key);
            if (!id || key.size() > 8 || key.find_first_not_of("0123456789") != std::string::npos)
                throw inputError("{}: the key is no token id. Copy the file again.", where);
            into.tokens.push_back(tokenFrom(token, *id, where));
        }
    }
    const auto flagOf = [&](const char* key) {
        if (!config.contains(key) || config[key].is_null())
            return false;
        if (!config[key].is_boolean())
            throw inputError("{}: \"{}\" is neither true nor false. Copy the file again.", source, key);
        return config[key].get<bool>();
    };
    into.addsBos = flagOf("add_bos_token");
    into.addsEos = flagOf("add_eos_token");
}

void readPlainList(const nlohmann::json& list, const std::string& source, AddedTokenFiles& into) {
    if (!list.is_object())
        throw inputError("{}: expected a JSON object of tokens and ids.", source);
    for (const auto& [content, id] : list.items()) {
        const auto where = fmt::format("{}: \"{}\"", source, content);
        if (content.empty() || !id.is_number_integer())
            throw inputError("{}: expected a token and its id. Copy the file again.", where);
        addUnlessKnown(into, {content, checkedId(id.get<std::int64_t>(), where), true, false, false});
    }
}

/// The "added_tokens" of a tokenizer.json: transformers 5 lists them nowhere else.
void readFastTokens(const nlohmann::json& json, const std::string& source, AddedTokenFiles& into) {
    if (!json.is_object() || !json.contains("added_tokens"))
        return;
    for (const auto& token : json["added_tokens"]) {
        const auto where = source + ": added_tokens";
        if (!token.is_object() || !token.contains("id") || !token["id"].is_number_integer())
            throw inputError("{}: expected tokens with their ids. Copy the file again.", where);
        addUnlessKnown(into, tokenFrom(token, token["id"].get<std::int64_t>(), where));
    }
}

}  // namespace

std::string AddedTokenFiles::named(const std::string& name) const {
    const auto found = names.find(name);
    return found == names.end() ? std::string() : found->second;
}

AddedTokenFiles readAddedTokens(const fs::path& folder) {
    AddedTokenFiles files;
    const auto present = [&](const char* name) { return isThere(folder / name); };
    nlohmann::json config = nlohmann::json::object(), map = nlohmann::json::object();
    const auto configPath = (folder / "tokenizer_config.json").string(),
               mapPath = (folder / "special_tokens_map.json").string();
    if (present("tokenizer_config.json")) {
        config = readJson(configPath);
        readConfig(config, configPath, files);
    }
    if (present("special_tokens_map.json") && !config.contains("added_tokens_decoder"))
        map = readJson(mapPath);
    readNames(config, configPath, files.names);
    readNames(map, mapPath, files.names);
    readOwnNames(config, configPath, files.names);
    readOwnNames(map, mapPath, files.names);
    const auto saidToBeNone = [&](const char* name) { return files.names.contains(name) && files.named(name).empty(); };
    files.addsBos = files.addsBos && !saidToBeNone("bos_token");
    files.addsEos = files.addsEos && !saidToBeNone("eos_token");
    if (present("added_tokens.json"))
        readPlainList(readJson(folder / "added_tokens.json"), (folder / "added_tokens.json").string(), files);
    if (const auto path = folder / "tokenizer.json"; isThere(path)) {
        const auto json = readJson(path);
        readFastTokens(json, path.string(), files);
        files.json = readTokenizerJson(json, path.string());
    }
    return files;
}

}  // namespace lacuna
