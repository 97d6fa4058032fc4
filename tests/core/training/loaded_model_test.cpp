// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/loaded_model.h"

#include "core/base/error.h"
#include "tests/common/bytes_read.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

/// What reading the parts of the embedded checkpoint complains of after `spoil` ("" = nothing).
std::string complaint(const std::function<void(const fs::path&)>& spoil) {
    const QTemporaryDir temporary;
    const auto folder = fs::path(temporary.path().toStdString()) / "model";
    fs::copy(fs::path(LACUNA_SOURCE_DIR) / "datasets/small-llava", folder);
    spoil(folder);
    try {
        readCheckpointParts(folder);
        return "";
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "not an input error";
    }
}

void change(const fs::path& file, const std::function<void(Json&)>& what) {
    std::ifstream stream(file);
    auto json = Json::parse(stream);
    what(json);
    std::ofstream(file) << json.dump();
}

struct Wrong {
    const char* name;
    std::function<void(const fs::path&)> spoil;
    std::vector<const char*> said;
};

const std::vector<Wrong> kWrongs{
    {"cut off",
     [](const fs::path& folder) {
         const auto weights = folder / "model.safetensors";
         fs::resize_file(weights, fs::file_size(weights) / 2);
     },
     {"model.safetensors", "cut off"}},
    {"another width",
     [](const fs::path& folder) {
         change(folder / "config.json", [](Json& json) { json["text_config"]["intermediate_size"] = 348; });
     },
     {"mlp.", "has shape [", "config.json makes it ["}},
    {"absurdly wide",
     [](const fs::path& folder) {
         change(folder / "config.json", [](Json& json) {
             json["text_config"]["hidden_size"] = 1 << 17;
             json["text_config"]["num_hidden_layers"] = 1024;
         });
     },
     {"has shape [", "config.json makes it ["}},
    {"a layer fewer",
     [](const fs::path& folder) {
         change(folder / "config.json", [](Json& json) {
             auto& layers = json["text_config"]["num_hidden_layers"];
             layers = layers.get<int>() - 1;
         });
     },
     {"has no place", "decoder of"}},
    {"a token more than the decoder has",
     [](const fs::path& folder) { std::ofstream(folder / "added_tokens.json") << R"({"<extra>": 5000})"; },
     {"the tokenizer knows 5001 tokens", "vocab_size"}},
    {"no image token",
     [](const fs::path& folder) {
         change(folder / "tokenizer_config.json", [](Json& json) {
             json.erase("added_tokens_decoder");
             json.erase("image_token");
         });
     },
     {"tokenizer.model", "no image token"}},
    {"another image token",
     [](const fs::path& folder) { change(folder / "config.json", [](Json& json) { json["image_token_index"] = 3; }); },
     {"image token is", "config.json says 3"}},
    {"a pointer of Git LFS for a tokenizer",
     [](const fs::path& folder) {
         std::ofstream(folder / "tokenizer.model") << "version https://git-lfs.github.com/spec/v1\n";
     },
     {"tokenizer.model", "git lfs pull"}},
    {"pictures of another size",
     [](const fs::path& folder) {
         change(folder / "preprocessor_config.json", [](Json& json) {
             json["crop_size"] = {{"height", 32}, {"width", 32}};
             json["size"] = {{"shortest_edge", 32}};
         });
     },
     {"pictures of 32 pixels"}},
};

}  // namespace

class LoadedModelTest : public QObject {
    Q_OBJECT

private slots:
    void refusesPartsThatDoNotBelongTogether_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < kWrongs.size(); ++i)
            QTest::newRow(kWrongs[i].name) << static_cast<int>(i);
    }
    void refusesPartsThatDoNotBelongTogether() {
        QFETCH(int, index);
        const auto& wrong = kWrongs[static_cast<std::size_t>(index)];
        const auto said = complaint(wrong.spoil);
        for (const auto* part : wrong.said)
            QVERIFY2(said.find(part) != std::string::npos, said.c_str());
    }
    void takesTheEmbeddedOne() {
        QCOMPARE(complaint([](const fs::path&) {}), std::string());
    }
    void notesWhatContradictsItself_data();
    void notesWhatContradictsItself();
    void holdsTwoCopiesOfTheWeightsAgainstEachOtherOnce();
};

void LoadedModelTest::notesWhatContradictsItself_data() {
    QTest::addColumn<QByteArray>("config");  // merged into config.json
    QTest::addColumn<QByteArray>("says");    // empty: no note
    QTest::newRow("the embedded one") << QByteArray("{}") << QByteArray();
    QTest::newRow("a tie and another head")
        << QByteArray(R"({"tie_word_embeddings": true})") << QByteArray("config.json ties the head to the embedding");
    QTest::newRow("a window") << QByteArray(R"({"text_config": {"model_type": "mistral", "sliding_window": 40}})")
                              << QByteArray("looks back 40 tokens");
    QTest::newRow("another end") << QByteArray(R"({"text_config": {"eos_token_id": [7, 5]}})")
                                 << QByteArray(
                                        "closes a text with \"</s>\" (2), which is none of the tokens that end "
                                        "an answer (\"eos_token_id\": 5, 7)");
    QTest::newRow("the end among others") << QByteArray(R"({"text_config": {"eos_token_id": [7, 2]}})") << QByteArray();
}

void LoadedModelTest::notesWhatContradictsItself() {
    QFETCH(QByteArray, config);
    QFETCH(QByteArray, says);
    const QTemporaryDir temporary;
    const auto folder = fs::path(temporary.path().toStdString()) / "model";
    fs::copy(fs::path(LACUNA_SOURCE_DIR) / "datasets/small-llava", folder);
    change(folder / "config.json", [&](Json& json) { json.merge_patch(Json::parse(config.toStdString())); });
    const auto notes = readCheckpointParts(folder).notes;
    QCOMPARE(notes.size(), std::size_t{says.isEmpty() ? 0U : 1U});
    if (!says.isEmpty())
        QVERIFY2(notes.front().find(says.toStdString()) != std::string::npos, notes.front().c_str());
}

/// Beside a shard of the same weights: both are read to compare them, and one to load it.
void LoadedModelTest::holdsTwoCopiesOfTheWeightsAgainstEachOtherOnce() {
    const QTemporaryDir temporary;
    const auto folder = fs::path(temporary.path().toStdString()) / "model";
    fs::copy(fs::path(LACUNA_SOURCE_DIR) / "datasets/small-llava", folder);
    fs::copy(folder / "model.safetensors", folder / "one.safetensors");
    Json index;
    for (const auto& name : CheckpointFiles(folder).names())
        index["weight_map"][name] = "one.safetensors";
    std::ofstream(folder / "model.safetensors.index.json") << index.dump();
    const auto size = static_cast<std::int64_t>(fs::file_size(folder / "model.safetensors"));

    const auto before = testing::bytesRead();
    QVERIFY(before >= 0);
    const auto parts = readCheckpointParts(folder);
    const auto model = Llava::load(parts.files, parts.config, at::kFloat);
    const auto read = testing::bytesRead() - before;
    QVERIFY2(read > 2 * size && read < 3 * size + size / 2,
             fmt::format("{} bytes of two files of {}", read, size).c_str());
    QCOMPARE(model.config().text.tiedEmbeddings, parts.config.text.tiedEmbeddings);
}

LACUNA_TEST(LoadedModelTest)
#include "loaded_model_test.moc"
