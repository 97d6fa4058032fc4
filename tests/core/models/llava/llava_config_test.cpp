// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava_config.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>

using namespace lacuna;

namespace {

using Json = nlohmann::json;

LlavaConfig someConfig() {
    LlavaConfig config;
    config.text.vocabulary = 90;
    config.text.keyValueHeads = 2;
    config.imageToken = 89;
    config.featureLayers = {-1};
    config.pad = 3;
    return config;
}

/// A folder whose config.json is a good one after `change`.
std::string folderWith(const QTemporaryDir& folder, const std::function<void(Json&)>& change) {
    const std::string path = folder.path().toStdString();
    writeLlavaConfig(someConfig(), path);
    std::ifstream stream(path + "/config.json");
    Json json = Json::parse(stream);
    change(json);
    std::ofstream(path + "/config.json") << json.dump();
    return path;
}

/// What readLlavaConfig complains of, empty when it does not.
std::string complaint(const std::function<void(Json&)>& change) {
    const QTemporaryDir folder;
    try {
        readLlavaConfig(folderWith(folder, change));
        return "";
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "not an input error";
    }
}

/// The key that a complaint must name, and what makes it wrong.
const std::vector<std::pair<const char*, std::function<void(Json&)>>> kWrongs{
    {"model_type", [](Json& json) { json["model_type"] = "llava_onevision"; }},
    {"model_type", [](Json& json) { json.erase("model_type"); }},
    {"quantization_config",
     [](Json& json) {
         json["quantization_config"] = {{"quant_method", "bitsandbytes"}};
     }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 64 * 255}, {64 * 16, 64 * 17}};  // 272 tiles
     }},
    {"text_config", [](Json& json) { json.erase("text_config"); }},
    {"text_config", [](Json& json) { json["text_config"] = 3; }},
    {"vision_config", [](Json& json) { json["vision_config"] = Json::array(); }},
    {"image_token_index", [](Json& json) { json.erase("image_token_index"); }},
    {"image_token_index", [](Json& json) { json["image_token_index"] = 90; }},
    {"image_token_index", [](Json& json) { json["image_token_index"] = "89"; }},
    {"vision_feature_layer", [](Json& json) { json["vision_feature_layer"] = -5; }},
    {"vision_feature_layer",
     [](Json& json) {
         json["vision_feature_layer"] = {-2, -5};
     }},
    {"vision_feature_layer", [](Json& json) { json["vision_feature_layer"] = Json::array(); }},
    {"vision_feature_select_strategy", [](Json& json) { json["vision_feature_select_strategy"] = "cls"; }},
    {"vision_feature_select_strategy",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 128}};
         json["vision_feature_select_strategy"] = "full";
     }},
    {"image_grid_pinpoints", [](Json& json) { json["model_type"] = "llava_next"; }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 128}, {64, 100}};
     }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = Json::array();
     }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = 1e9; }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = -128; }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = 18446744073709551615U; }},
    {"text_config.num_attention_heads", [](Json& json) { json["text_config"]["num_attention_heads"] = 3; }},
    {"text_config.num_attention_heads", [](Json& json) { json["text_config"]["num_attention_heads"] = 0; }},
    {"text_config.num_key_value_heads", [](Json& json) { json["text_config"]["num_key_value_heads"] = 3; }},
    {"text_config.rms_norm_eps", [](Json& json) { json["text_config"]["rms_norm_eps"] = "small"; }},
    {"text_config.hidden_act", [](Json& json) { json["text_config"]["hidden_act"] = "gelu"; }},
    {"text_config.attention_bias", [](Json& json) { json["text_config"]["attention_bias"] = true; }},
    {"text_config.rope_scaling.type",
     [](Json& json) {
         json["text_config"]["rope_scaling"] = {{"type", "linear"}};
     }},
    {"eos_token_id",
     [](Json& json) {
         json["eos_token_id"] = {2, "3"};
     }},
    {"text_config.eos_token_id",
     [](Json& json) {
         json["text_config"]["eos_token_id"] = {2, 1 << 20};
     }},
    {"text_config.model_type", [](Json& json) { json["text_config"]["model_type"] = "qwen2"; }},
    {"text_config.sliding_window",
     [](Json& json) {
         json["text_config"]["model_type"] = "mistral";
         json["text_config"]["sliding_window"] = 0;
     }},
    {"text_config.rope_scaling.rope_type",
     [](Json& json) {
         json["text_config"]["model_type"] = "mistral";
         json["text_config"]["rope_scaling"] = {{"rope_type", "yarn"}};
     }},
    {"text_config.mlp_bias", [](Json& json) { json["text_config"]["mlp_bias"] = true; }},
    {"vision_config.patch_size", [](Json& json) { json["vision_config"]["patch_size"] = 65; }},
    {"vision_config.hidden_act", [](Json& json) { json["vision_config"]["hidden_act"] = "relu"; }},
    {"vision_config.num_hidden_layers", [](Json& json) { json["vision_config"]["num_hidden_layers"] = true; }},
};

}  // namespace

