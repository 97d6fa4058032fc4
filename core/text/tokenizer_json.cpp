// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_json.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <functional>

namespace lacuna {
namespace {

using Json = nlohmann::json;

constexpr const char* kSpace = "\u2581";

/// Tells what of a file is not computed.
class Reader {
public:
    explicit Reader(const std::string& source) : m_source(source) {}

    TokenizerJson read(const Json& json) {
        each(json, "normalizer", "normalizers", [this](const Json& part) { normalizer(part); });
        each(json, "pre_tokenizer", "pretokenizers", [this](const Json& part) { preTokenizer(part); });
        each(json, "post_processor", "processors", [this](const Json& part) { postProcessor(part); });
        if (!m_spaces)
            throw refused("normalizer", "a text whose spaces stay spaces");
        return std::move(m_read);
    }

private:
    Error refused(const std::string& key, const std::string& what) const {
        return inputError(
            "{}: \"{}\": {} is beyond what is computed here. Move the file away to have texts cut by tokenizer.model "
            "alone, or take both from a LLaVA with a tokenizer of Llama's kind.",
            m_source, key, what);
    }

    Error broken(const std::string& key) const {
        return inputError("{}: \"{}\" is not what tokenizers writes. Copy the file again.", m_source, key);
    }

    static std::string textOf(const Json& part, const char* key) {
        return part.contains(key) && part[key].is_string() ? part[key].get<std::string>() : std::string();
    }

    /// A part, or the parts of a "Sequence" in turn.
    void each(const Json& json, const char* key, const char* members, const std::function<void(const Json&)>& use) {
        if (!json.is_object() || !json.contains(key) || json[key].is_null())
            return;
        m_key = key;
        const std::function<void(const Json&)> look = [&](const Json& part) {
            if (!part.is_object())
                throw broken(key);
            if (textOf(part, "type") != "Sequence")
                return use(part);
            if (!part.contains(members) || !part[members].is_array())
                throw broken(key);
            for (const auto& member : part[members])
                look(member);
        };
        look(json[key]);
    }

    void normalizer(const Json& part) {
        const auto type = textOf(part, "type");
        if (type == "Prepend" && textOf(part, "prepend") == kSpace && m_read.leading == LeadingSpace::None)
            m_read.leading = LeadingSpace::Prepended;
        else if (type == "Replace" && part.contains("pattern") && textOf(part["pattern"], "String") == " " &&
                 textOf(part, "content") == kSpace)
            m_spaces = true;
        else if (type == "Precompiled")
            m_read.normalises = true;
        else
            throw refused(m_key, "\"" + type + "\" as it is set there");
    }

    void preTokenizer(const Json& part) {
        const bool whole = part.contains("split") && part["split"] == false;
        const auto type = textOf(part, "type");
        if (type != "Metaspace" || textOf(part, "replacement") != kSpace || !whole || m_metaspace)
            throw refused(m_key, "\"" + type + "\" as it is set there");
        m_metaspace = m_spaces = true;
        const auto scheme = part.contains("prepend_scheme") ? textOf(part, "prepend_scheme") : "always";
        if (scheme != "always" && scheme != "first" && scheme != "never")
            throw broken(m_key);
        if (m_read.leading == LeadingSpace::None && scheme != "never")
            m_read.leading = scheme == "first" ? LeadingSpace::First : LeadingSpace::EachPart;
    }

    void postProcessor(const Json& part) {
        const auto type = textOf(part, "type");
        if (type == "ByteLevel")  // offsets alone
            return;
        std::vector<std::int64_t> before, after;
        if (type == "TemplateProcessing") {
            surround(part, before, after);
        } else if (type == "BertProcessing" || type == "RobertaProcessing") {
            before = {pairOf(part, "cls")};
            after = {pairOf(part, "sep")};
        } else {
            throw refused(m_key, "\"" + type + "\"");
        }
        if (before.empty() && after.empty())
            return;
        // tokenizers itself puts the tokens of a second one in odd places.
        if (!m_read.before.empty() || !m_read.after.empty())
            throw refused(m_key, "a sequence of two that add tokens");
        m_read.before = std::move(before);
        m_read.after = std::move(after);
    }

    std::int64_t pairOf(const Json& part, const char* key) const {
        if (!part.contains(key) || !part[key].is_array() || part[key].size() != 2 || !part[key][1].is_number_integer())
            throw broken(m_key);
        return part[key][1].get<std::int64_t>();
    }

    /// The tokens of a template for one text, on both sides of it.
    void surround(const Json& part, std::vector<std::int64_t>& before, std::vector<std::int64_t>& after) const {
        if (!part.contains("single") || !part["single"].is_array())
            throw broken(m_key);
        bool seen = false;
        for (const auto& piece : part["single"]) {
            if (piece.is_object() && piece.contains("SpecialToken")) {
                const auto ids = idsOf(part, textOf(piece["SpecialToken"], "id"));
                auto& into = seen ? after : before;
                into.insert(into.end(), ids.begin(), ids.end());
            } else if (piece.is_object() && piece.contains("Sequence")) {
                if (textOf(piece["Sequence"], "id") != "A" || seen)
                    throw refused(m_key, "a template with another text than one \"A\"");
                seen = true;
            } else {
                throw broken(m_key);
            }
        }
        if (!seen)
            throw refused(m_key, "a template without the text (\"A\")");
    }

    std::vector<std::int64_t> idsOf(const Json& part, const std::string& name) const {
        if (!part.contains("special_tokens") || !part["special_tokens"].is_object() ||
            !part["special_tokens"].contains(name))
            throw inputError(
                "{}: \"{}\": the template's token \"{}\" is not among its \"special_tokens\". Copy the "
                "file again.",
                m_source, m_key, name);
        const auto& token = part["special_tokens"][name];
        if (!token.is_object() || !token.contains("ids") || !token["ids"].is_array())
            throw broken(m_key);
        std::vector<std::int64_t> ids;
        for (const auto& id : token["ids"]) {
            if (!id.is_number_integer())
                throw broken(m_key);
            ids.push_back(id.get<std::int64_t>());
        }
        return ids;
    }

    const std::string& m_source;
    std::string m_key;
    TokenizerJson m_read;
    bool m_spaces = false;  // become "▁"
    bool m_metaspace = false;
};

}  // namespace

TokenizerJson readTokenizerJson(const nlohmann::json& json, const std::string& source) {
    return Reader(source).read(json);
}

}  // namespace lacuna
