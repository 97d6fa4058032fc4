// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/text/tokenizer_files.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::string_view kSpace = "\u2581";  // SentencePiece's visible space
constexpr std::size_t kLargestModel = std::size_t{256} << 20;

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string result;
    for (std::size_t at = 0;;) {
        const auto next = text.find(from, at);
        result += text.substr(at, next - at);
        if (next == std::string_view::npos)
            return result;
        result += to;
        at = next + from.size();
    }
}

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

}  // namespace

struct Tokenizer::State {
    explicit State(const fs::path& folder);

    std::string source;
    sentencepiece::SentencePieceProcessor model;
    std::vector<AddedToken> added;  // longest first, so that the first match is the longest
    std::map<std::int64_t, AddedToken> addedOf;
    std::size_t unknownPieces = 0;  // how many pieces the text "<unk>" has
    std::int64_t vocabulary = 0, image = 0, pad = 0, bos = 0, eos = 0;
    std::vector<std::int64_t> before, after;  // around a text
    LeadingSpace leading = LeadingSpace::None;

    const AddedToken* addedAt(std::string_view text, std::size_t at) const;
    void encodePlain(std::string_view text, std::vector<std::int64_t>& ids) const;
    void surround(const AddedTokenFiles& files);
    std::optional<std::int64_t> idOf(const std::string& content) const;
    bool isSpecial(std::int64_t id) const;
};

Tokenizer::State::State(const fs::path& folder) : source((folder / "tokenizer.model").string()) {
    if (!isThere(source)) {
        if (isThere(folder / "tokenizer.json"))
            throw inputError(
                "{}: has tokenizer.json alone, which is not read. Copy tokenizer.model of the same model beside it.",
                folder.string());
        throw inputError("{}: is not there. Copy the model's tokenizer.model into this folder.", source);
    }
    auto proto = readFile(source, kLargestModel);
    if (proto.starts_with("version https://git-lfs"))
        throw inputError("{}: a Git LFS pointer in place of the file. Run \"git lfs pull\", or download it.", source);
    const auto files = readAddedTokens(folder);
    // Appended protobuf fields override: normalizer_spec (3) { add_dummy_prefix (3), remove_extra_whitespaces (4):
    // false }, and where tokenizer.json holds none { precompiled_charsmap (2): "" }. Of all of these `transformers`
    // takes the table alone from tokenizer.model.
    proto += std::string("\x1a\x04\x18\x00\x20\x00", 6);
    if (files.json && !files.json->normalises)
        proto += std::string("\x1a\x02\x12\x00", 4);
    std::string refused;
    try {
        if (const auto status = model.LoadFromSerializedProto(proto); !status.ok())
            refused = status.ToString();
    } catch (const std::exception& problem) {  // of its trie, e.g. for a piece without a letter
        refused = problem.what();
    }
    if (!refused.empty())
        throw inputError("{}: not a SentencePiece model ({}). Copy it again.", source, refused);
    if (model.bos_id() < 0 || model.eos_id() < 0 || model.unk_id() < 0)
        throw inputError("{}: lacks a token for begin, end or unknown. Is it the tokenizer of a LLaVA?", source);

    for (int id = 0; id < model.GetPieceSize(); ++id)
        if (model.IsControl(id) || model.IsUnknown(id))
            addedOf[id] = {model.IdToPiece(id), id, true, false, false};
    for (const auto& token : files.tokens)
        addedOf[token.id] = token;
    vocabulary = model.GetPieceSize();
    for (const auto& [id, token] : addedOf) {
        added.push_back(token);
        vocabulary = std::max(vocabulary, id + 1);
    }
    std::stable_sort(added.begin(), added.end(),
                     [](const AddedToken& a, const AddedToken& b) { return a.content.size() > b.content.size(); });
    std::vector<int> pieces;
    model.Encode(model.IdToPiece(model.unk_id()), &pieces).IgnoreError();
    unknownPieces = pieces.size();

    const auto imageId = idOf(files.image);
    if (!imageId)
        throw inputError(
            "{}: no image token \"{}\" in it, added_tokens.json or tokenizer_config.json beside it. Is it "
            "the tokenizer of a LLaVA?",
            source, files.image);
    image = *imageId;
    const auto named = [&](const std::string& token, std::int64_t otherwise) {
        const auto id = idOf(token);
        if (!token.empty() && !id)
            throw inputError(
                "{}: the files beside it name \"{}\" a token for begin or end, which it does not hold. "
                "Take them from the same checkpoint.",
                source, token);
        return id.value_or(otherwise);
    };
    bos = named(files.bos, model.bos_id());
    eos = named(files.eos, model.eos_id());
    pad = idOf(files.pad).value_or(idOf("<pad>").value_or(model.eos_id()));
    surround(files);
}

void Tokenizer::State::surround(const AddedTokenFiles& files) {
    if (files.json) {
        before = files.json->before;
        after = files.json->after;
        leading = files.json->leading;
    } else {
        before.assign(files.addsBos ? 1 : 0, bos);
        after.assign(files.addsEos ? 1 : 0, eos);
    }
    for (const auto& ids : {before, after})
        for (const auto id : ids)
            if (id < 0 || id >= vocabulary)
                throw inputError(
                    "{}: \"post_processor\" of the tokenizer.json beside it puts token {} around a text, and there are "
                    "{}. Take them from the same checkpoint.",
                    source, id, vocabulary);
}