class LlavaConfigTest : public QObject {
    Q_OBJECT

private slots:
    void readsWhatItWrote();
    void takesTheDefaultsAndNamesOfBothTransformersGenerations();
    void endTokensAreASetFromThreePlaces_data();
    void endTokensAreASetFromThreePlaces();
    void mistralIsReadWithItsDefaultsAndItsWindow();
    void namesTheKeyThatIsWrong_data();
    void namesTheKeyThatIsWrong();
    void namesTheFileThatIsMissingOrNoJson();
};

void LlavaConfigTest::readsWhatItWrote() {
    const QTemporaryDir folder;
    const LlavaConfig config = readLlavaConfig(folderWith(folder, [](Json&) {}));
    QCOMPARE(config.text.vocabulary, std::int64_t{90});
    QCOMPARE(config.text.keyValueHeads, std::int64_t{2});
    QCOMPARE(config.text.ropeTheta, 10000.0);
    QCOMPARE(config.vision.patches(), std::int64_t{16});
    QCOMPARE(config.imageToken, std::int64_t{89});
    QCOMPARE(config.featureLayers, std::vector<std::int64_t>{-1});
    QCOMPARE(config.pad, std::int64_t{3});
    QVERIFY(config.dropsClassToken);
}

void LlavaConfigTest::takesTheDefaultsAndNamesOfBothTransformersGenerations() {
    const QTemporaryDir folder;
    const LlavaConfig old = readLlavaConfig(folderWith(folder, [](Json& json) {  // as llava-1.5-7b-hf has it
        json["text_config"] = {
            {"model_type", "llama"}, {"max_position_embeddings", 4096}, {"rms_norm_eps", 1e-5}, {"vocab_size", 32064}};
        json["image_token_index"] = 32000;
        json["pad_token_id"] = 32001;
    }));
    QCOMPARE(old.text.hidden, std::int64_t{4096});
    QCOMPARE(old.text.intermediate, std::int64_t{11008});
    QCOMPARE(old.text.keyValueHeads, std::int64_t{32});
    QCOMPARE(old.ends, std::vector<std::int64_t>{2});

    const LlavaConfig now = readLlavaConfig(folderWith(folder, [](Json& json) {
        json["image_token_id"] = 88;
        json["text_config"].erase("rope_theta");
        json["text_config"]["rope_parameters"] = {{"rope_theta", 500000.0}, {"rope_type", "default"}};
        json["text_config"]["pad_token_id"] = nullptr;
    }));
    QCOMPARE(now.imageToken, std::int64_t{88});
    QCOMPARE(now.text.ropeTheta, 500000.0);
}

/// The right values are plain unions; 2 where nobody says one is LlamaConfig's default (transformers 5.17).
void LlavaConfigTest::endTokensAreASetFromThreePlaces_data() {
    QTest::addColumn<QByteArray>("generation");
    QTest::addColumn<QByteArray>("root");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<std::vector<std::int64_t>>("ends");
    const QByteArray none;
    const auto row = [](const char* name, const QByteArray& generation, const QByteArray& root, const QByteArray& text,
                        const std::vector<std::int64_t>& ends) {
        QTest::newRow(name) << generation << root << text << ends;
    };
    row("nowhere", none, none, none, {2});
    row("null everywhere", R"({"eos_token_id":null})", "null", "null", {2});
    row("a number in text_config", none, none, "7", {7});
    row("a list in text_config", none, none, "[7,2]", {2, 7});
    row("a list at the root", none, "[11]", none, {11});
    row("generation_config.json alone", R"({"eos_token_id":[9,4,9]})", none, none, {4, 9});
    row("all three", R"({"eos_token_id":[9,4]})", "5", "[4,2]", {2, 4, 5, 9});
    row("a file without it", R"({"temperature":0.2})", none, "5", {5});
}

