// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/unicode.h"
#include "core/text/tokenizer.h"
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

/// What `tokenizers` takes for a part of a word: \w of Rust's regular expressions.
bool isOfWord(std::string_view text, std::size_t at) {
    const auto letter = letterAt(text, at);
    const bool apostrophe = letter.code >= 0x2B9 && letter.code <= 0x2BF;
    return letter.code == '_' || apostrophe || (letter.kind != LetterKind::Space && letter.kind != LetterKind::Sign);
}

bool standsAlone(std::string_view text, std::size_t at, std::size_t length) {
    auto before = at;
    while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xC0) == 0x80) {
    }
    return (at == 0 || !isOfWord(text, before)) && (at + length == text.size() || !isOfWord(text, at + length));
}

/// See loadTokenizer.
class SentencePieceTokenizer final : public Tokenizer {
public:
    explicit SentencePieceTokenizer(const fs::path& folder);

    std::vector<std::int64_t> encode(std::string_view text, bool whole, TextFront front) const override;
    std::string decode(const std::vector<std::int64_t>& ids) const override;
    std::string piece(std::int64_t id) const override;
    std::int64_t vocabulary() const override { return m_vocabulary; }
    std::int64_t imageToken() const override { return m_image; }
    std::int64_t bos() const override { return m_bos; }
    std::int64_t eos() const override { return m_eos; }
    std::int64_t pad() const override { return m_pad; }

private:
    const AddedToken* addedAt(std::string_view text, std::size_t at) const;
    void encodePlain(std::string_view text, std::vector<std::int64_t>& ids) const;
    void surround(const AddedTokenFiles& files);
    std::optional<std::int64_t> idOf(const std::string& content) const;
    bool isSpecial(std::int64_t id) const;

    std::string m_source;
    sentencepiece::SentencePieceProcessor m_model;
    std::vector<AddedToken> m_added;  // longest first, so that the first match is the longest
    std::map<std::int64_t, AddedToken> m_addedOf;
    std::size_t m_unknownPieces = 0;  // how many pieces the text "<unk>" has
    std::int64_t m_vocabulary = 0, m_image = 0, m_pad = 0, m_bos = 0, m_eos = 0;
    std::vector<std::int64_t> m_before, m_after;  // around a text
    LeadingSpace m_leading = LeadingSpace::None;
};

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const fs::path& folder)
    : m_source((folder / "tokenizer.model").string()) {
    if (!isThere(m_source)) {
        if (isThere(folder / "tokenizer.json"))
            throw inputError(
                "{}: has tokenizer.json alone, which is not read. Copy tokenizer.model of the same model beside it.",
                folder.string());
        throw inputError("{}: is not there. Copy the model's tokenizer.model into this folder.", m_source);
    }
    auto proto = readFile(m_source, kLargestModel);
    if (proto.starts_with("version https://git-lfs"))
        throw inputError("{}: a Git LFS pointer in place of the file. Run \"git lfs pull\", or download it.", m_source);
    const auto files = readAddedTokens(folder);
    // Appended protobuf fields override: normalizer_spec (3) { add_dummy_prefix (3), remove_extra_whitespaces (4):
    // false }, and where tokenizer.json holds none { precompiled_charsmap (2): "" }. Of all of these `transformers`
    // takes the table alone from tokenizer.model.
    proto += std::string("\x1a\x04\x18\x00\x20\x00", 6);
    if (files.json && !files.json->normalises)
        proto += std::string("\x1a\x02\x12\x00", 4);
    std::string refused;
    try {
        if (const auto status = m_model.LoadFromSerializedProto(proto); !status.ok())
            refused = status.ToString();
    } catch (const std::exception& problem) {  // of its trie, e.g. for a piece without a letter
        refused = problem.what();
    }
    if (!refused.empty())
        throw inputError("{}: not a SentencePiece model ({}). Copy it again.", m_source, refused);
    if (m_model.bos_id() < 0 || m_model.eos_id() < 0 || m_model.unk_id() < 0)
        throw inputError("{}: lacks a token for begin, end or unknown. Is it the tokenizer of a LLaVA?", m_source);

    for (int id = 0; id < m_model.GetPieceSize(); ++id)
        if (m_model.IsControl(id) || m_model.IsUnknown(id))
            m_addedOf[id] = {m_model.IdToPiece(id), id, true, false, false};
    for (const auto& token : files.tokens)
        m_addedOf[token.id] = token;
    m_vocabulary = m_model.GetPieceSize();
    for (const auto& [id, token] : m_addedOf) {
        m_added.push_back(token);
        m_vocabulary = std::max(m_vocabulary, id + 1);
    }
    std::stable_sort(m_added.begin(), m_added.end(),
                     [](const AddedToken& a, const AddedToken& b) { return a.content.size() > b.content.size(); });
    std::vector<int> pieces;
    m_model.Encode(m_model.IdToPiece(m_model.unk_id()), &pieces).IgnoreError();
    m_unknownPieces = pieces.size();

    const auto image = files.named("image_token").empty() ? "<image>" : files.named("image_token");
    const auto imageId = idOf(image);
    if (!imageId)
        throw inputError(
            "{}: no image token \"{}\" in it, added_tokens.json or tokenizer_config.json beside it. Is it "
            "the tokenizer of a LLaVA?",
            m_source, image);
    m_image = *imageId;
    const auto named = [&](const std::string& token, std::int64_t otherwise) {
        const auto id = idOf(token);
        if (!token.empty() && !id)
            throw inputError(
                "{}: the files beside it name \"{}\" a token for begin or end, which it does not hold. "
                "Take them from the same checkpoint.",
                m_source, token);
        return id.value_or(otherwise);
    };
    m_bos = named(files.named("bos_token"), m_model.bos_id());
    m_eos = named(files.named("eos_token"), m_model.eos_id());
    m_pad = idOf(files.named("pad_token")).value_or(idOf("<pad>").value_or(m_model.eos_id()));
    surround(files);
}