std::optional<std::int64_t> Tokenizer::State::idOf(const std::string& content) const {
    if (content.empty())
        return std::nullopt;
    for (const auto& token : added)
        if (token.content == content)
            return token.id;
    const int id = model.PieceToId(content);
    return id == model.unk_id() ? std::nullopt : std::optional<std::int64_t>(id);
}

const AddedToken* Tokenizer::State::addedAt(std::string_view text, std::size_t at) const {
    for (const auto& token : added)
        if (text.compare(at, token.content.size(), token.content) == 0)
            return &token;
    return nullptr;
}

/// Text without added tokens. SentencePiece may drop leading spaces, hence the detour of `transformers`: with the
/// unknown token's text in front nothing leads, and its pieces are taken away again.
void Tokenizer::State::encodePlain(std::string_view text, std::vector<std::int64_t>& ids) const {
    if (text.empty())
        return;
    const bool leading = text.front() == ' ' || text.starts_with(kSpace);
    std::vector<int> pieces;
    const auto status =
        model.Encode(leading ? model.IdToPiece(model.unk_id()) + std::string(text) : std::string(text), &pieces);
    if (!status.ok())
        throw inputError("{}: cannot encode a text ({}). Is the text UTF-8?", source, status.ToString());
    const auto skip = leading ? std::min(unknownPieces, pieces.size()) : 0;
    ids.insert(ids.end(), pieces.begin() + static_cast<std::ptrdiff_t>(skip), pieces.end());
}

bool Tokenizer::State::isSpecial(std::int64_t id) const {
    if (const auto found = addedOf.find(id); found != addedOf.end())
        return found->second.special;
    return id >= model.GetPieceSize() || model.IsControl(static_cast<int>(id));
}

Tokenizer Tokenizer::load(const fs::path& folder) {
    Tokenizer tokenizer;
    tokenizer.m_state = std::make_shared<State>(folder);
    return tokenizer;
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view text, bool whole, TextFront front) const {
    std::vector<std::int64_t> ids;
    if (whole)
        ids = m_state->before;
    std::size_t begin = 0;  // of the text since the last added token
    const auto encodeUntil = [&](std::size_t end) {
        auto part = text.substr(begin, end - begin);
        auto leading = m_state->leading;
        if (begin == 0 && front != TextFront::AsFiles)
            leading = front == TextFront::Space ? LeadingSpace::First : LeadingSpace::None;
        const bool has = part.starts_with(' ') || part.starts_with(kSpace);
        const bool spaced = leading == LeadingSpace::Prepended || (leading == LeadingSpace::EachPart && !has) ||
                            (leading == LeadingSpace::First && begin == 0 && !has);
        if (spaced && !part.empty())
            m_state->encodePlain(std::string(kSpace) + std::string(part), ids);
        else
            m_state->encodePlain(part, ids);
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto* token = m_state->addedAt(text, at);
        if (!token) {
            ++at;
            continue;
        }
        auto end = at;
        while (token->stripLeft && end > begin && isSpace(text[end - 1]))
            --end;
        encodeUntil(end);
        ids.push_back(token->id);
        at += token->content.size();
        while (token->stripRight && at < text.size() && isSpace(text[at]))
            ++at;
        begin = at;
    }
    encodeUntil(text.size());
    if (whole)
        ids.insert(ids.end(), m_state->after.begin(), m_state->after.end());
    return ids;
}

std::string Tokenizer::decode(const std::vector<std::int64_t>& ids) const {
    std::string text;
    std::vector<int> pieces;
    const auto flush = [&] {
        std::string part;
        if (!pieces.empty() && !m_state->model.Decode(pieces, &part).ok())
            throw internalError("{}: cannot decode {} tokens. Please report this.", m_state->source, pieces.size());
        text += part;
        pieces.clear();
    };
    for (const auto id : ids) {
        if (id < 0 || m_state->isSpecial(id))
            continue;
        if (const auto added = m_state->addedOf.find(id); added != m_state->addedOf.end()) {
            flush();
            text += added->second.content;
        } else {
            pieces.push_back(static_cast<int>(id));
        }
    }
    flush();
    return text.starts_with(' ') ? text.substr(1) : text;
}

std::string Tokenizer::piece(std::int64_t id) const {
    if (const auto added = m_state->addedOf.find(id); added != m_state->addedOf.end())
        return added->second.content;
    if (id < 0 || id >= m_state->model.GetPieceSize())
        return {};
    return replaced(m_state->model.IdToPiece(static_cast<int>(id)), kSpace, " ");
}

std::int64_t Tokenizer::vocabulary() const {
    return m_state->vocabulary;
}

std::int64_t Tokenizer::imageToken() const {
    return m_state->image;
}

std::int64_t Tokenizer::bos() const {
    return m_state->bos;
}

std::int64_t Tokenizer::eos() const {
    return m_state->eos;
}

std::int64_t Tokenizer::pad() const {
    return m_state->pad;
}

}  // namespace lacuna