void LlavaConfigTest::endTokensAreASetFromThreePlaces() {
    QFETCH(QByteArray, generation);
    QFETCH(QByteArray, root);
    QFETCH(QByteArray, text);
    QFETCH(std::vector<std::int64_t>, ends);
    const QTemporaryDir folder;
    const auto path = folderWith(folder, [&](Json& json) {
        json["text_config"].erase("eos_token_id");
        if (!root.isEmpty())
            json["eos_token_id"] = Json::parse(root.toStdString());
        if (!text.isEmpty())
            json["text_config"]["eos_token_id"] = Json::parse(text.toStdString());
    });
    if (!generation.isEmpty())
        std::ofstream(std::filesystem::path(path) / "generation_config.json") << generation.toStdString();
    const LlavaConfig config = readLlavaConfig(path);
    QCOMPARE(config.ends, ends);
    const QTemporaryDir again;
    writeLlavaConfig(config, again.path().toStdString());
    QCOMPARE(readLlavaConfig(again.path().toStdString()).ends, ends);
}

/// The defaults are those of MistralConfig (transformers 5.17); within its window it computes as LlamaConfig does.
void LlavaConfigTest::mistralIsReadWithItsDefaultsAndItsWindow() {
    const QTemporaryDir folder;
    const auto read = [&](const std::function<void(Json&)>& change) {
        return readLlavaConfig(folderWith(folder, [&](Json& json) {
            json["text_config"] = {{"model_type", "mistral"}, {"vocab_size", 32064}};
            change(json["text_config"]);
        }));
    };
    auto config = read([](Json& text) { text["sliding_window"] = nullptr; });  // as llava-v1.6-mistral-7b-hf
    QCOMPARE(config.text.hidden, std::int64_t{4096});
    QCOMPARE(config.text.intermediate, std::int64_t{14336});
    QCOMPARE(config.text.keyValueHeads, std::int64_t{8});
    QCOMPARE(config.text.maxPositions, std::int64_t{131072});
    QVERIFY(config.notes.empty());
    config = read([](Json&) {});
    QCOMPARE(config.text.maxPositions, std::int64_t{4096});
    QCOMPARE(config.notes.size(), std::size_t{1});
    config = read([](Json& text) {
        text["sliding_window"] = 4096;
        text["max_position_embeddings"] = 2048;
    });
    QCOMPARE(config.text.maxPositions, std::int64_t{2048});
    QVERIFY(config.notes.empty());
    config = read([](Json& text) {
        text["sliding_window"] = 100;
        text["head_dim"] = 64;
    });
    QCOMPARE(config.text.maxPositions, std::int64_t{100});
    QCOMPARE(config.text.headSize(), std::int64_t{64});
}

void LlavaConfigTest::namesTheKeyThatIsWrong_data() {
    QTest::addColumn<std::size_t>("number");
    for (std::size_t i = 0; i < kWrongs.size(); ++i)
        QTest::addRow("%zu: %s", i, kWrongs[i].first) << i;
}

void LlavaConfigTest::namesTheKeyThatIsWrong() {
    QFETCH(std::size_t, number);
    const auto& [key, change] = kWrongs[number];
    const std::string said = complaint(change);
    QVERIFY2(said.find("config.json") != std::string::npos, said.c_str());
    QVERIFY2(said.find(std::string("\"") + key + "\"") != std::string::npos, said.c_str());
}

void LlavaConfigTest::namesTheFileThatIsMissingOrNoJson() {
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    QVERIFY_THROWS_EXCEPTION(Error, readLlavaConfig(path));
    for (const char* text : {"", "{", "[]", "{\"model_type\": \"llava\"", "\x80\x02}q"}) {
        std::ofstream(path + "/config.json") << text;
        try {
            readLlavaConfig(path);
            QFAIL(text);
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(std::string(error.what()).find("config.json") != std::string::npos);
        }
    }
}

LACUNA_TEST(LlavaConfigTest)
#include "llava_config_test.moc"