void SentencePieceTokenizer::surround(const AddedTokenFiles& files) {
    if (files.json) {
        m_before = files.json->before;
        m_after = files.json->after;
        m_leading = files.json->leading;
    } else {
        m_before.assign(files.addsBos ? 1 : 0, m_bos);
        m_after.assign(files.addsEos ? 1 : 0, m_eos);
    }
    for (const auto& ids : {m_before, m_after})
        for (const auto id : ids)
            if (id < 0 || id >= m_vocabulary)
                throw inputError(
                    "{}: \"post_processor\" of the tokenizer.json beside it puts token {} around a text, and there are "
                    "{}. Take them from the same checkpoint.",
                    m_source, id, m_vocabulary);
}

std::optional<std::int64_t> SentencePieceTokenizer::idOf(const std::string& content) const {
    if (content.empty())
        return std::nullopt;
    for (const auto& token : m_added)
        if (token.content == content)
            return token.id;
    const int id = m_model.PieceToId(content);
    return id == m_model.unk_id() ? std::nullopt : std::optional<std::int64_t>(id);
}

const AddedToken* SentencePieceTokenizer::addedAt(std::string_view text, std::size_t at) const {
    for (const auto& token : m_added)
        if (text.compare(at, token.content.size(), token.content) == 0)
            return token.wholeWord && !standsAlone(text, at, token.content.size()) ? nullptr : &token;
    return nullptr;
}

/// Text without added tokens. SentencePiece may drop leading spaces, hence the detour of `transformers`: with the
/// unknown token's text in front nothing leads, and its pieces are taken away again.
void SentencePieceTokenizer::encodePlain(std::string_view text, std::vector<std::int64_t>& ids) const {
    if (text.empty())
        return;
    const bool leading = text.front() == ' ' || text.starts_with(kSpace);
    std::vector<int> pieces;
    const auto status =
        m_model.Encode(leading ? m_model.IdToPiece(m_model.unk_id()) + std::string(text) : std::string(text), &pieces);
    if (!status.ok())
        throw inputError("{}: cannot encode a text ({}). Is the text UTF-8?", m_source, status.ToString());
    const auto skip = leading ? std::min(m_unknownPieces, pieces.size()) : 0;
    ids.insert(ids.end(), pieces.begin() + static_cast<std::ptrdiff_t>(skip), pieces.end());
}

bool SentencePieceTokenizer::isSpecial(std::int64_t id) const {
    if (const auto found = m_addedOf.find(id); found != m_addedOf.end())
        return found->second.special;
    return id >= m_model.GetPieceSize() || m_model.IsControl(static_cast<int>(id));
}

std::vector<std::int64_t> SentencePieceTokenizer::encode(std::string_view text, bool whole, TextFront front) const {
    interruptionPoint();
    std::vector<std::int64_t> ids;
    if (whole)
        ids = m_before;
    std::size_t begin = 0;  // of the text since the last added token
    const auto encodeUntil = [&](std::size_t end) {
        auto part = text.substr(begin, end - begin);
        auto leading = m_leading;
        if (begin == 0 && front != TextFront::AsFiles)
            leading = front == TextFront::Space ? LeadingSpace::First : LeadingSpace::None;
        const bool has = part.starts_with(' ') || part.starts_with(kSpace);
        const bool spaced = leading == LeadingSpace::Prepended || (leading == LeadingSpace::EachPart && !has) ||
                            (leading == LeadingSpace::First && begin == 0 && !has);
        if (spaced && !part.empty())
            encodePlain(std::string(kSpace) + std::string(part), ids);
        else
            encodePlain(part, ids);
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto* token = addedAt(text, at);
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
        ids.insert(ids.end(), m_after.begin(), m_after.end());
    return ids;
}

std::string SentencePieceTokenizer::decode(const std::vector<std::int64_t>& ids) const {
    std::string text;
    std::vector<int> pieces;
    const auto flush = [&] {
        std::string part;
        if (!pieces.empty() && !m_model.Decode(pieces, &part).ok())
            throw internalError("{}: cannot decode {} tokens. Please report this.", m_source, pieces.size());
        text += part;
        pieces.clear();
    };
    for (const auto id : ids) {
        if (id < 0 || isSpecial(id))
            continue;
        if (const auto added = m_addedOf.find(id); added != m_addedOf.end()) {
            flush();
            text += added->second.content;
        } else {
            pieces.push_back(static_cast<int>(id));
        }
    }
    flush();
    return text.starts_with(' ') ? text.substr(1) : text;
}

std::string SentencePieceTokenizer::piece(std::int64_t id) const {
    if (const auto added = m_addedOf.find(id); added != m_addedOf.end())
        return added->second.content;
    if (id < 0 || id >= m_model.GetPieceSize())
        return {};
    return replaced(m_model.IdToPiece(static_cast<int>(id)), kSpace, " ");
}

std::shared_ptr<const Tokenizer> loadTokenizer(const fs::path& folder) {
    return std::make_shared<SentencePieceTokenizer>(folder);
}

}  // namespace lacuna
