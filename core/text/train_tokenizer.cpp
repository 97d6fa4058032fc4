// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

class Sentences final : public sentencepiece::SentenceIterator {
public:
    explicit Sentences(const std::vector<std::string>& sentences) : m_sentences(sentences) {}
    bool done() const override { return m_at >= m_sentences.size(); }
    void Next() override { ++m_at; }
    const std::string& value() const override { return m_sentences[m_at]; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    const std::vector<std::string>& m_sentences;
    std::size_t m_at = 0;
};

/// UTF-8 sequences; bytes that begin none are counted one by one, so that the answer is never too small.
std::size_t distinctCharacters(const std::vector<std::string>& sentences) {
    std::set<std::string_view> characters;
    for (const std::string& sentence : sentences)
        for (std::size_t at = 0, next; at < sentence.size(); at = next) {
            next = at + 1;
            while (next < sentence.size() && (sentence[next] & 0xc0) == 0x80)
                ++next;
            characters.insert(std::string_view(sentence).substr(at, next - at));
        }
    return characters.size();
}

std::string trainedModel(const std::vector<std::string>& sentences, int vocabulary) {
    // 256 bytes, unknown, begin, end and the visible space stand beside the characters.
    const auto smallest = static_cast<int>(distinctCharacters(sentences)) + 260;
    const std::unordered_map<std::string, std::string> options{
        {"model_type", "bpe"},  // what `transformers` 5 takes every Llama tokenizer for
        {"vocab_size", std::to_string(std::max(vocabulary, smallest))},
        {"hard_vocab_limit", "false"},
        {"byte_fallback", "true"},
        {"character_coverage", "1.0"},
        {"normalization_rule_name", "identity"},
        {"add_dummy_prefix", "true"},
        {"remove_extra_whitespaces", "false"},
        {"split_digits", "true"},
        {"max_sentencepiece_length", "32"},  // whole words, also long ones
        {"max_sentence_length", "1000000"},
        {"num_threads", "1"},  // the same bytes for the same input
        {"minloglevel", "2"},
    };
    Sentences iterator(sentences);
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train(options, &iterator, &model);
    if (!status.ok())
        throw inputError("The vocabulary cannot be trained on {} sentences ({}). Are they texts?", sentences.size(),
                         status.ToString());
    return model;
}

nlohmann::json special(const char* content) {
    return {{"content", content}, {"lstrip", false},      {"normalized", false},
            {"rstrip", false},    {"single_word", false}, {"special", true}};
}

}  // namespace

void trainTokenizer(const std::vector<std::string>& sentences, int vocabulary, const fs::path& folder) {
    if (sentences.empty())
        throw inputError("The vocabulary cannot be trained: there are no sentences.");
    const auto model = trainedModel(sentences, vocabulary);
    sentencepiece::SentencePieceProcessor processor;
    if (!processor.LoadFromSerializedProto(model).ok())
        throw internalError("SentencePiece does not read the model it trained. Please report this.");
    const int size = processor.GetPieceSize();
    const nlohmann::ordered_json config{
        {"add_bos_token", true},
        {"add_eos_token", false},
        {"added_tokens_decoder",
         {{"0", special("<unk>")},
          {"1", special("<s>")},
          {"2", special("</s>")},
          {std::to_string(size), special("<image>")},
          {std::to_string(size + 1), special("<pad>")}}},
        {"bos_token", "<s>"},
        {"clean_up_tokenization_spaces", false},
        {"eos_token", "</s>"},
        {"extra_special_tokens", {{"image_token", "<image>"}}},
        {"image_token", "<image>"},
        {"legacy", false},
        {"pad_token", "<pad>"},
        {"tokenizer_class", "LlamaTokenizer"},
        {"unk_token", "<unk>"},
    };
    const nlohmann::ordered_json map{
        {"bos_token", "<s>"}, {"eos_token", "</s>"}, {"pad_token", "<pad>"}, {"unk_token", "<unk>"}};
    writeFileAtomically(folder / "tokenizer.model", model);
    writeFileAtomically(folder / "tokenizer_config.json", config.dump(2) + "\n");
    writeFileAtomically(folder / "special_tokens_map.json", map.dump(2) + "\n");
}

}  // namespace lacuna
